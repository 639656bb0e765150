// The earliest return at which a history violates, by a procedure that judges cuts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"

namespace picklock {

// `violates(at)` says whether the history cut at `at` does; it does at the last return, not before `from`, and
// goes on to where it once did. From `from` on, steps that double and then halve: O(log d) cuts
// for an answer d returns away.
template <class Violates>
TrueTime first_cut(const OperationHistory& history, Places places, TrueTime from, Pace& pace,
                   Violates violates) {
  std::vector<TrueTime> returns;
  for (const std::uint32_t place : places) {
    const TrueTime returned = history.operations[place].returned;
    if (returned >= from && returned != kNever) returns.push_back(returned);
  }
  sort_at(pace, returns);
  std::size_t low = 0;
  std::size_t high = 0;
  for (std::size_t step = 1; high + 1 < returns.size() && !violates(returns[high]); step *= 2) {
    low = high + 1;
    high = std::min(high + step, returns.size() - 1);
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (violates(returns[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return returns[high];
}

}  // namespace picklock

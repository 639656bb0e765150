// A history as it stood at one instant.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"

namespace picklock {

struct HistoryCut {
  std::vector<Operation> operations;
  std::vector<std::uint32_t> places;  // of the operations in the whole
};

// Those of the operations at `places` that were invoked by `at`; the outcome of those that had not returned
// by then is unknown. Their values are those of the whole. O(operations).
inline HistoryCut cut(const OperationHistory& whole, std::span<const std::uint32_t> places,
                      TrueTime at) {
  HistoryCut result;
  for (const std::uint32_t place : places) {
    Operation operation = whole.operations[place];
    if (operation.invoked > at) break;
    if (operation.returned > at) {
      operation.returned = kNever;
      operation.outcome = Outcome::unknown;
      operation.result = {};
    }
    result.operations.push_back(operation);
    result.places.push_back(place);
  }
  return result;
}

}  // namespace picklock

// Every order of a small history's operations, tried one after another (Wing and Gong 1993).
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "checker/operations.h"
#include "checker/plain_object.h"

namespace picklock::testing {

// At most 64 operations, all on one object.
class Exhaustive {
 public:
  // Operations that are not `kept` may have happened or not; all are kept by default.
  Exhaustive(std::span<const Operation> operations, const ValueTable& values,
             const Specification& specification, std::uint64_t kept = ~std::uint64_t{0})
      : operations_(operations), values_(values), specification_(specification) {
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (!is_judged(operations[i], specification)) continue;
      const bool is_required = operations[i].outcome != Outcome::unknown && (kept & bit) != 0;
      if (!is_required && operations[i].outcome == Outcome::refused) continue;
      if (is_required) required_ |= bit;
      all_ |= bit;
    }
  }

  bool is_linearizable() { return explore(PlainObject(values_, specification_), all_); }

 private:
  bool explore(const PlainObject& object, std::uint64_t rest) {
    if ((rest & required_) == 0) return true;
    if (!seen_.emplace(rest, object).second) return false;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if ((rest >> i & 1) == 0 || !can_be_next(i, rest)) continue;
      PlainObject next = object;
      const bool is_required = (required_ >> i & 1) != 0;
      using Demand = PlainObject::Demand;
      if (!next.apply(operations_[i], is_required ? Demand::recorded : Demand::success)) {
        continue;
      }
      if (explore(next, rest & ~(std::uint64_t{1} << i))) return true;
    }
    return false;
  }

  // Nothing that must still come had returned before, and the process had nothing else to do first.
  bool can_be_next(std::size_t i, std::uint64_t rest) const {
    for (std::size_t j = 0; j < operations_.size(); ++j) {
      if (j == i) continue;
      const bool remains = (rest >> j & 1) != 0;
      const bool same = operations_[j].process == operations_[i].process;
      const bool before = j < i && operations_[j].returned <= operations_[i].invoked;
      const bool after = j > i && operations_[i].returned <= operations_[j].invoked;
      if (remains && (required_ >> j & 1) != 0) {
        if (operations_[j].returned < operations_[i].invoked || (same && before)) return false;
      }
      const bool has_come = !remains && (all_ >> j & 1) != 0;
      if (has_come && same && after) return false;
    }
    return true;
  }

  std::span<const Operation> operations_;
  const ValueTable& values_;
  const Specification& specification_;
  std::uint64_t required_ = 0;
  std::uint64_t all_ = 0;
  std::set<std::pair<std::uint64_t, PlainObject>> seen_;
};

}  // namespace picklock::testing

// What each specification demands, as plainly as it can be said: one object, one operation at a time.
//
// This is the definition that everything else is held against. The certificate verifier and the exhaustive search of
// the tests replay operations on it; the procedures and the search of judge() do not use it. An
// operation that was refused, with refusals judged, may come where it could not have succeeded.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/time.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

class PlainObject {
 public:
  // Both must outlive the object; `values` made the values of its operations.
  PlainObject(const ValueTable& values, const Specification& specification);

  // What is demanded of an operation: what was recorded, or only that it succeeds, whatever it returns.
  enum class Demand : std::uint8_t { recorded, success };

  // Carries the operation out at the earliest instant that is neither before its invocation nor
  // before the operation that came last. False, with the object in no particular state, when it cannot come next.
  bool apply(const Operation& operation, Demand demand);

  // Makes objects equal that nothing to come can tell apart, for who knows that every operation comes within
  // its window, and that only these texts are `wanted`: by reads that demand what they were told, and by what is
  // to be compared. Where no lease lasts a certain time, time says nothing; a value that is not wanted, or a
  // text that none of the wanted begins with, can only be overwritten.
  void forget(const std::set<std::string>& wanted);
  // As values are compared.
  std::string text(Value value) const;

  friend bool operator==(const PlainObject& a, const PlainObject& b) {
    return (a <=> b) == std::strong_ordering::equal;
  }
  friend std::strong_ordering operator<=>(const PlainObject& a, const PlainObject& b);

 private:
  bool succeeds(const Operation& operation, bool demands_result);
  bool acquire(const Operation& operation, bool demands_result);
  bool release(const Operation& operation);
  bool access_data(const Operation& operation, bool demands_result);
  bool transact(const Operation& operation, bool demands_result);
  void end_lease();

  const ValueTable* values_;
  const Specification* specification_;
  TrueTime now_ = TrueTime::min();
  std::map<std::uint32_t, std::uint64_t> held_;  // permits, or depth, by owner
  bool is_written_ = false;                      // rw-lock: held by a writer
  Duration shortest_lease_;
  TrueTime lease_ = kNever;                      // may end from then on
  std::map<std::uint32_t, std::int64_t> fence_;  // of the present hold, by owner
  std::map<int, std::int64_t> highest_;          // fence so far, at 0
  std::map<std::string, std::string> data_;      // by key, member, or ""
  std::int64_t sum_ = 0;
  std::string initial_;
};

}  // namespace picklock

// What proves a verdict, one kind of certificate a file; certificate_verifier.h chooses among them.
//
// Each says whether the certificate proves the judgement of the history, and uses none of the code that
// found it. A certificate's operations exist; nothing else about it is to be trusted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/judgement.h"
#include "checker/operations.h"

namespace picklock::certificates {

// What a certificate is about: the history as the judgement cuts it.
struct Claim {
  const OperationHistory& history;
  const Judgement& judgement;
  const std::vector<std::uint32_t>& named;  // the certificate's operations
  Watch* watch = nullptr;                   // of checks that take long

  const Operation& at(std::uint32_t place) const { return history.operations[place]; }
  bool has_returned(const Operation& operation) const {
    return operation.returned <= judgement.violated_at;
  }
  // Of the object, invoked by the end of the cut, and judged.
  bool is_in_cut(const Operation& operation) const {
    return operation.object == judgement.object && operation.invoked <= judgement.violated_at &&
           is_judged(operation, judgement.specification);
  }
};

// Why the order is no linearization; empty when it is one. O(n log n).
std::string why_no_linearization(const Claim& claim);
// Too many holds for the lock at one instant. O(n log n) for a few of them.
bool is_overlap(const Claim& claim);
// Leases that do not fit one after another. O(n log n).
bool is_lease_overlap(const Claim& claim);
// A refusal while nobody can have held the lock. O(n log n).
bool is_free_refusal(const Claim& claim);
// The later one of two holds has no larger token. O(n log n).
bool is_fence_inversion(const Claim& claim);
// Too many operations of one kind for the other to come between them. O(n log n).
bool is_crowd(const Claim& claim);
// One owner's operations contradict each other. O(n).
bool is_misuse(const Claim& claim);
// Empty when no order explains these operations, whether the others happened or not. Exponential in the operations
// in flight.
std::string why_not_unexplained(const Claim& claim);

}  // namespace picklock::certificates

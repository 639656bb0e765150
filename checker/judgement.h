// Judging a recorded history by a specification.
//
// Objects are judged apart: a history is linearizable exactly when it is for each object (Herlihy and Wing
// 1990, locality). An object is judged by its specification's exact procedure where there is one, else by
// the just-in-time search; which it was makes no difference to the judgement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"
#include "checker/verdict.h"

namespace picklock {

struct JudgeLimits {
  std::uint64_t search_steps = 50'000'000;  // one object's search may expand so many states ...
  std::uint64_t steps_per_operation = 500;  // ... and so many more for each of its operations ...
  std::uint64_t search_bytes = std::uint64_t{1} << 30;  // ... and keep so many bytes of them
  std::uint64_t shrink_steps = 2'000'000;  // making one violation small may take so many steps ...
  std::uint64_t shrink_steps_per_operation = 50;  // ... and so many more for each operation
  unsigned jobs = 1;  // threads; the judgement is the same for any number
  bool linearization =
      false;               // give a linearization as the certificate of `holds`: O(n) more memory
  bool minimal = true;     // shrink a violation found by search to its minimal sub-history
  Watch* watch = nullptr;  // outlives the judging; what it stops is undecided, or not minimal

  std::uint64_t steps_for(std::uint64_t operations) const {
    return search_steps + steps_per_operation * operations;
  }
  std::uint64_t shrink_steps_for(std::uint64_t operations) const {
    return shrink_steps + shrink_steps_per_operation * operations;
  }
};

// What proves a verdict; verify() of checker/certificate_verifier.h checks it against the history.
enum class CertificateKind : std::uint8_t {
  none,
  linearization,    // operations: all that took effect, in an order that the specification allows
  overlap,          // two acquires, each followed by its release if there is one
  lease_overlap,    // leases that do not fit one after another, and what shows that they were held
  refusal,          // a refusal, the release before it and the acquire after it, if there are any
  fence_inversion,  // two acquires, the one with the larger token first
  crowd,            // operations of one kind, too many for the other kind to come between them
  misuse,           // one owner's operations that contradict each other, whatever others did
  unexplained_subset,  // the minimal sub-history, which an exhaustive search refutes again
};
std::string_view to_string(CertificateKind kind);

struct Certificate {
  CertificateKind kind = CertificateKind::none;
  std::vector<std::uint32_t> operations;  // places in the history
};

struct Judgement {
  Specification specification;
  Status status = Status::holds;
  std::uint64_t operations = 0;  // that the specification judged
  std::uint32_t object = 0;      // violated or undecided: which one; the earliest violation of all
  Certificate certificate;
  // Violated: operations, in the order of invocation, of which each is needed. The history up to
  // `violated_at` cannot be explained even if every other operation of it is taken to have happened or
  // not, as it likes, in its window; give any of these the same freedom, and an explanation exists.
  std::vector<std::uint32_t> sub_history;
  bool is_minimal =
      false;  // false: the budget ended before the sub-history was shown to be minimal
  // Violated: the history cut at this instant, its end included, is the shortest that violates;
  // whatever returned before is the longest linearizable prefix. An operation that is refused may succeed in a
  // cut before its return, unless refusals are ignored: then it is no part of any cut.
  TrueTime violated_at = kNever;
  std::uint64_t prefix = 0;        // operations that returned before the one that nothing explains
  std::string reason;              // violated: one sentence
  std::string undecided_because;   // undecided: one clause
  std::uint64_t search_steps = 0;  // 0: decided without a search
};

// The history stands as operations.h says. Never throws for what a history contains: an operation
// that the specification does not understand makes it undecided. O(n log n) for exact procedures.
Judgement judge(const OperationHistory& history, const Specification& specification,
                const JudgeLimits& limits = {});

}  // namespace picklock

// The exact procedure for locks whose owner alone releases: owner-mutex, reentrant, fenced and
// reentrant-fenced, with refusals judged or not.
//
// Where the operations of each owner follow one another, its critical sections are known: from an
// acquire in the window [a1, a2] to the release in [r1, r2]; a re-entrant owner's from the first acquire to the
// last release. In every linearization the lock is held on the core [a2, r1].
//
//   Exclusion. The choice "acquired at a2, released at r1" shrinks every hold to its core at once, and shrinking keeps
//   holds apart. So the history is linearizable exactly when no two cores meet: a2 < r1' and a2' < r1.
//   A release of unknown outcome leaves r1 and sets r2 = infinity; an acquire of unknown outcome, whose owner
//   never calls again, may as well never have happened.
//   Fences. The order of the cores is the order of the holds in every linearization, and must be that of the tokens.
//   Refusals. Between neighbouring cores only the first one's release (as late as r2) and the second one's
//   acquire (as early as a1) can move, and gaps do not touch each other. With both extended, what remains
//   uncovered is (r2, a1'): a refusal is wrong exactly when its window lies inside. After the last core the
//   earliest acquire of unknown outcome covers everything from its invocation on, as nobody releases it.
//   Depth, a refused release and a release without a hold are matters of one owner's own operations.
//
// The sweep sees each operation once, in the order of invocation, and keeps what is in flight and a
// few words for each owner: a history of any length is judged in memory that depends on its
// clients. It stops at the first return that makes the history so far impossible, so the cut is the
// shortest that violates. O(n log c) for c operations in flight.
//
// It declines what it is not exact for: an owner that has two operations in flight (as after an unknown
// outcome), and holds of no length that begin at the very instant at which another hold begins.
#pragma once

#include <cstdint>
#include <queue>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/timeline.h"

namespace picklock {

class OwnedLockSweep {
 public:
  explicit OwnedLockSweep(const Specification& specification);

  // `place` names the operation in certificates. False: decided, nothing more needs to be pushed.
  bool push(const Operation& operation, std::uint32_t place);
  // What the history so far comes to: nothing that was pushed is still to return.
  const Decision& finish();

 private:
  struct Call {
    TrueTime invoked{};
    TrueTime returned = kNever;
    std::int64_t fence = 0;
    std::uint32_t place = 0;
    std::uint32_t process = 0;
    std::uint32_t owner = 0;
    bool has_fence = false;
    bool acquires = false;
    bool was_held = false;  // its owner held the lock when it was invoked
    Outcome outcome{};
  };
  struct Owner {
    Call call;
    bool is_busy = false;
    std::uint32_t depth = 0;
    std::uint32_t acquired = 0;  // place of the acquire that began its hold
    std::uint32_t last_acquired = 0;
    std::uint32_t released = kNoIndex;  // place of its last release
    bool has_fence = false;             // of its hold
    std::int64_t fence = 0;
  };
  struct Return {
    TrueTime at{};
    std::uint32_t place = 0;
    std::uint32_t owner = 0;
    friend bool operator>(const Return& a, const Return& b) {
      return a.at != b.at ? a.at > b.at : a.place > b.place;
    }
  };
  struct Queued {
    Call call;
    std::uint32_t owner = 0;
  };

  void start(std::uint32_t owner, const Call& call);
  void pass_until(TrueTime instant);
  void pass_instant(TrueTime at);
  void complete(std::uint32_t owner);
  void complete_acquire(std::uint32_t owner, const Call& call);
  void complete_release(std::uint32_t owner, const Call& call);
  void refuse_acquire(std::uint32_t owner, const Call& call);
  void begin_core(std::uint32_t owner, const Call& call);
  void check_fence(Owner& owner, const Call& call, bool begins);
  void settle_refusals(TrueTime at);
  bool is_queued(std::uint32_t owner) const;
  bool explains_waiting(const Call& call) const;
  void decline();
  void violate(CertificateKind kind, std::vector<std::uint32_t> involved, TrueTime at);
  void violate_refusal(TrueTime at, std::uint32_t next);

  bool strict_;
  bool fenced_;
  std::uint32_t limit_;  // 0 = any number
  bool decided_ = false;
  Decision decision_;

  std::vector<Owner> owners_;
  std::priority_queue<Return, std::vector<Return>, std::greater<>> returns_;
  std::vector<Queued> queue_;  // invoked at the instant at which their process's last call returns

  std::uint32_t active_ = kNoIndex;  // the owner whose core is open
  std::uint32_t last_ = kNoIndex;    // the owner of the last core
  TrueTime last_began_ = TrueTime::min();
  TrueTime last_end_ = TrueTime::min();  // until when its hold can have lasted
  std::uint32_t last_release_ = kNoIndex;
  TrueTime release_returns_ = TrueTime::min();  // of the last core; kNever: perhaps never
  TrueTime earlier_end_ = TrueTime::min();      // the latest such time of the cores before
  std::uint32_t earlier_owner_ = kNoIndex;      // whose it is, if one owner's
  TrueTime stray_until_ = TrueTime::min();      // the last return of a release by who held nothing
  std::int64_t highest_ = 0;                    // fence so far
  std::uint32_t highest_place_ = kNoIndex;

  // Refusals that only an acquire still to return can explain.
  std::uint32_t waiting_ = kNoIndex;  // place of the one that returned first
  TrueTime waiting_until_{};          // its return ...
  TrueTime waiting_since_{};
  std::vector<std::uint32_t> waiting_owners_;  // ... and whose refusals wait that returned then
  std::uint32_t too_late_ = kNoIndex;          // place of the next acquire, if it cannot
  std::uint64_t supporters_ = 0;               // acquires in flight that can explain it
  std::uint64_t pending_ = 0;                  // acquires in flight of owners that hold nothing
  std::vector<Call> refused_now_;              // at the instant that is being passed
};

// The sweep over one object of a history that is in memory.
Decision decide_owned_lock(const OperationHistory& history, Places places,
                           const Specification& specification, Pace& pace);

}  // namespace picklock

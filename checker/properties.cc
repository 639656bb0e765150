#include "checker/properties.h"

#include <algorithm>
#include <array>

#include "checker/judges.h"

namespace picklock {
namespace {

constexpr std::array<Property, 20> kProperties{{
    {"server-exclusion", "S1", "no two holds own the lock at its servers at one instant",
     judge_server_exclusion},
    {"belief-exclusion", "S2", "no two clients believe that they hold the lock at one instant",
     judge_belief_exclusion},
    {"diligent-belief-exclusion", "S2",
     "no two clients that heed their deadlines believe so at one instant",
     judge_diligent_belief_exclusion},
    {"effect-exclusion", "S3", "operations of two holds do not interleave at the resource",
     judge_effect_exclusion},
    {"no-lost-update", "S4", "every acknowledged increment is found in the counter at the end",
     judge_no_lost_update},
    {"no-oversell", "S5", "no more pieces are sold than there were", judge_no_oversell},
    {"at-most-once", "S6", "the job of a time slot runs at most once", judge_at_most_once},
    {"release-safety", "S7", "no operation of one hold takes the lock away from another",
     judge_release_safety},
    {"fence-monotonicity", "F1", "later grants carry larger fencing tokens, and no two the same",
     judge_fence_monotonicity},
    {"fence-soundness", "F2", "the tokens of accepted writes never go back", judge_fence_soundness},
    {"fence-completeness", "F3",
     "nothing is accepted from a hold once a newer hold has read or written",
     judge_fence_completeness},
    {"deadlock-freedom", "LV1", "a lock that nobody holds is granted to somebody who waits",
     judge_deadlock_freedom},
    {"recovery-time", "LV2", "after the holder's crash a waiter gets the lock in time",
     judge_recovery_time},
    {"call-termination", "LV4", "every acquire returns within its own time-out",
     judge_call_termination},
    {"single-wake-up", "C1", "at most one waiter is woken from one grant to the next",
     judge_single_wake_up},
    {"resource-linearizability", "LIN", "the resource behaves as one register",
     judge_resource_linearizability},
    {"lock-mutex", "M0", "the lock behaves as a mutex that only its owner frees", judge_lock_mutex},
    {"lock-timed-lease", "M2", "the lock behaves as leases that never end early",
     judge_lock_timed_lease},
    {"lock-failure-detector-lease", "M3", "the lock behaves as leases that may end at any time",
     judge_lock_failure_detector_lease},
    {"lock-fenced-lease", "M4", "the lock behaves as leases whose tokens increase",
     judge_lock_fenced_lease},
}};

}  // namespace

std::span<const Property> properties() {
  return kProperties;
}

const Property* find_property(std::string_view name) {
  const auto found = std::ranges::find(kProperties, name, &Property::name);
  return found == kProperties.end() ? nullptr : &*found;
}

std::string_view strongest_specification(const Timeline& timeline, const Limits& limits) {
  struct Rung {
    std::string_view id;
    Verdict (*judge)(const Timeline&, const Limits&);
    bool needs_fences;
  };
  static constexpr std::array<Rung, 4> kLadder{{{"M0", judge_lock_mutex, false},
                                                {"M2", judge_lock_timed_lease, false},
                                                {"M4", judge_lock_fenced_lease, true},
                                                {"M3", judge_lock_failure_detector_lease, false}}};
  for (const Rung& rung : kLadder) {
    if (rung.needs_fences && !timeline.subject().fenced) continue;
    const Status status = rung.judge(timeline, limits).status;
    if (status == Status::holds) return rung.id;
    if (status == Status::undecided) return "undecided";
  }
  return "none";
}

}  // namespace picklock

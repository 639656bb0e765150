#include "checker/properties.h"

#include <algorithm>
#include <array>

#include "base/require.h"
#include "checker/judges.h"

namespace picklock {
namespace {

constexpr std::array<Property, kPropertyCount> kProperties{{
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
     judge_lock_timed_lease, "lock-mutex"},
    {"lock-failure-detector-lease", "M3", "the lock behaves as leases that may end at any time",
     judge_lock_failure_detector_lease, "lock-timed-lease"},
    {"lock-fenced-lease", "M4", "the lock behaves as leases whose tokens increase",
     judge_lock_fenced_lease},
}};

// The place of a property of this name before `end`; `end` when there is none.
constexpr std::size_t place_of(std::string_view name, std::size_t end = kPropertyCount) {
  std::size_t place = 0;
  while (place < end && kProperties[place].name != name) ++place;
  return place;
}

// The place of what implies each property, its own when nothing does.
constexpr auto kImpliedBy = [] {
  std::array<std::size_t, kPropertyCount> places{};
  for (std::size_t i = 0; i < kPropertyCount; ++i) {
    places[i] = place_of(kProperties[i].implied_by, i);
    require(places[i] < i || kProperties[i].implied_by.empty(),
            "what implies a property is before it");
  }
  return places;
}();

struct Rung {
  std::string_view id;
  std::size_t property;
  bool needs_fences;
};
constexpr std::array<Rung, 4> kLadder{{{"M0", place_of("lock-mutex"), false},
                                       {"M2", place_of("lock-timed-lease"), false},
                                       {"M4", place_of("lock-fenced-lease"), true},
                                       {"M3", place_of("lock-failure-detector-lease"), false}}};

}  // namespace

std::span<const Property> properties() {
  return kProperties;
}

const Property* find_property(std::string_view name) {
  const auto found = std::ranges::find(kProperties, name, &Property::name);
  return found == kProperties.end() ? nullptr : &*found;
}

Verdicts judge_all(const Timeline& timeline, const Limits& limits) {
  Verdicts verdicts;
  for (std::size_t i = 0; i < kPropertyCount; ++i) {
    const Verdict& stronger = verdicts[kImpliedBy[i]];
    if (kImpliedBy[i] < i && stronger.status == Status::holds) {
      verdicts[i].judged = stronger.judged;
    } else {
      verdicts[i] = kProperties[i].judge(timeline, limits);
    }
  }
  return verdicts;
}

std::string_view strongest_specification(const Timeline& timeline, const Verdicts& verdicts) {
  for (const Rung& rung : kLadder) {
    if (rung.needs_fences && !timeline.subject().fenced) continue;
    const Status status = verdicts[rung.property].status;
    if (status == Status::holds) return rung.id;
    if (status == Status::undecided) return "undecided";
  }
  return "none";
}

}  // namespace picklock

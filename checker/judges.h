// Every judge: a function from a timeline to a verdict. docs/properties.md gives the definitions.
//
// A judge is pure. It allocates memory only for a violation, or for what exceeds a few kilobytes of
// scratch space. Where no cost is named it is linear in the history.
#pragma once

#include "checker/timeline.h"
#include "checker/verdict.h"

namespace picklock {

// The lock object and what its clients believe.
Verdict judge_server_exclusion(const Timeline& timeline, const Limits& limits);
Verdict judge_belief_exclusion(const Timeline& timeline, const Limits& limits);
Verdict judge_diligent_belief_exclusion(const Timeline& timeline, const Limits& limits);
Verdict judge_release_safety(const Timeline& timeline, const Limits& limits);

// The protected resource.
Verdict judge_effect_exclusion(const Timeline& timeline, const Limits& limits);
Verdict judge_no_lost_update(const Timeline& timeline, const Limits& limits);
Verdict judge_no_oversell(const Timeline& timeline, const Limits& limits);
Verdict judge_at_most_once(const Timeline& timeline, const Limits& limits);

// Fencing tokens. judge_fence_monotonicity sorts the grants: O(n log n).
Verdict judge_fence_monotonicity(const Timeline& timeline, const Limits& limits);
Verdict judge_fence_soundness(const Timeline& timeline, const Limits& limits);
Verdict judge_fence_completeness(const Timeline& timeline, const Limits& limits);

// Liveness and cost. The first three cost O(n log n), and more only with many pauses.
Verdict judge_deadlock_freedom(const Timeline& timeline, const Limits& limits);
Verdict judge_recovery_time(const Timeline& timeline, const Limits& limits);
Verdict judge_call_termination(const Timeline& timeline, const Limits& limits);
Verdict judge_single_wake_up(const Timeline& timeline, const Limits& limits);

// Searches; limits.search_steps bounds each. See checker/linearizability.h for their cost.
Verdict judge_resource_linearizability(const Timeline& timeline, const Limits& limits);
Verdict judge_lock_mutex(const Timeline& timeline, const Limits& limits);
Verdict judge_lock_timed_lease(const Timeline& timeline, const Limits& limits);
Verdict judge_lock_failure_detector_lease(const Timeline& timeline, const Limits& limits);
Verdict judge_lock_fenced_lease(const Timeline& timeline, const Limits& limits);

}  // namespace picklock

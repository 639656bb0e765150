// Violations made small: the shortest cut of a history that violates, and the few operations in it that
// contradict each other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "checker/judgement.h"
#include "checker/minimal_subset.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

// The earliest return, from `stuck` on, at which the history is violated. The recorded outcome of an
// operation says nothing before it returns, so the search, which knows it from the start, may get stuck
// earlier than the history does. One search for each return tried; one is enough but for what was in
// flight at `stuck`.
TrueTime shortest_violation(const OperationHistory& history, std::span<const std::uint32_t> places,
                            TrueTime stuck, const Specification& specification,
                            const JudgeLimits& limits);

// A minimal subset of `candidates` (which violate) that violates in the cut at `at`, while every other
// operation of `places` may have happened or not. It is sought in the end of the history first: among w candidates that
// were invoked last, for a w that grows sixteenfold. A subset that violates is minimal whatever it was sought in; and before
// the first of the w nothing is in doubt, so that part is searched once (subset_search.h). O(log n) passes over
// the history, and O(k log w) searches of its end for k of w.
SubHistory minimise(const OperationHistory& history, std::span<const std::uint32_t> places,
                    std::span<const std::uint32_t> candidates, TrueTime at,
                    const Specification& specification, const JudgeLimits& limits);

}  // namespace picklock

// Why an owner-blind mutex is violated: too many operations of one kind for the other kind to come between them.
//
// Acquires and releases alternate. So in a span of time that holds the whole windows of m acquires, the windows of
// m - 1 releases at least must meet it; for releases alike, but that the lock begins free, so a span from the
// beginning that holds m of them needs m acquires. A release whose window meets two spans
// serves in one of them only. Hence, for spans of time apart from each other,
//
//     acquires inside of a span  >  releases that meet a span + number of spans
//
// is a violation, whatever else happened or not: the Hall condition of matching acquires to the releases between
// them (P. Hall, 1935; for intervals Glover, 1967). Releases that meet no span are those inside of a gap
// between spans, so the best spans are found by one pass over time, as a sum over spans and gaps of what lies
// inside, less one for each span: O(n log n) time, O(n) memory.
//
// Where refusals say nothing, a history is violated only if there are such spans. Among the smallest excesses the
// narrowest spans are taken; they hold as many operations as are needed to be one too many, each of which could
// be exchanged for another along the matching: without any one of them the rest can be explained.
//
// An operation invoked at the instant at which its process's last one returns comes after it: its window
// begins after that return. Where several operations return at such an instant this is not enough to say,
// and the caller must not ask.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"

namespace picklock {

// The operations of kind `verb` that are one too many in the history cut at `at`, in the order of invocation;
// empty when there are no such spans.
std::vector<std::uint32_t> find_crowd(const OperationHistory& history, Places places, TrueTime at,
                                      Verb verb, Pace& pace);

}  // namespace picklock

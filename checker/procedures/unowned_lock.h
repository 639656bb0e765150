// The exact procedure for the owner-blind mutex: one bit, which acquires set and releases clear, whoever calls.
//
// A sweep that acts as late as it can. The state is one bit; pending acquires and releases wait in two heaps
// by deadline, the return that forces them (unknown = never). At a return that needs the other state the
// pending operation with the earliest deadline that flips the bit goes first; if there is none, the history is
// violated. A refusal is satisfied as soon as the bit is what it says, else it waits for a flip.
//
// Exact by exchange: take a linearization that agrees with the sweep up to the previous event. What it does
// that is not forced now has later deadlines; move that behind this event in the same order. The
// operation forced now takes the first slot of its kind, and the one that it displaces the vacated slot: equal
// kinds have equal effects, and the earlier deadline goes first. Every flip passes through both
// states, so each refusal that waits is served at least as early.
//
// An operation invoked at the instant at which its process's last one returns comes after it: it joins the
// heaps once that return has been passed. Where several operations return at such an instant, the
// search decides. O(n log n).
#pragma once

#include "checker/operations.h"
#include "checker/pace.h"
#include "checker/procedures/decision.h"
#include "checker/specifications/specification.h"

namespace picklock {

Decision decide_unowned_lock(const OperationHistory& history, Places places,
                             const Specification& specification, Pace& pace);

}  // namespace picklock

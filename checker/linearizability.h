// Linearizability by a memoised, just-in-time search over a specification.
//
// Source: Wing and Gong (1993), Lowe, "Testing for linearizability" (2017): an operation is linearised
// only when some operation's return forces it, and equal configurations are explored once. Memory is
// O(n + configurations of the operations in flight): nothing is kept of operations that have returned.
//
// Time and memory are exponential in the number of overlapping operations, and linear in the length of
// a history in which few overlap. The budget is counted in steps of the specification and in bytes.
//
// A history is cut wherever nothing is in flight: a way to explain it is a state then and no more, and the states
// that it can have come to are all that is carried over. So what is kept of the search, and what it may grow to, is
// a matter of the part between two such instants.
//
// Four reductions, each exact. A call that only looks is taken as soon as it is true. Of calls of unknown
// outcome with equal effects, the one invoked first is taken first: their windows have no end, so they
// can change places. A call of unknown outcome that can no longer matter is forgotten. And of two ways to the
// same state, one that has used up fewer of the calls that need not take effect makes the other needless.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>

#include "base/hash.h"
#include "base/ids.h"
#include "base/require.h"
#include "base/time.h"
#include "checker/scratch.h"
#include "checker/timeline.h"
#include "checker/verdict.h"

namespace picklock {

// One operation of an object under test. Its effect falls at one instant of [invoked, returned]; both
// ends count, so operations that touch are concurrent.
struct TimedCall {
  TrueTime invoked{};
  TrueTime returned = kNever;  // kNever: unknown; it may take effect at any later time, or never
  OpId op{};
  bool is_optional = false;         // it may as well not take effect, though its window ends
  bool is_absent = false;           // it is left out
  std::uint32_t effect = kNoIndex;  // unknown calls with equal numbers have equal effects
  // The call of the same process that returned at the very instant of this one's invocation: although
  // they touch, it comes first.
  std::uint32_t after = kNoIndex;
};

// What the object should do, one operation at a time.
//
// step(state, call, now) applies the call in `state` and returns true, or returns false when the call
// (with its recorded outcome) cannot come next. `now` is the true time up to which the search has come;
// a specification with time-outs may let no more than that pass.
//
// is_pure(call): a legal step of this call never changes any state; the search then takes it at once.
//
// can_wait(call, now): a call that is not due gains nothing by taking effect before one that is due now.
//
// is_over(state, call, now): a call of unknown outcome can no longer matter from here on.
//
// settle(state, now), which a specification need not have, makes states equal that no call yet to return can tell
// apart.
//
// state.covers(other), which a state need not have: whatever can come after `other` can come after it, and lead to
// a state that covers the other's; such states have equal hashes.
template <class S>
concept SequentialSpecification = requires(const S& spec, typename S::State& state,
                                           const typename S::State& seen, std::uint32_t call,
                                           TrueTime now) {
  requires std::equality_comparable<typename S::State>;
  { spec.initial() } -> std::same_as<typename S::State>;
  { spec.step(state, call, now) } -> std::same_as<bool>;
  { spec.is_pure(call) } -> std::same_as<bool>;
  { spec.can_wait(call, now) } -> std::same_as<bool>;
  { spec.is_over(seen, call, now) } -> std::same_as<bool>;
  { hash_of(seen) } -> std::same_as<std::uint64_t>;
};

template <class State>
struct SearchResult {
  Status status = Status::holds;
  std::uint64_t steps = 0;
  const char* undecided_because = "";
  std::uint32_t stuck = kNoIndex;  // violated: the call whose return nothing can explain ...
  State state{};                   // ... and a state in which the explanation ended before it
};

}  // namespace picklock

#include "checker/linearizability_search.h"

namespace picklock {

// Is there an order of the calls, each at an instant of its window, that the specification allows? The
// calls stand in the order of invocation; calls of unknown outcome may be left out of the order. Where
// there is one, and `order` is given, it receives it. The narrowest mask that holds the calls in flight
// is the fastest; most histories need one word.
template <SequentialSpecification Spec>
SearchResult<typename Spec::State> linearize(const Spec& spec, std::span<const TimedCall> calls,
                                             const Limits& limits, Scratch& scratch,
                                             ScratchVector<std::uint32_t>* order = nullptr) {
  require(std::ranges::is_sorted(calls, {}, &TimedCall::invoked),
          "calls stand in order of invocation");
  SearchResult<typename Spec::State> result;
  const auto fits = [&]<std::size_t Words>(search::Words<Words>) {
    search::Searcher<Spec, Words> searcher(spec, calls, limits, scratch, order);
    result = searcher.run();
    return !searcher.is_too_narrow();
  };
  fits(search::Words<1>{}) || fits(search::Words<4>{}) || fits(search::Words<32>{}) ||
      fits(search::Words<256>{});
  return result;
}

}  // namespace picklock

// Linearizability by a memoised, just-in-time search over a specification.
//
// Source: Wing and Gong (1993), Lowe, "Testing for linearizability" (2017): an operation is linearised
// only when some operation's return forces it, and equal configurations are explored once. Memory is
// O(n + configurations of the operations in flight): nothing is kept of operations that have returned.
//
// Time and memory are exponential in the number of overlapping operations, and linear in the length of
// a history in which few overlap. The budget is counted in steps of the specification.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <span>
#include <tuple>

#include "base/hash.h"
#include "base/ids.h"
#include "base/require.h"
#include "base/time.h"
#include "checker/configuration_set.h"
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

// Operations that may be in flight at one instant, those of unknown outcome included while they matter.
inline constexpr std::uint32_t kMaxInFlight = 64;

template <class State>
struct SearchResult {
  Status status = Status::holds;
  std::uint64_t steps = 0;
  const char* undecided_because = "";
  std::uint32_t stuck = kNoIndex;  // violated: the call whose return nothing can explain ...
  State state{};                   // ... and a state in which the explanation ended before it
};

namespace search {

template <SequentialSpecification Spec>
class Searcher {
 public:
  using State = typename Spec::State;

  Searcher(const Spec& spec, std::span<const TimedCall> calls, const Limits& limits,
           Scratch& scratch)
      : spec_(spec),
        calls_(calls),
        limits_(limits),
        returns_(scratch.memory()),
        frontier_(scratch.memory()),
        next_(scratch.memory()),
        seen_(scratch.memory()) {}

  SearchResult<State> run() {
    sort_returns();
    frontier_.insert({.state = spec_.initial()});
    std::uint32_t invoked = 0;
    for (const std::uint32_t call : returns_) {
      const TrueTime now = calls_[call].returned;
      // At equal times invocations come first: operations that touch are concurrent.
      while (invoked < calls_.size() && calls_[invoked].invoked <= now) {
        if (!open(invoked)) return give_up("more than 64 operations were in flight at once");
        ++invoked;
      }
      if (!close(call, now)) return give_up("the search used up its budget of steps");
      if (frontier_.size() == 0) return stuck_at(call);
      forget_unknowns(now);
    }
    return {.steps = steps_};
  }

 private:
  void sort_returns() {
    for (std::uint32_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i].returned != kNever) returns_.push_back(i);
    }
    std::ranges::sort(returns_, {},
                      [this](std::uint32_t i) { return std::tuple(calls_[i].returned, i); });
  }

  bool open(std::uint32_t call) {
    if (!~in_flight_) return false;
    const auto slot = static_cast<std::uint32_t>(std::countr_one(in_flight_));
    in_flight_ |= bit(slot);
    slots_[slot] = call;
    if (calls_[call].returned == kNever) unknown_ |= bit(slot);
    if (spec_.is_pure(call)) pure_ |= bit(slot);
    return true;
  }

  // Extends every configuration until `call` has taken effect; false when the budget is used up.
  bool close(std::uint32_t call, TrueTime now) {
    const std::uint32_t slot = slot_of(call);
    next_.clear();
    seen_.clear();
    for (const auto& configuration : frontier_.items()) {
      if ((configuration.done & bit(slot)) == 0) {
        seen_.insert(configuration);
      } else {
        next_.insert({.state = configuration.state, .done = configuration.done & ~bit(slot)});
      }
    }
    // `seen_` grows while it is walked: it is the queue of configurations to extend, each once.
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (!extend(seen_[i], slot, now)) return false;
    }
    in_flight_ &= ~bit(slot);
    pure_ &= ~bit(slot);
    last_ = frontier_[0].state;
    frontier_.swap(next_);
    return true;
  }

  bool extend(Configuration<State> from, std::uint32_t wanted, TrueTime now) {
    // Pure calls that are legal now lose nothing by taking effect now.
    for (std::uint64_t rest = pure_ & ~from.done; rest != 0; rest &= rest - 1) {
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (++steps_ > limits_.search_steps) return false;
      if (spec_.step(from.state, slots_[slot], now)) from.done |= bit(slot);
    }
    if ((from.done & bit(wanted)) != 0) {
      next_.insert({.state = from.state, .done = from.done & ~bit(wanted)});
      return true;
    }
    for (std::uint64_t rest = in_flight_ & ~pure_ & ~from.done; rest != 0; rest &= rest - 1) {
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (slot != wanted && spec_.can_wait(slots_[slot], now)) continue;
      if (++steps_ > limits_.search_steps) return false;
      Configuration<State> to = from;
      if (!spec_.step(to.state, slots_[slot], now)) continue;
      if (slot == wanted) {
        next_.insert(to);
      } else {
        to.done |= bit(slot);
        seen_.insert(to);
      }
    }
    return true;
  }

  // Frees the slots of unknown calls that have taken effect, or can no longer matter, in every
  // configuration. Without this they would stay in flight for ever.
  void forget_unknowns(TrueTime now) {
    if (unknown_ == 0) return;
    next_.clear();
    std::uint64_t over = unknown_;
    for (const auto& configuration : frontier_.items()) {
      Configuration<State> trimmed = configuration;
      for (std::uint64_t rest = unknown_ & ~trimmed.done; rest != 0; rest &= rest - 1) {
        const auto slot = static_cast<std::uint32_t>(std::countr_zero(rest));
        if (spec_.is_over(trimmed.state, slots_[slot], now)) trimmed.done |= bit(slot);
      }
      over &= trimmed.done;
      next_.insert(trimmed);
    }
    frontier_.swap(next_);
    if (over == 0) return;
    next_.clear();
    for (const auto& configuration : frontier_.items()) {
      next_.insert({.state = configuration.state, .done = configuration.done & ~over});
    }
    frontier_.swap(next_);
    in_flight_ &= ~over;
    unknown_ &= ~over;
    pure_ &= ~over;
  }

  std::uint32_t slot_of(std::uint32_t call) const {
    for (std::uint64_t rest = in_flight_; rest != 0; rest &= rest - 1) {
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (slots_[slot] == call) return slot;
    }
    require(false, "a call that returns is in flight");
    return 0;
  }

  SearchResult<State> give_up(const char* why) const {
    return {.status = Status::undecided, .steps = steps_, .undecided_because = why};
  }
  SearchResult<State> stuck_at(std::uint32_t call) const {
    return {.status = Status::violated, .steps = steps_, .stuck = call, .state = last_};
  }
  static constexpr std::uint64_t bit(std::uint32_t slot) { return std::uint64_t{1} << slot; }

  const Spec& spec_;
  std::span<const TimedCall> calls_;
  const Limits& limits_;
  ScratchVector<std::uint32_t> returns_;  // calls that returned, in the order of their returns
  std::array<std::uint32_t, kMaxInFlight> slots_{};
  std::uint64_t in_flight_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t pure_ = 0;
  std::uint64_t steps_ = 0;
  State last_{};
  ConfigurationSet<State> frontier_;
  ConfigurationSet<State> next_;
  ConfigurationSet<State> seen_;
};

}  // namespace search

// Is there an order of the calls, each at an instant of its window, that the specification allows? The
// calls stand in the order of invocation; calls of unknown outcome may be left out of the order.
template <SequentialSpecification Spec>
SearchResult<typename Spec::State> linearize(const Spec& spec, std::span<const TimedCall> calls,
                                             const Limits& limits, Scratch& scratch) {
  require(std::ranges::is_sorted(calls, {}, &TimedCall::invoked),
          "calls stand in order of invocation");
  return search::Searcher<Spec>(spec, calls, limits, scratch).run();
}

}  // namespace picklock

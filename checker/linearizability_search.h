// The search behind linearize(); include checker/linearizability.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "base/require.h"
#include "base/time.h"
#include "checker/configuration_set.h"
#include "checker/linearizability.h"
#include "checker/pace.h"
#include "checker/scratch.h"
#include "checker/search_budget.h"
#include "checker/search_trace.h"
#include "checker/timeline.h"
#include "checker/verdict.h"

namespace picklock::search {

template <std::size_t N>
struct Words {};

template <SequentialSpecification Spec, std::size_t Words>
class Searcher {
 public:
  using State = typename Spec::State;
  using Slots = SlotSet<Words>;
  using Node = Configuration<State, Words>;

  Searcher(const Spec& spec, std::span<const TimedCall> calls, const Limits& limits,
           Scratch& scratch, ScratchVector<std::uint32_t>* order)
      : spec_(spec),
        calls_(calls),
        watch_(limits.watch),
        budget_(limits),
        returns_(scratch.memory()),
        trace_(scratch, order),
        frontier_(scratch.memory()),
        next_(scratch.memory()),
        seen_(scratch.memory()) {}

  SearchResult<State> run() {
    try {
      start();
    } catch (const Interrupted&) {
      return undecided(kInterrupted);
    }
    return go_on(kNever);
  }

  void start() {
    sort_returns();
    frontier_.insert({.state = spec_.initial()});
  }

  // Goes on with the returns before `end`. A searcher may be copied in between, and each copy go on by itself.
  SearchResult<State> go_on(TrueTime end) {
    for (; passed_ < returns_.size() && calls_[returns_[passed_]].returned < end; ++passed_) {
      const std::uint32_t call = returns_[passed_];
      const TrueTime now = calls_[call].returned;
      // At equal times invocations come first: operations that touch are concurrent.
      while (invoked_ < calls_.size() && calls_[invoked_].invoked <= now) {
        if (!open(invoked_)) return undecided("too many operations were in flight at once");
        ++invoked_;
      }
      if (!close(call, now)) return undecided(budget_.why());
      if (frontier_.size() == 0) {
        return {
            .status = Status::violated, .steps = budget_.steps(), .stuck = call, .state = last_};
      }
      forget_unknowns(now);
      if constexpr (requires(State & state) { spec_.settle(state, now); }) settle(now);
    }
    if (end == kNever) trace_.write_order(frontier_[0].trace);
    return {.steps = budget_.restart()};
  }

  bool is_too_narrow() const { return is_too_narrow_; }

 private:
  SearchResult<State> undecided(const char* why) const {
    return {.status = Status::undecided, .steps = budget_.steps(), .undecided_because = why};
  }

  void sort_returns() {
    for (std::uint32_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i].returned != kNever) returns_.push_back(i);
    }
    Pace pace(watch_);
    sort_at(pace, returns_, std::ranges::less{},
            [this](std::uint32_t i) { return std::tuple(calls_[i].returned, i); });
  }

  bool open(std::uint32_t call) {
    if (calls_[call].is_absent) return true;
    const std::uint32_t slot = in_flight_.first_free();
    if (slot == Slots::kSlots) {
      is_too_narrow_ = true;
      return false;
    }
    slots_[slot] = call;
    if (spec_.is_pure(call)) pure_.add(slot);
    if (calls_[call].is_optional || calls_[call].returned == kNever) free_.add(slot);
    if (calls_[call].returned == kNever) {
      twin_[slot] = kNoIndex;
      if (calls_[call].effect != kNoIndex) {
        unknown_.each([&](std::uint32_t other) {
          const bool is_twin =
              calls_[slots_[other]].effect == calls_[call].effect && !following_.has(other);
          const bool is_nearer = twin_[slot] == kNoIndex || slots_[other] > slots_[twin_[slot]];
          if (is_twin && is_nearer) twin_[slot] = other;
          return true;
        });
      }
      unknown_.add(slot);
    }
    std::uint32_t first = calls_[call].after;
    while (first != kNoIndex && calls_[first].is_absent) first = calls_[first].after;
    const std::uint32_t before = first == kNoIndex ? kNoIndex : slot_of(first);
    if (before != kNoIndex) {
      follows_[slot] = before;
      following_.add(slot);
    }
    in_flight_.add(slot);
    return true;
  }

  // Extends every configuration until `call` has taken effect; false when the budget is used up.
  bool close(std::uint32_t call, TrueTime now) {
    if (calls_[call].is_absent) return true;
    const std::uint32_t slot = slot_of(call);
    require(slot != kNoIndex, "a call that returns is in flight");
    Slots rest = free_;
    rest.remove(slot);
    next_.clear(rest);
    seen_.clear(free_);
    for (Node configuration : frontier_.items()) {
      if (!configuration.done.has(slot)) {
        seen_.insert(configuration);
        if (calls_[call].is_optional) next_.insert(configuration);
      } else {
        configuration.done.remove(slot);
        next_.insert(configuration);
      }
    }
    // `seen_` grows while it is walked: it is the queue of configurations to extend, each once.
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      if (!extend(seen_[i], slot, now)) return false;
    }
    in_flight_.remove(slot);
    free_.remove(slot);
    pure_.remove(slot);
    following_.remove(slot);
    following_.each([&](std::uint32_t other) {
      if (follows_[other] == slot) following_.remove(other);
      return true;
    });
    last_ = frontier_[0].state;
    frontier_.swap(next_);
    return true;
  }

  bool extend(Node from, std::uint32_t wanted, TrueTime now) {
    // Pure calls that are legal now lose nothing by taking effect now, unless they shut out another.
    Slots eager = pure_;
    following_.each([&](std::uint32_t slot) {
      if (!from.done.has(follows_[slot])) eager.remove(slot);
      return true;
    });
    const bool within = (eager - from.done).each([&](std::uint32_t slot) {
      if (!take_step()) return false;
      if (spec_.step(from.state, slots_[slot], now)) {
        from.done.add(slot);
        from.trace = trace_.record(from.trace, slots_[slot]);
      }
      return true;
    });
    if (!within) return false;
    if (from.done.has(wanted)) {
      from.done.remove(wanted);
      next_.insert(from);
      return true;
    }
    return (in_flight_ - eager - from.done).each([&](std::uint32_t slot) {
      if (slot != wanted && spec_.can_wait(slots_[slot], now)) return true;
      if (!may_come(slot, from.done)) return true;
      if (!take_step()) return false;
      Node to = from;
      if (!spec_.step(to.state, slots_[slot], now)) return true;
      to.trace = trace_.next();
      if (slot != wanted) to.done.add(slot);
      if ((slot == wanted ? next_ : seen_).insert(to)) trace_.record(from.trace, slots_[slot]);
      return true;
    });
  }

  // False while a call that has to come before has not, or one that has to come after has.
  bool may_come(std::uint32_t slot, const Slots& done) const {
    if (unknown_.has(slot) && twin_[slot] != kNoIndex && !done.has(twin_[slot])) return false;
    if (following_.is_empty()) return true;
    for (std::uint32_t before = slot; following_.has(before);) {
      before = follows_[before];
      if (!done.has(before) && !calls_[slots_[before]].is_optional) return false;
    }
    return following_.each([&](std::uint32_t other) {
      if (!done.has(other)) return true;
      for (std::uint32_t before = other; following_.has(before);) {
        before = follows_[before];
        if (before == slot) return false;
      }
      return true;
    });
  }

  bool take_step() {
    return budget_.take_step(frontier_.bytes() + next_.bytes() + seen_.bytes() + trace_.bytes() +
                             bytes_kept_by(spec_));
  }

  // Frees the slots of unknown calls that have taken effect, or can no longer matter, in every
  // configuration. Without this they would stay in flight for ever.
  void forget_unknowns(TrueTime now) {
    if (unknown_.is_empty()) return;
    next_.clear(free_);
    Slots over = unknown_ - following_;  // those still shut out what they follow
    for (Node trimmed : frontier_.items()) {
      (unknown_ - following_ - trimmed.done).each([&](std::uint32_t slot) {
        if (spec_.is_over(trimmed.state, slots_[slot], now)) trimmed.done.add(slot);
        return true;
      });
      over &= trimmed.done;
      next_.insert(trimmed);
    }
    frontier_.swap(next_);
    if (over.is_empty()) return;
    free_ = free_ - over;
    next_.clear(free_);
    for (Node trimmed : frontier_.items()) {
      trimmed.done = trimmed.done - over;
      next_.insert(trimmed);
    }
    frontier_.swap(next_);
    in_flight_ = in_flight_ - over;
    unknown_ = unknown_ - over;
    pure_ = pure_ - over;
    unknown_.each([&](std::uint32_t slot) {
      while (twin_[slot] != kNoIndex && over.has(twin_[slot])) twin_[slot] = twin_[twin_[slot]];
      return true;
    });
  }

  // Makes configurations equal that nothing to come can tell apart.
  void settle(TrueTime now) {
    if (frontier_.size() == 1) return;
    next_.clear(free_);
    for (Node configuration : frontier_.items()) {
      spec_.settle(configuration.state, now);
      next_.insert(configuration);
    }
    frontier_.swap(next_);
  }

  std::uint32_t slot_of(std::uint32_t call) const {
    std::uint32_t found = kNoIndex;
    in_flight_.each([&](std::uint32_t slot) {
      if (slots_[slot] == call) found = slot;
      return found == kNoIndex;
    });
    return found;
  }

  const Spec& spec_;
  std::span<const TimedCall> calls_;
  Watch* watch_;
  Budget budget_;
  ScratchVector<std::uint32_t> returns_;  // calls that returned, in the order of their returns
  Trace trace_;
  std::array<std::uint32_t, Slots::kSlots> slots_{};
  std::array<std::uint32_t, Slots::kSlots> twin_{};     // of unknown calls: the one before it
  std::array<std::uint32_t, Slots::kSlots> follows_{};  // of `following_`: what comes first
  Slots in_flight_;
  Slots unknown_;
  Slots pure_;
  Slots following_;
  Slots free_;                 // optional or unknown
  std::size_t passed_ = 0;     // returns
  std::uint32_t invoked_ = 0;  // calls
  bool is_too_narrow_ = false;
  State last_{};
  ConfigurationSet<State, Words> frontier_;
  ConfigurationSet<State, Words> next_;
  ConfigurationSet<State, Words> seen_;
};

}  // namespace picklock::search

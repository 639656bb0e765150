// Locks of one hold at a time, for the search: mutex, owner-mutex, reentrant, fenced, reentrant-fenced, lease.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/hash.h"
#include "base/time.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/specification.h"
#include "checker/timeline.h"

namespace picklock {

class LockObject {
 public:
  struct State {
    std::uint32_t owner = kNoIndex;
    std::uint32_t depth = 0;
    bool has_fence = false;    // of the present hold
    bool has_highest = false;  // some token was seen
    std::int64_t highest = 0;  // the present hold's own, if it has one
    TrueTime clock{};          // the earliest instant of the last step; leases with a ttl only
    TrueTime expiry{};         // the hold may end from then on; leases with a ttl only

    friend bool operator==(const State&, const State&) = default;
    // What is allowed later is allowed to a clock and a hold that lag behind.
    bool covers(const State& other) const {
      State same = other;
      same.clock = clock;
      same.expiry = expiry;
      return *this == same && clock <= other.clock && expiry <= other.expiry;
    }
    friend std::uint64_t hash_of(const State& state) {  // the same for states that cover another
      const auto word = [](auto value) { return static_cast<std::uint64_t>(value); };
      const std::uint64_t lock = word(state.owner) << 32 | state.depth;
      const std::uint64_t fence = mix(word(state.highest) * 2 + word(state.has_fence));
      return mix(mix(lock) ^ fence);
    }
  };

  // `calls` are parallel to the calls of the search and must outlive it.
  LockObject(const Specification& specification, std::span<const ObjectCall> calls)
      : calls_(calls),
        lease_(shortest_lease(specification)),
        expires_(specification.kind == SpecificationKind::lease),
        is_fenced_(specification.kind == SpecificationKind::fenced ||
                   specification.kind == SpecificationKind::reentrant_fenced),
        is_reentrant_(specification.kind == SpecificationKind::reentrant ||
                      specification.kind == SpecificationKind::reentrant_fenced),
        limit_(is_reentrant_ ? specification.limit : 1) {}

  State initial() const { return {.clock = TrueTime::min()}; }

  bool step(State& state, std::uint32_t index, TrueTime now) const {
    const ObjectCall& call = calls_[index];
    const bool is_refused = call.is_recorded && call.operation->outcome == Outcome::refused;
    if (!(is_refused ? refuse(state, call, now) : succeed(state, call, now))) return false;
    if (is_timed()) {
      state.clock = std::max(state.clock, call.operation->invoked);
      const Verb verb = call.operation->verb;
      if (!is_refused && (verb == Verb::acquire || verb == Verb::renew)) {
        state.expiry = later(state.clock, lease_);
      }
      if (state.owner == kNoIndex) state.expiry = {};
    }
    return true;
  }

  bool is_pure(std::uint32_t index) const {
    const Operation& operation = *calls_[index].operation;
    if (operation.verb == Verb::renew) return !is_timed() && operation.outcome == Outcome::ok;
    if (is_timed() || !calls_[index].is_recorded) return false;
    return operation.outcome == Outcome::refused && (!expires_ || operation.verb == Verb::acquire);
  }
  bool can_wait(std::uint32_t, TrueTime) const { return false; }
  bool is_over(const State& state, std::uint32_t index, TrueTime now) const {
    const ObjectCall& call = calls_[index];
    return call.operation->verb == Verb::release && call.wanted_until < now &&
           state.owner != call.owner;
  }

 private:
  bool is_timed() const { return lease_ > Duration::zero(); }

  bool succeed(State& state, const ObjectCall& call, TrueTime now) const {
    if (call.operation->verb == Verb::acquire) return acquire(state, call, now);
    if (state.owner != call.owner) return false;
    if (call.operation->verb == Verb::release && --state.depth == 0) free(state);
    return true;
  }

  bool refuse(State& state, const ObjectCall& call, TrueTime now) const {
    if (call.operation->verb == Verb::acquire) {
      if (state.owner == call.owner) return limit_ != 0 && state.depth >= limit_;
      return state.owner != kNoIndex;
    }
    return state.owner != call.owner || expire(state, now);
  }

  bool acquire(State& state, const ObjectCall& call, TrueTime now) const {
    const bool again = state.owner == call.owner && is_reentrant_;
    if (again && limit_ != 0 && state.depth >= limit_) return false;
    if (!again && state.owner != kNoIndex && !expire(state, now)) return false;
    const Value fence = call.operation->result;
    if (is_fenced_ && call.is_recorded && fence.is_integer()) {
      const std::int64_t token = fence.as_integer();
      if (state.has_fence && token != state.highest) return false;
      if (!state.has_fence && state.has_highest && token <= state.highest) return false;
      state.highest = token;
      state.has_highest = state.has_fence = true;
    }
    state.owner = call.owner;
    ++state.depth;
    return true;
  }

  // The hold ends by itself, as early as it may.
  bool expire(State& state, TrueTime now) const {
    if (!expires_ || (is_timed() && state.expiry > now)) return false;
    if (is_timed()) state.clock = std::max(state.clock, state.expiry);
    free(state);
    return true;
  }

  static void free(State& state) {
    state.owner = kNoIndex;
    state.depth = 0;
    state.has_fence = false;
  }

  std::span<const ObjectCall> calls_;
  Duration lease_;
  bool expires_;
  bool is_fenced_;
  bool is_reentrant_;
  std::uint32_t limit_;  // 0 = any number
};

}  // namespace picklock

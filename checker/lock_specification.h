// Specifications of a lock, from a mutex that only its owner frees to leases that end by themselves.
//
// The owner is the acquire operation, so a grant is told from every other grant of the same client.
// An acquire that was refused is ignored (a try may be refused for any reason), a refused release is
// judged: it is right only while its hold does not own the lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/hash.h"
#include "base/time.h"
#include "checker/linearizability.h"

namespace picklock {

enum class Expiry : std::uint8_t {
  never,      // M0: a mutex
  after_ttl,  // M2: not before the lease has run, as fast as the fastest clock may show it
  any_time,   // M3: a failure detector may be wrong at any time
};

struct LockCall {
  enum class Kind : std::uint8_t { acquire, release, refused_release, unknown_release };
  Kind kind{};
  TrueTime granted = kNever;   // of a release: when its acquire returned ok, if it did
  TrueTime released = kNever;  // of an acquire: when the first release that succeeded was invoked
  std::uint32_t hold = 0;      // number of the acquire
  std::int64_t fence = 0;      // of an acquire; 0 = unknown
  TrueTime invoked{};
  TrueTime renewed = TrueTime::min();  // of an acquire: when its lease was last extended
};

class LockSpecification {
 public:
  struct State {
    std::uint32_t owner = kNoIndex;
    bool kept = false;       // the owner is known to have owned the lock until it released it
    std::int64_t fence = 0;  // the largest so far, where fences are judged
    TrueTime clock{};   // the earliest instant at which the last step can have been; timed only
    TrueTime expiry{};  // the lease may end from then on; timed only

    friend bool operator==(const State&, const State&) = default;
    friend std::uint64_t hash_of(const State& state) {
      const auto word = [](auto value) { return static_cast<std::uint64_t>(value); };
      return mix(
          mix(mix(word(state.owner) ^ mix(word(state.fence))) ^ word(nanoseconds(state.clock))) ^
          word(nanoseconds(state.expiry)));
    }
  };

  // `lease` is the shortest true time after which a lease may end. `calls` are parallel to the calls of
  // the search and must outlive it.
  LockSpecification(Expiry expiry, bool fenced, Duration lease, std::span<const LockCall> calls)
      : expiry_(expiry), fenced_(fenced), lease_(lease), calls_(calls) {}

  State initial() const { return {}; }

  bool step(State& state, std::uint32_t call, TrueTime now) const {
    const LockCall& c = calls_[call];
    switch (c.kind) {
      case LockCall::Kind::acquire:
        return grant(state, c, now);
      case LockCall::Kind::release:
      case LockCall::Kind::unknown_release:
        if (state.owner != c.hold) return false;
        state.owner = kNoIndex;
        state.kept = false;
        break;
      case LockCall::Kind::refused_release:
        if (state.owner == c.hold && !expire(state, now)) return false;
        break;
    }
    advance(state, c.invoked);
    return true;
  }

  // Where nothing expires, a refused release only looks at the lock.
  bool is_pure(std::uint32_t call) const {
    return expiry_ == Expiry::never && calls_[call].kind == LockCall::Kind::refused_release;
  }
  // Nothing but refused releases fits between a grant and its release, so a grant whose release is still
  // to come need not be ordered before any other operation that is due.
  bool can_wait(std::uint32_t call, TrueTime now) const {
    const LockCall& c = calls_[call];
    return c.kind == LockCall::Kind::acquire && c.released != kNever && c.released > now;
  }
  // A hold never owns the lock again; so a late release cannot matter any more.
  bool is_over(const State& state, std::uint32_t call, TrueTime now) const {
    const LockCall& c = calls_[call];
    return c.kind == LockCall::Kind::unknown_release && c.granted < now && state.owner != c.hold;
  }

 private:
  bool grant(State& state, const LockCall& c, TrueTime now) const {
    if (state.owner != kNoIndex && !expire(state, now)) return false;
    if (fenced_ && c.fence != 0) {
      if (c.fence <= state.fence) return false;
      state.fence = c.fence;
    }
    state.owner = c.hold;
    state.kept = expiry_ != Expiry::never && c.released != kNever;
    advance(state, c.invoked);
    if (expiry_ == Expiry::after_ttl) {
      const TrueTime begin = std::max(state.clock, c.renewed);
      state.expiry = lease_ < kNever - begin ? begin + lease_ : kNever;
    }
    return true;
  }
  // The lease of the owner ends, as early as it may. An owner whose release succeeds later cannot lose
  // the lock before: it would never own it again.
  bool expire(State& state, TrueTime now) const {
    if (expiry_ == Expiry::never || state.kept) return false;
    if (expiry_ == Expiry::after_ttl) {
      if (state.expiry > now) return false;
      state.clock = std::max(state.clock, state.expiry);
      state.expiry = {};
    }
    state.owner = kNoIndex;
    return true;
  }
  // Every step takes place as early as it may: a lease that begins earlier may end earlier.
  void advance(State& state, TrueTime invoked) const {
    if (expiry_ != Expiry::after_ttl) return;
    state.clock = std::max(state.clock, invoked);
    if (state.owner == kNoIndex) state.expiry = {};
  }

  Expiry expiry_;
  bool fenced_;
  Duration lease_;
  std::span<const LockCall> calls_;
};

}  // namespace picklock

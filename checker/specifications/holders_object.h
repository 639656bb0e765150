// Locks of several holds at a time, for the search: semaphore and rw-lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "checker/specifications/interner.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/specification.h"

namespace picklock {

class HoldersObject {
 public:
  struct State {
    std::uint64_t holders = 0;  // an interned list of owners and what they hold
    friend bool operator==(const State&, const State&) = default;
    friend std::uint64_t hash_of(const State& state) { return mix(state.holders); }
  };

  // `calls` are parallel to the calls of the search and must outlive it.
  HoldersObject(const Specification& specification, std::span<const ObjectCall> calls)
      : calls_(calls),
        is_semaphore_(specification.kind == SpecificationKind::semaphore),
        permits_(specification.permits) {}

  State initial() const { return {.holders = states_.number_of("")}; }

  bool step(State& state, std::uint32_t index, TrueTime) const {
    const ObjectCall& call = calls_[index];
    State next = state;
    const bool succeeds =
        call.operation->verb == Verb::acquire ? acquire(next, call) : release(next, call);
    if (call.is_recorded && call.operation->outcome == Outcome::refused) return !succeeds;
    state = next;
    return succeeds;
  }

  bool is_pure(std::uint32_t index) const {
    return calls_[index].is_recorded && calls_[index].operation->outcome == Outcome::refused;
  }
  bool can_wait(std::uint32_t, TrueTime) const { return false; }
  bool is_over(const State& state, std::uint32_t index, TrueTime now) const {
    const ObjectCall& call = calls_[index];
    if (call.operation->verb != Verb::release || call.wanted_until >= now) return false;
    const std::string_view held = states_.bytes_of(state.holders);
    return place_of(held, call.owner) == held.size();
  }
  std::size_t bytes() const { return states_.bytes(); }

 private:
  struct Holder {
    std::uint32_t owner = 0;
    bool writes = false;
    std::uint64_t permits = 0;
  };
  static constexpr std::size_t kSize = 16;

  static Holder holder_at(std::string_view held, std::size_t place) {
    Holder holder;
    std::uint32_t writes = 0;
    std::memcpy(&holder.owner, held.data() + place, 4);
    std::memcpy(&writes, held.data() + place + 4, 4);
    std::memcpy(&holder.permits, held.data() + place + 8, 8);
    holder.writes = writes != 0;
    return holder;
  }
  static std::string text_of(const Holder& holder) {
    std::string text(kSize, '\0');
    const std::uint32_t writes = holder.writes ? 1 : 0;
    std::memcpy(text.data(), &holder.owner, 4);
    std::memcpy(text.data() + 4, &writes, 4);
    std::memcpy(text.data() + 8, &holder.permits, 8);
    return text;
  }
  // Holders stand in the order of their owners. The end, if there is no such holder.
  static std::size_t place_of(std::string_view held, std::uint32_t owner) {
    std::size_t place = 0;
    while (place < held.size() && holder_at(held, place).owner != owner) place += kSize;
    return place;
  }
  static std::uint64_t permits_of(const Operation& operation) {
    const Value permits = operation.argument;
    if (!permits.is_integer()) return 1;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, permits.as_integer()));
  }

  bool acquire(State& state, const ObjectCall& call) const {
    const std::string_view held = states_.bytes_of(state.holders);
    const bool writes = call.operation->mode == Mode::exclusive;
    std::uint64_t total = 0;
    std::size_t place = 0;
    bool is_mine = false;
    for (std::size_t i = 0; i < held.size(); i += kSize) {
      const Holder holder = holder_at(held, i);
      total += holder.permits;
      is_mine = is_mine || holder.owner == call.owner;
      if (holder.owner < call.owner) place = i + kSize;
      if (!is_semaphore_ && (writes || holder.writes)) return false;
    }
    // Of the dead any number may read.
    if (!is_semaphore_ && is_mine && call.owner != kNobody) return false;
    Holder holder{.owner = call.owner, .writes = !is_semaphore_ && writes, .permits = 1};
    if (is_semaphore_) holder.permits = permits_of(*call.operation);
    if (is_semaphore_ && total + holder.permits > permits_) return false;
    std::string next(held);
    if (is_mine) {
      holder.permits += holder_at(held, place).permits;
      next.replace(place, kSize, text_of(holder));
    } else {
      next.insert(place, text_of(holder));
    }
    state.holders = states_.number_of(next);
    return true;
  }

  bool release(State& state, const ObjectCall& call) const {
    const std::string_view held = states_.bytes_of(state.holders);
    const std::size_t place = place_of(held, call.owner);
    if (place == held.size()) return false;
    Holder holder = holder_at(held, place);
    const std::uint64_t permits = is_semaphore_ ? permits_of(*call.operation) : 1;
    if (holder.permits < permits) return false;
    holder.permits -= permits;
    std::string next(held);
    next.replace(place, kSize, holder.permits == 0 ? std::string() : text_of(holder));
    state.holders = states_.number_of(next);
    return true;
  }

  std::span<const ObjectCall> calls_;
  bool is_semaphore_;
  std::uint64_t permits_;
  mutable Interner states_;
};

}  // namespace picklock

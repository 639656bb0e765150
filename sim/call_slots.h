// The calls of one channel that somebody waits for, or of which messages are under way, in storage that is reused.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/call.h"
#include "base/ids.h"
#include "sim/facts.h"
#include "sim/kernel.h"

namespace picklock {

// On whose behalf a call is made: what the history says of it, and what the server may observe.
struct Caller {
  NodeId client;
  OpId op;    // the operation of the history during which it was sent
  OpId hold;  // the acquire that this operation belongs to
};

template <class Request, class Reply>
class CallSlots {
 public:
  struct Slot {
    Request request{};
    Reply reply{};
    Completion<Reply>* completion = nullptr;  // null: nobody waits any more
    Caller caller;
    NodeId server;
    Kernel::Ticket timeout;
    std::uint32_t generation = 0;
    std::uint32_t nth = 0;  // which call of its client to its server, whatever others do meanwhile
    std::uint32_t in_flight = 0;  // events that name this slot
    // What the request says, once somebody who tells states apart has asked: for this generation.
    mutable Fact said;
    mutable std::uint32_t said_in = 0;
  };

  Slot& operator[](std::size_t index) { return slots_[index]; }
  const Slot& operator[](std::size_t index) const { return slots_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }

  // The slot that take() will give.
  Slot& next() {
    if (free_.empty()) [[unlikely]]
      grow();
    return slots_[free_.back()];
  }
  std::uint32_t take() {
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void free_if_idle(std::uint32_t index) {
    const Slot& slot = slots_[index];
    if (slot.completion == nullptr && slot.in_flight == 0) free_.push_back(index);
  }
  void reset() {
    std::ranges::fill(calls_, 0);
    free_.clear();
    for (std::uint32_t i = size(); i-- > 0;) {
      slots_[i].completion = nullptr;
      slots_[i].in_flight = 0;
      free_.push_back(i);
    }
  }

  // Which call of its client to its server the next one is, in a run of so many nodes.
  std::uint32_t count(NodeId client, NodeId server, std::size_t nodes) {
    if (calls_.empty()) [[unlikely]]
      grow(nodes);
    return ++calls_[client.value() * nodes + server.value()];
  }
  // What the slot's request says. Taken down when somebody asks first.
  template <class Protocol>
  static const Fact& said(const Slot& slot, const Names& names) {
    if (slot.said_in != slot.generation) {
      FactBuilder fact(names);
      Protocol::describe(slot.request, fact);
      slot.said = fact.fact();
      slot.said_in = slot.generation;
    }
    return slot.said;
  }

  // How many calls of this client nobody has answered yet. O(calls).
  std::size_t open_calls(NodeId client) const {
    return static_cast<std::size_t>(std::ranges::count_if(slots_, [client](const Slot& slot) {
      return slot.completion != nullptr && slot.caller.client == client;
    }));
  }

 private:
  static constexpr std::size_t kUsually = 16;  // calls of a few clients to a few servers

  [[gnu::noinline]] void grow(std::size_t nodes) { calls_.resize(nodes * nodes); }
  [[gnu::noinline]] void grow() {
    if (slots_.empty()) slots_.reserve(kUsually);
    slots_.emplace_back();
    free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> calls_;  // so far, by client and server
};

}  // namespace picklock

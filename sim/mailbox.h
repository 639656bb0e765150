// One-way messages of one type over the network, with contents that do not fit an event.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "sim/kernel.h"
#include "sim/network.h"

namespace picklock {

// `Message` is default-constructible. A message that is lost, or whose receiver has crashed, is never delivered.
template <class Message>
class Mailbox final : public Handler {
 public:
  class Receiver {
   public:
    // At the present instant, on the node `to`, which is up.
    virtual void deliver(NodeId from, NodeId to, const Message& message) = 0;

   protected:
    ~Receiver() = default;
  };

  // All outlive the mailbox.
  Mailbox(Kernel& kernel, Network& network, Receiver& receiver)
      : kernel_(kernel), network_(network), receiver_(receiver) {}

  void reset() {
    free_.clear();
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      slots_[i] = Slot{};
      free_.push_back(i);
    }
  }

  // `what` names it for the patterns of message faults. To a node that is down nothing is sent.
  void send(NodeId from, NodeId to, std::string_view what, Message message) {
    if (!kernel_.node(to).is_up) return;
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    slots_[index] = {.message = std::move(message), .from = from, .to = to, .in_flight = 0};
    const std::uint32_t copies =
        network_.send({.from = from, .to = to, .what = what, .handler = this, .slot = index});
    slots_[index].in_flight += copies;
    free_if_idle(index);
  }

  void fire(const Kernel::Payload& payload) override {
    const Network::Arrival arrival = network_.arrives(payload);
    if (arrival == Network::Arrival::held) return;
    --slots_[payload.slot].in_flight;
    // The receiver may send, which may move the slots.
    const Slot slot = slots_[payload.slot].in_flight == 0 ? std::move(slots_[payload.slot])
                                                          : slots_[payload.slot];
    free_if_idle(payload.slot);
    if (arrival == Network::Arrival::arrived) receiver_.deliver(slot.from, slot.to, slot.message);
  }

  void dropped(const Kernel::Payload& payload) override {
    --slots_[payload.slot].in_flight;
    free_if_idle(payload.slot);
  }

 private:
  struct Slot {
    Message message{};
    NodeId from;
    NodeId to;
    std::uint32_t in_flight = 0;
  };

  void free_if_idle(std::uint32_t index) {
    if (slots_[index].in_flight == 0) free_.push_back(index);
  }

  Kernel& kernel_;
  Network& network_;
  Receiver& receiver_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace picklock

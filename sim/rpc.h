// Calls of one protocol over the network: request, reply, and a time-out armed and cancelled for each.
//
// A call ends exactly once: with the server's reply, or as unknown when its time-out passes on the
// caller's monotonic clock, when the connection breaks, or when the server refuses connections because
// its process is dead. An unknown call's request may still be executed.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/call.h"
#include "base/ids.h"
#include "base/require.h"
#include "sim/broken_connections.h"
#include "sim/call_slots.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/node_set.h"

namespace picklock {

// Protocol: `Request` and `Reply` (default-constructible, reused: assign, do not rebuild),
// `static std::string_view name_of(const Request&)` (what fault patterns and anchors call it),
// `static void set_unknown(Reply&)`. Where servers can say what they are in few facts, also
// `static void describe(const Request& or const Reply&, FactBuilder&)`.
template <class Protocol>
class RpcChannel final : public Handler {
 public:
  using Request = typename Protocol::Request;
  using Reply = typename Protocol::Reply;

  class Server {
   public:
    // Executes at the present instant, on the server's own clocks.
    virtual void execute(NodeId server, const Caller& caller, const Request& request,
                         Reply& reply) = 0;

   protected:
    ~Server() = default;
  };

  RpcChannel(Kernel& kernel, Network& network, Server& server)
      : kernel_(kernel), network_(network), server_(server) {}

  // The request to fill in before start(): storage that is reused.
  Request& begin() { return slots_.next().request; }

  // Sends the request that begin() gave. Returns the number of the call, for withdraw().
  std::uint64_t start(const Caller& caller, NodeId server, Duration timeout,
                      Completion<Reply>& completion) {
    const std::uint32_t index = slots_.take();
    Slot& slot = slots_[index];
    slot.completion = &completion;
    slot.caller = caller;
    slot.server = server;
    slot.in_flight = 0;
    ++slot.generation;
    slot.nth = slots_.count(caller.client, server, kernel_.node_count());
    const Node& client = kernel_.node(caller.client);
    // It crashed in the middle of this step, and will not be there for an answer.
    if (!client.is_up) {
      slot.completion = nullptr;
      slots_.free_if_idle(index);
      return std::uint64_t{slot.generation} << 32 | index;
    }
    Kernel::Payload timer = payload(Kind::timeout, index);
    timer.word = slot.generation;
    timer.flags = Kernel::on_monotonic;
    slot.timeout =
        kernel_.push(kernel_.after_monotonic(client, timeout), *this, caller.client, timer);
    const TrueTime news = broken_.news_for(caller.client, server, kernel_.now());
    if (news != kNever) {
      push_news(index, news);  // it goes out on a connection that is broken
    } else if (kernel_.node(server).is_up && !refusing_.has(server)) {
      slot.in_flight = network_.send({.from = caller.client,
                                      .to = server,
                                      .what = Protocol::name_of(slot.request),
                                      .handler = this,
                                      .kind = static_cast<std::uint8_t>(Kind::request),
                                      .slot = index});
    } else if (!silent_.has(server) && !network_.is_cut(caller.client, server)) {
      refuse(index);
    }
    return std::uint64_t{slot.generation} << 32 | index;
  }

  void withdraw(std::uint64_t call) {
    const auto index = static_cast<std::uint32_t>(call);
    Slot& slot = slots_[index];
    if (slot.generation != static_cast<std::uint32_t>(call >> 32)) return;
    if (slot.completion == nullptr) return;
    slot.completion = nullptr;
    kernel_.cancel(slot.timeout);
    slots_.free_if_idle(index);
  }

  // The connections of the calls in flight between these nodes break: they become unknown, as soon as
  // the news arrives, and so do the calls that are started on them before it does. `peer` none: all peers.
  void break_calls(NodeId node, NodeId peer) {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      const Slot& slot = slots_[i];
      if (slot.completion == nullptr) continue;
      const bool outgoing = slot.caller.client == node && (peer.is_none() || slot.server == peer);
      const bool incoming = slot.server == node && (peer.is_none() || slot.caller.client == peer);
      if (!outgoing && !incoming) continue;
      broken_.add(slot.caller.client, slot.server, refuse(i), kernel_.now());
    }
  }

  // The process is gone: nobody waits for its calls any more. Their requests are still under way.
  void forget_client(NodeId client) {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      Slot& slot = slots_[i];
      if (slot.completion == nullptr || slot.caller.client != client) continue;
      slot.completion = nullptr;
      kernel_.cancel(slot.timeout);
      slots_.free_if_idle(i);
    }
  }

  // A dead machine does not even refuse: calls to it end by their time-outs.
  void set_silent(NodeId server, bool silent) { silent_.set(server, silent); }
  // Its process runs, and takes no connections.
  void set_refusing(NodeId server, bool refusing) { refusing_.set(server, refusing); }

  // For execute(): the reply to the call that is being executed is not sent when it returns, but when answer() is
  // called with this ticket. Each ticket is answered or abandoned, once. A copy of a request has no reply.
  std::uint32_t defer() {
    deferred_ = true;
    return executing_;
  }
  bool may_defer() const { return executing_ != kNone; }
  Reply& reply_of(std::uint32_t ticket) { return slots_[ticket].reply; }
  void answer(std::uint32_t ticket) {
    send_reply(ticket);
    abandon(ticket);
  }
  void abandon(std::uint32_t ticket) {
    --slots_[ticket].in_flight;
    slots_.free_if_idle(ticket);
  }

  void reset() {
    slots_.reset();
    silent_.clear();
    refusing_.clear();
    broken_.clear();
  }

  void fire(const Kernel::Payload& payload) override {
    switch (static_cast<Kind>(payload.kind)) {
      case Kind::request:
        return on_request(payload);
      case Kind::reply:
        return on_reply(payload);
      case Kind::timeout:
      case Kind::broken:
        return on_failure(payload);
    }
  }

  bool is_idle(const Kernel::Payload& payload) const override {
    const Slot& slot = slots_[payload.slot];
    const auto kind = static_cast<Kind>(payload.kind);
    if (kind == Kind::request) return false;
    return slot.completion == nullptr || (kind != Kind::reply && payload.word != slot.generation);
  }

  // Which call of its client to its server it belongs to, and what it says.
  void describe(const Kernel::Payload& payload, FactBuilder& fact) const override {
    const Slot& slot = slots_[payload.slot];
    kernel_.name(fact, slot.server);
    fact.add(slot.nth);
    const auto kind = static_cast<Kind>(payload.kind);
    if (kind == Kind::timeout || kind == Kind::broken) return;
    fact.add(payload.word >> 32);  // of the connection
    if constexpr (requires { Protocol::describe(slot.request, fact); }) {
      if (kind == Kind::reply) return Protocol::describe(slot.reply, fact);
      fact.add(slots_.template said<Protocol>(slot, kernel_.names()));
    } else {
      fact.add(payload.nth);
    }
  }

  std::size_t open_calls(NodeId client) const { return slots_.open_calls(client); }

  void dropped(const Kernel::Payload& payload) override {
    if (payload.kind == static_cast<std::uint8_t>(Kind::request) ||
        payload.kind == static_cast<std::uint8_t>(Kind::reply)) {
      --slots_[payload.slot].in_flight;
      slots_.free_if_idle(payload.slot);
    }
  }

 private:
  enum class Kind : std::uint8_t { request = 1, reply = 2, timeout = 3, broken = 4 };

  using Slot = typename CallSlots<Request, Reply>::Slot;

  static Kernel::Payload payload(Kind kind, std::uint32_t index) {
    Kernel::Payload payload;
    payload.kind = static_cast<std::uint8_t>(kind);
    payload.slot = index;
    return payload;
  }

  // When the news arrives.
  [[gnu::noinline]] TrueTime refuse(std::uint32_t index) {
    const Slot& slot = slots_[index];
    const TrueTime at = kernel_.now() + network_.draw_delay(slot.server, slot.caller.client);
    push_news(index, at);
    return at;
  }

  void push_news(std::uint32_t index, TrueTime at) {
    const Slot& slot = slots_[index];
    Kernel::Payload news = payload(Kind::broken, index);
    news.word = slot.generation;
    kernel_.push(at, *this, slot.caller.client, news);
  }

  void on_request(const Kernel::Payload& message) {
    const Network::Arrival arrival = network_.arrives(message);
    if (arrival == Network::Arrival::held) return;
    Slot& slot = slots_[message.slot];
    if (arrival == Network::Arrival::arrived) {
      const bool is_copy = (message.flags & Network::copy) != 0;
      Reply& reply = is_copy ? scratch_ : slot.reply;
      executing_ = is_copy ? kNone : message.slot;
      server_.execute(slot.server, slot.caller, slot.request, reply);
      executing_ = kNone;
      if (std::exchange(deferred_, false)) return;  // it goes on counting as in flight
      if (!is_copy) send_reply(message.slot);
    }
    --slot.in_flight;
    slots_.free_if_idle(message.slot);
  }

  void send_reply(std::uint32_t index) {
    Slot& slot = slots_[index];
    slot.in_flight += network_.send({.from = slot.server,
                                     .to = slot.caller.client,
                                     .what = Protocol::name_of(slot.request),
                                     .handler = this,
                                     .kind = static_cast<std::uint8_t>(Kind::reply),
                                     .slot = index});
  }

  void on_reply(const Kernel::Payload& message) {
    const Network::Arrival arrival = network_.arrives(message);
    if (arrival == Network::Arrival::held) return;
    Slot& slot = slots_[message.slot];
    --slot.in_flight;
    if (arrival == Network::Arrival::arrived && slot.completion != nullptr) {
      kernel_.cancel(slot.timeout);
      std::exchange(slot.completion, nullptr)->complete(std::move(slot.reply));
    }
    slots_.free_if_idle(message.slot);
  }

  // The time-out passed, or the news came that the connection is broken. Either may have waited for a
  // paused caller and be that of an earlier call.
  [[gnu::noinline]] void on_failure(const Kernel::Payload& event) {
    Slot& slot = slots_[event.slot];
    if (slot.completion == nullptr || event.word != slot.generation) return;
    if (event.kind == static_cast<std::uint8_t>(Kind::broken)) {
      if (network_.is_cut(slot.server, slot.caller.client)) return;  // it never comes
      kernel_.cancel(slot.timeout);
    }
    Reply unknown;
    Protocol::set_unknown(unknown);
    std::exchange(slot.completion, nullptr)->complete(std::move(unknown));
    slots_.free_if_idle(event.slot);
  }

  Kernel& kernel_;
  Network& network_;
  Server& server_;
  CallSlots<Request, Reply> slots_;
  NodeSet silent_;
  NodeSet refusing_;
  BrokenConnections broken_;
  Reply scratch_{};
  static constexpr std::uint32_t kNone = 0xffffffff;
  std::uint32_t executing_ = kNone;  // the slot of the request in execute(), unless it is a copy
  bool deferred_ = false;
};

}  // namespace picklock

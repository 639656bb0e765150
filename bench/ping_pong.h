// A lock ping-pong over the network model: the smallest thing that has all the parts of a lock's traffic.
// Clients acquire and release at one server; each call is a request, a reply, and a time-out that is armed
// and cancelled; the tasks are nested as locks nest them (client -> acquire -> call).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/call.h"
#include "algorithms/task.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/rpc.h"

namespace picklock::bench {

struct PingPongProtocol {
  struct Request {
    std::uint32_t client = 0;
    bool acquire = false;
  };
  struct Reply {
    bool granted = false;
  };
  static std::string_view name_of(const Request& request) {
    return request.acquire ? "acquire" : "release";
  }
  static void set_unknown(Reply& reply) { reply = {}; }
};

class PingPong final : public RpcChannel<PingPongProtocol>::Server {
 public:
  using Channel = RpcChannel<PingPongProtocol>;
  using Reply = PingPongProtocol::Reply;

  explicit PingPong(std::uint32_t clients) : network_(kernel_), channel_(kernel_, network_, *this) {
    for (std::uint32_t i = 0; i < clients; ++i) {
      kernel_.add_node("client-" + std::to_string(i + 1), Role::client, Duration{}, 0);
    }
    server_ = kernel_.add_node("server-1", Role::server, Duration{}, 0);
    NetworkSpec network;
    network.delay = {.kind = DurationSpec::Kind::uniform,
                     .min = std::chrono::microseconds(100),
                     .max = std::chrono::microseconds(200)};
    network_.configure(network);
    clients_ = clients;
  }
  ~PingPong() { roots_.clear(); }

  // Runs until about this many messages were sent; returns how many.
  std::uint64_t run(std::uint64_t seed, std::uint64_t messages) {
    roots_.clear();
    kernel_.reset(Choices::random(seed), false);
    network_.reset();
    channel_.reset();
    holder_ = kNobody;
    for (std::uint32_t i = 0; i < clients_; ++i) {
      roots_.push_back(client(i));
      roots_.back().start(kernel_.trampoline());
    }
    kernel_.run(kNever, messages);
    return network_.messages();
  }

  std::uint64_t grants() const { return grants_; }

  void execute(NodeId, const Caller&, const PingPongProtocol::Request& request,
               Reply& reply) override {
    if (!request.acquire) {
      if (holder_ == request.client) holder_ = kNobody;
      reply.granted = true;
      return;
    }
    reply.granted = holder_ == kNobody;
    if (reply.granted) {
      holder_ = request.client;
      ++grants_;
    }
  }

 private:
  static constexpr std::uint32_t kNobody = 0xffffffff;

  Call<Reply> call(std::uint32_t client, bool acquire) {
    return Call<Reply>([this, client, acquire](Completion<Reply>& completion) {
      channel_.begin() = {client, acquire};
      channel_.start({NodeId(client), OpId(), OpId()}, server_, std::chrono::milliseconds(50),
                     completion);
    });
  }
  Task<bool> acquire(std::uint32_t client) {
    const Reply reply = co_await call(client, true);
    co_return reply.granted;
  }
  Task<void> release(std::uint32_t client) { co_await call(client, false); }
  Task<void> client(std::uint32_t number) {
    while (true) {
      const bool granted = co_await acquire(number);
      if (granted) co_await release(number);
    }
  }

  Kernel kernel_;
  Network network_;
  Channel channel_;
  std::uint32_t clients_ = 0;
  NodeId server_;
  std::uint32_t holder_ = kNobody;
  std::uint64_t grants_ = 0;
  std::vector<Task<void>> roots_;
};

}  // namespace picklock::bench

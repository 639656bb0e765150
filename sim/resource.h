// The protected resource: a register behind the network that may check fencing tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "algorithms/workload/client.h"
#include "base/ids.h"
#include "base/operation.h"
#include "scenarios/scenario.h"
#include "sim/fenced_register.h"
#include "sim/rpc.h"
#include "sim/server_group.h"

namespace picklock {

struct ResourceProtocol {
  using Request = ResourceRequest;
  using Reply = ResourceReply;
  static std::string_view name_of(const ResourceRequest& request) {
    return to_string(request.action);
  }
  static void set_unknown(ResourceReply& reply) { reply = ResourceReply{}; }
  static void describe(const ResourceRequest& request, FactBuilder& fact) {
    fact.add(static_cast<std::uint64_t>(request.action));
    fact.add(static_cast<std::uint64_t>(request.value))
        .add(static_cast<std::uint64_t>(request.fence));
  }
  static void describe(const ResourceReply& reply, FactBuilder& fact) {
    fact.add(static_cast<std::uint64_t>(reply.outcome))
        .add(static_cast<std::uint64_t>(reply.value));
  }
};

class Resource final : public RpcChannel<ResourceProtocol>::Server {
 public:
  Resource(Kernel& kernel, Network& network, Points& points, const ResourceSpec& spec, NodeId id);

  void reset();
  // Sends one operation; `completion` gets the reply within the call time-out.
  void start(const Caller& caller, const ResourceRequest& request,
             Completion<ResourceReply>& completion);

  void on_client_crash(NodeId client) { channel_.forget_client(client); }
  void on_connection_reset(NodeId a, NodeId b) { channel_.break_calls(a, b); }
  // A crash keeps what was applied: the resource is durable.
  void on_crash(bool power_loss);
  void on_restart() { channel_.set_silent(id_, false); }

  // For who tells the states of a run apart: all that it is, and how many calls of a client are open.
  void sum_up(StateFacts& facts) const;
  std::size_t open_calls(NodeId client) const { return channel_.open_calls(client); }

  void execute(NodeId server, const Caller& caller, const ResourceRequest& request,
               ResourceReply& reply) override;

 private:
  Kernel& kernel_;
  Points& points_;
  const ResourceSpec& spec_;
  NodeId id_;
  RpcChannel<ResourceProtocol> channel_;
  FencedRegister register_;
};

}  // namespace picklock

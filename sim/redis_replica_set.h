// One Redis primary and its asynchronous replicas in a simulated world: their protocol on the kernel's clock and over
// the network, and the replies to WAIT that are kept back.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mailbox.h"
#include "sim/redis_node.h"
#include "sim/redis_waits.h"
#include "sim/replica_set_protocol.h"

namespace picklock {

class ReplicaSetHost : public WaitHost {
 public:
  // These two do not talk any more: their connection ends.
  virtual void disconnect(NodeId client, NodeId server) = 0;

 protected:
  ~ReplicaSetHost() = default;
};

class RedisReplicaSet final : public Handler,
                              public ReplicaSetPort,
                              public RedisNode::ChangeListener,
                              public Mailbox<ReplicationMessage>::Receiver {
 public:
  // `nodes` are the servers, the first of which begins as the primary. All outlive this object.
  RedisReplicaSet(const ServerContext& context, const std::vector<RedisNode*>& nodes,
                  ReplicaSetHost& host);

  // Begins a run, after the nodes were reset.
  void reset();
  // The server whom this client takes for the primary; or the replica that it reads from.
  NodeId primary_for(NodeId client) const { return protocol_.primary_for(client); }
  NodeId replica_for(NodeId client) const { return protocol_.replica_for(client); }

  // An operator makes this server the primary. Nothing happens when it is one, or is down.
  void promote(NodeId server) { protocol_.promote(server); }
  ReplicaSetProtocol& protocol() { return protocol_; }
  // Before a command is executed: whether min-replicas-to-write is met.
  void check_replicas(NodeId server);
  // After a WAIT was executed that must wait: its reply comes by answer_wait(), or never.
  void keep_back(NodeId server, const RedisWait& wait, std::uint32_t ticket);

  void on_clock_change(NodeId server) { waits_.on_clock_change(node(server)); }
  void on_crash(NodeId server) { on_demoted(server); }
  void on_restart(NodeId server);

  void on_changes(RedisNode& node) override;
  void deliver(NodeId from, NodeId to, const ReplicationMessage& message) override;
  void fire(const Kernel::Payload& payload) override;

  // ReplicaSetPort
  TrueTime now() const override { return context_.kernel.now(); }
  bool is_up(NodeId server) const override { return context_.kernel.node(server).is_up; }
  void send(NodeId from, NodeId to, const ReplicationMessage& message) override {
    mailbox_.send(from, to, name_of(message.kind), message);
  }
  void disconnect(NodeId client, NodeId server) override { host_.disconnect(client, server); }
  void on_acknowledged(NodeId primary) override { waits_.settle(node(primary)); }
  void on_demoted(NodeId server) override { waits_.abandon(node(server)); }
  void on_elected(NodeId server) override { context_.kernel.record(EventKind::elected, server); }

 private:
  RedisNode& node(NodeId server) const;
  void schedule_tick(NodeId server);

  ServerContext context_;
  std::vector<RedisNode*> nodes_;
  ReplicaSetHost& host_;
  RedisWaits waits_;
  Mailbox<ReplicationMessage> mailbox_;
  ReplicaSetProtocol protocol_;
};

}  // namespace picklock

#include "sim/redis_replica_set.h"

#include <optional>
#include <utility>

namespace picklock {

RedisReplicaSet::RedisReplicaSet(const ServerContext& context, const std::vector<RedisNode*>& nodes,
                                 ReplicaSetHost& host)
    : context_(context),
      nodes_(nodes),
      host_(host),
      waits_(context.kernel, host),
      mailbox_(context.kernel, context.network, *this),
      protocol_({nodes.begin(), nodes.end()}, context.scenario, *this) {
  for (RedisNode* const node : nodes_) node->tell(this);
}

void RedisReplicaSet::reset() {
  mailbox_.reset();
  waits_.reset();
  protocol_.reset();
  for (const RedisNode* const node : nodes_) schedule_tick(node->id());
}

RedisNode& RedisReplicaSet::node(NodeId server) const {
  return *nodes_[server.value() - context_.servers.front().value()];
}

void RedisReplicaSet::check_replicas(NodeId server) {
  const ServersSpec& spec = context_.scenario.servers;
  if (spec.min_replicas == 0 || !protocol_.is_primary(server)) return;
  const bool lacks = protocol_.in_touch(server, spec.max_lag) < spec.min_replicas;
  node(server).model().set_lacks_replicas(lacks);
}

void RedisReplicaSet::keep_back(NodeId server, const RedisWait& wait, std::uint32_t ticket) {
  waits_.add(node(server), wait, ticket);
  protocol_.ask_for_acks(server);
}

void RedisReplicaSet::on_restart(NodeId server) {
  // What an old file brought back is no batch of the history that went before.
  node(server).model().take_changes();
  protocol_.on_restart(server);
  schedule_tick(server);
}

void RedisReplicaSet::on_changes(RedisNode& node) {
  std::optional<RedisBatch> batch = node.model().take_changes();
  if (batch) protocol_.on_batch(node.id(), std::move(*batch));
}

void RedisReplicaSet::schedule_tick(NodeId server) {
  Kernel::Payload payload;
  payload.slot = server.value();
  payload.flags = Kernel::background;
  context_.kernel.push(context_.kernel.now() + ReplicaSetProtocol::kTickLength, *this, server,
                       payload);
}

void RedisReplicaSet::fire(const Kernel::Payload& payload) {
  protocol_.tick(NodeId(payload.slot));
  schedule_tick(NodeId(payload.slot));
}

void RedisReplicaSet::deliver(NodeId from, NodeId to, const ReplicationMessage& message) {
  protocol_.deliver(from, to, message);
  if (to.value() >= context_.scenario.clients.size()) {
    context_.points.reached(to, name_of(message.kind));
  }
}

}  // namespace picklock

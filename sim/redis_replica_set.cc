#include "sim/redis_replica_set.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/require.h"

namespace picklock {
namespace {

constexpr Duration kTickLength = std::chrono::seconds(1);
// A replica that needs more than this gets everything anew (repl-backlog-size).
constexpr std::size_t kLongestBacklog = 10'000;

std::string_view name_of(ReplicationMessage::Kind kind) {
  switch (kind) {
    case ReplicationMessage::Kind::repl:
      return "REPL";
    case ReplicationMessage::Kind::rdb:
      return "RDB";
    case ReplicationMessage::Kind::ack:
      return "ACK";
    case ReplicationMessage::Kind::get_ack:
      return "GETACK";
    case ReplicationMessage::Kind::promoted:
      return "SWITCH";
  }
  return "";
}

}  // namespace

std::vector<std::string_view> replication_words() {
  using enum ReplicationMessage::Kind;
  return {name_of(repl), name_of(rdb), name_of(ack), name_of(get_ack), name_of(promoted)};
}

RedisReplicaSet::RedisReplicaSet(const ServerContext& context, std::vector<RedisNode*> nodes,
                                 ReplicaSetHost& host)
    : context_(context),
      host_(host),
      waits_(context.kernel, host),
      mailbox_(context.kernel, context.network, *this) {
  for (RedisNode* const node : nodes) {
    node->tell(this);
    members_.push_back({.node = node});
  }
}

void RedisReplicaSet::reset() {
  mailbox_.reset();
  waits_.reset();
  const NodeId first = members_.front().node->id();
  views_.assign(context_.scenario.clients.size(), View{.primary = first});
  last_history_ = 1;
  last_term_ = 0;
  for (Member& member : members_) {
    member.primary = first;
    member.term = 0;
    member.history = last_history_;
    member.owner = OpId();
    member.replicas.clear();
    member.backlog.clear();
    schedule_tick(member.node->id());
  }
  Member& primary = members_.front();
  for (std::size_t i = 1; i < members_.size(); ++i) {
    const NodeId replica = members_[i].node->id();
    primary.replicas[replica] = {.heard = context_.kernel.now()};
    primary.node->model().acknowledge(replica.value(), 0);
  }
}

RedisNode& RedisReplicaSet::node(NodeId server) const {
  return *members_[server.value() - context_.servers.front().value()].node;
}

RedisReplicaSet::Member& RedisReplicaSet::member(NodeId server) {
  return members_[server.value() - context_.servers.front().value()];
}

NodeId RedisReplicaSet::replica_for(NodeId client) const {
  const NodeId primary = primary_for(client);
  const NodeId last = members_.back().node->id();
  return last == primary ? members_.front().node->id() : last;
}

void RedisReplicaSet::promote(NodeId server) {
  Member& chosen = member(server);
  if (is_primary(chosen) || !context_.kernel.node(server).is_up) return;
  chosen.primary = server;
  chosen.term = ++last_term_;
  chosen.history = ++last_history_;
  chosen.replicas.clear();
  chosen.backlog.clear();
  chosen.node->promote();
  chosen.owner = chosen.node->owner().hold;
  announce(chosen);
}

void RedisReplicaSet::check_replicas(NodeId server) {
  const ServersSpec& spec = context_.scenario.servers;
  if (spec.min_replicas == 0) return;
  Member& primary = member(server);
  if (!is_primary(primary)) return;
  const TrueTime now = context_.kernel.now();
  const auto in_touch = std::count_if(
      primary.replicas.begin(), primary.replicas.end(),
      [&](const auto& replica) { return now - replica.second.heard <= spec.max_lag; });
  primary.node->model().set_lacks_replicas(std::cmp_less(in_touch, spec.min_replicas));
}

void RedisReplicaSet::keep_back(NodeId server, const RedisWait& wait, std::uint32_t ticket) {
  waits_.add(node(server), wait, ticket);
  for (const auto& [replica, state] : member(server).replicas) {
    send(server, replica, {.kind = ReplicationMessage::Kind::get_ack});
  }
}

void RedisReplicaSet::on_crash(NodeId server) {
  waits_.abandon(node(server));
}

void RedisReplicaSet::on_restart(NodeId server) {
  Member& member = this->member(server);
  // What an old file brought back is no batch of the history that went before.
  member.node->model().take_changes();
  member.backlog.clear();
  member.replicas.clear();
  member.history = is_primary(member) ? ++last_history_ : 0;
  schedule_tick(server);
}

void RedisReplicaSet::on_changes(RedisNode& node) {
  std::optional<RedisBatch> batch = node.model().take_changes();
  if (!batch) return;
  Member& primary = member(node.id());
  follow_owner(primary);
  primary.backlog.push_back({.kind = ReplicationMessage::Kind::repl,
                             .history = primary.history,
                             .batch = std::move(*batch),
                             .owner = node.owner()});
  if (primary.backlog.size() > kLongestBacklog) primary.backlog.pop_front();
  for (const auto& [replica, state] : primary.replicas) {
    send(node.id(), replica, primary.backlog.back());
  }
}

// What dead primaries had promised is over when the hold ends where its client went on.
void RedisReplicaSet::follow_owner(Member& primary) {
  const OpId before = std::exchange(primary.owner, primary.node->owner().hold);
  if (before.is_none() || before == primary.owner) return;
  for (const Member& other : members_) {
    const bool is_dead = !context_.kernel.node(other.node->id()).is_up;
    if (is_dead && other.node->owner().hold == before) other.node->forget_owner(Cause::released);
  }
}

void RedisReplicaSet::schedule_tick(NodeId server) {
  Kernel::Payload payload;
  payload.slot = server.value();
  payload.flags = Kernel::background;
  context_.kernel.push(context_.kernel.now() + kTickLength, *this, server, payload);
}

void RedisReplicaSet::fire(const Kernel::Payload& payload) {
  tick(member(NodeId(payload.slot)));
  schedule_tick(NodeId(payload.slot));
}

void RedisReplicaSet::tick(Member& member) {
  if (is_primary(member)) {
    announce(member);
  } else {
    acknowledge(member);
  }
}

void RedisReplicaSet::announce(const Member& member) {
  if (member.term == 0) return;
  const ReplicationMessage news{
      .kind = ReplicationMessage::Kind::promoted, .history = member.history, .term = member.term};
  for (const Member& other : members_) {
    if (other.term < member.term) send(member.node->id(), other.node->id(), news);
  }
  for (std::uint32_t client = 0; client < views_.size(); ++client) {
    if (views_[client].term < member.term) send(member.node->id(), NodeId(client), news);
  }
}

void RedisReplicaSet::acknowledge(const Member& member) {
  send(member.node->id(), member.primary,
       {.kind = ReplicationMessage::Kind::ack,
        .history = member.history,
        .offset = member.node->model().offset()});
}

void RedisReplicaSet::send(NodeId from, NodeId to, ReplicationMessage message) {
  const std::string_view word = name_of(message.kind);  // Before the message moves.
  mailbox_.send(from, to, word, std::move(message));
}

void RedisReplicaSet::deliver(NodeId from, NodeId to, const ReplicationMessage& message) {
  receive(from, to, message);
  if (to.value() >= views_.size()) context_.points.reached(to, name_of(message.kind));
}

void RedisReplicaSet::receive(NodeId from, NodeId to, const ReplicationMessage& message) {
  if (to.value() < views_.size()) {
    View& known = views_[to.value()];
    if (message.term <= known.term) return;
    const NodeId old = std::exchange(known.primary, from);
    known.term = message.term;
    return host_.disconnect(to, old);
  }
  Member& receiver = member(to);
  switch (message.kind) {
    case ReplicationMessage::Kind::promoted:
      return on_promoted(receiver, from, message);
    case ReplicationMessage::Kind::ack:
      if (is_primary(receiver)) on_ack(receiver, from, message);
      return;
    case ReplicationMessage::Kind::get_ack:
      if (receiver.primary == from) acknowledge(receiver);
      return;
    case ReplicationMessage::Kind::repl:
    case ReplicationMessage::Kind::rdb:
      if (receiver.primary == from) on_data(receiver, message);
      return;
  }
}

void RedisReplicaSet::on_promoted(Member& member, NodeId primary,
                                  const ReplicationMessage& message) {
  if (message.term <= member.term) return;
  const bool was_primary = is_primary(member);
  member.term = message.term;
  member.primary = primary;
  member.history = 0;
  if (was_primary) {
    waits_.abandon(*member.node);
    member.node->demote();
    // Sentinel ends the connections of a primary that it turns into a replica.
    for (std::uint32_t i = 0; i < views_.size(); ++i) {
      host_.disconnect(NodeId(i), member.node->id());
    }
  }
  acknowledge(member);
}

void RedisReplicaSet::on_ack(Member& primary, NodeId replica, const ReplicationMessage& message) {
  const NodeId self = primary.node->id();
  const bool follows = message.history == primary.history;
  const std::uint64_t next = message.offset + 1;
  const bool in_backlog =
      next > primary.node->model().offset() ||
      (!primary.backlog.empty() && primary.backlog.front().batch.offset <= next);
  Replica& state = primary.replicas[replica];
  state.heard = context_.kernel.now();
  if (!follows || !in_backlog) {
    return send(self, replica,
                {.kind = ReplicationMessage::Kind::rdb,
                 .history = primary.history,
                 .batch = primary.node->model().copy(),
                 .owner = primary.node->owner()});
  }
  state.offset = std::max(state.offset, message.offset);
  primary.node->model().acknowledge(replica.value(), message.offset);
  trim(primary);
  for (const ReplicationMessage& missing : primary.backlog) {
    if (missing.batch.offset >= next) send(self, replica, missing);
  }
  waits_.settle(*primary.node);
}

// What every replica has is not sent again.
void RedisReplicaSet::trim(Member& primary) {
  std::uint64_t everywhere = primary.node->model().offset();
  for (const auto& [id, replica] : primary.replicas) {
    everywhere = std::min(everywhere, replica.offset);
  }
  while (!primary.backlog.empty() && primary.backlog.front().batch.offset <= everywhere) {
    primary.backlog.pop_front();
  }
}

void RedisReplicaSet::on_data(Member& member, const ReplicationMessage& message) {
  if (message.kind == ReplicationMessage::Kind::rdb) {
    member.history = message.history;
    member.node->replace_by(message.batch, message.owner);
    return acknowledge(member);
  }
  const bool is_next = message.history == member.history &&
                       message.batch.offset == member.node->model().offset() + 1;
  if (is_next) member.node->apply(message.batch, message.owner);
}

}  // namespace picklock

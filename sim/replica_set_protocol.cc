#include "sim/replica_set_protocol.h"

#include <algorithm>
#include <utility>

namespace picklock {
namespace {

// A replica that needs more than this gets everything anew (repl-backlog-size).
constexpr std::size_t kLongestBacklog = 10'000;

}  // namespace

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

std::vector<std::string_view> replication_words() {
  using enum ReplicationMessage::Kind;
  return {name_of(repl), name_of(rdb), name_of(ack), name_of(get_ack), name_of(promoted)};
}

ReplicaSetProtocol::ReplicaSetProtocol(std::vector<ReplicaSetServer*> servers,
                                       const Scenario& scenario, ReplicaSetPort& port)
    : port_(port), has_sentinels_(scenario.servers.sentinels > 0), views_(scenario.clients.size()) {
  for (ReplicaSetServer* const server : servers) members_.push_back({.data = server});
}

void ReplicaSetProtocol::reset() {
  Member& primary = members_.front();
  const NodeId first = primary.data->id();
  views_.assign(views_.size(), View{.primary = first});
  last_history_ = 1;
  last_term_ = 0;
  for (Member& member : members_) {
    member = {.data = member.data, .primary = first, .history = last_history_};
  }
  for (std::size_t i = 1; i < members_.size(); ++i) {
    const NodeId replica = members_[i].data->id();
    primary.replicas[replica] = {.heard = port_.now()};
    primary.data->acknowledge(replica, 0);
  }
}

std::size_t ReplicaSetProtocol::index_of(NodeId server) const {
  return server.value() - members_.front().data->id().value();
}

const ReplicaSetProtocol::Member& ReplicaSetProtocol::member(NodeId server) const {
  return members_[index_of(server)];
}

NodeId ReplicaSetProtocol::replica_for(NodeId client) const {
  const NodeId primary = primary_for(client);
  const NodeId last = members_.back().data->id();
  return last == primary ? members_.front().data->id() : last;
}

std::uint32_t ReplicaSetProtocol::in_touch(NodeId server, Duration max_lag) const {
  const auto& replicas = member(server).replicas;
  return static_cast<std::uint32_t>(std::count_if(
      replicas.begin(), replicas.end(),
      [&](const auto& replica) { return port_.now() - replica.second.heard <= max_lag; }));
}

bool ReplicaSetProtocol::is_replica(NodeId server) const {
  return !is_primary(server) && port_.is_up(server);
}

void ReplicaSetProtocol::elect(NodeId server) {
  if (!is_replica(server)) return;
  port_.on_elected(server);
  promote(server);
}

void ReplicaSetProtocol::promote(NodeId server) {
  if (!is_replica(server)) return;
  Member& chosen = member(server);
  chosen.primary = server;
  chosen.term = ++last_term_;
  chosen.history = ++last_history_;
  chosen.replicas.clear();
  chosen.backlog.clear();
  chosen.data->promote();
  chosen.owner = chosen.data->owner().hold;
  announce(chosen);
}

void ReplicaSetProtocol::on_batch(NodeId server, RedisBatch batch) {
  Member& primary = member(server);
  follow_owner(primary);
  primary.backlog.push_back({.kind = ReplicationMessage::Kind::repl,
                             .history = primary.history,
                             .batch = std::move(batch),
                             .owner = primary.data->owner()});
  if (primary.backlog.size() > kLongestBacklog) primary.backlog.pop_front();
  for (const auto& [replica, state] : primary.replicas) {
    port_.send(server, replica, primary.backlog.back());
  }
}

void ReplicaSetProtocol::ask_for_acks(NodeId server) {
  for (const auto& [replica, state] : member(server).replicas) {
    port_.send(server, replica, {.kind = ReplicationMessage::Kind::get_ack});
  }
}

void ReplicaSetProtocol::on_restart(NodeId server) {
  Member& member = this->member(server);
  member.backlog.clear();
  member.replicas.clear();
  member.history = is_primary(member) ? ++last_history_ : 0;
}

// What dead primaries had promised is over when the hold ends where its client went on.
void ReplicaSetProtocol::follow_owner(Member& primary) {
  const OpId before = std::exchange(primary.owner, primary.data->owner().hold);
  if (before.is_none() || before == primary.owner) return;
  for (const Member& other : members_) {
    const bool is_dead = !port_.is_up(other.data->id());
    if (is_dead && other.data->owner().hold == before) other.data->forget_owner(Cause::released);
  }
}

void ReplicaSetProtocol::tick(NodeId server) {
  const Member& ticking = member(server);
  if (is_primary(ticking)) {
    announce(ticking);
  } else {
    acknowledge(ticking);
  }
}

void ReplicaSetProtocol::announce(const Member& member) {
  if (member.term == 0 || has_sentinels_) return;
  const NodeId self = member.data->id();
  const ReplicationMessage news{.kind = ReplicationMessage::Kind::promoted,
                                .history = member.history,
                                .primary = self,
                                .term = member.term};
  for (const Member& other : members_) {
    if (other.term < member.term) port_.send(self, other.data->id(), news);
  }
  for (std::uint32_t client = 0; client < views_.size(); ++client) {
    if (views_[client].term < member.term) port_.send(self, NodeId(client), news);
  }
}

void ReplicaSetProtocol::tell_clients(NodeId sentinel, NodeId primary, std::uint32_t term) {
  for (std::uint32_t client = 0; client < views_.size(); ++client) {
    if (views_[client].term >= term) continue;
    port_.send(sentinel, NodeId(client),
               {.kind = ReplicationMessage::Kind::promoted, .primary = primary, .term = term});
  }
}

void ReplicaSetProtocol::acknowledge(const Member& member) {
  port_.send(member.data->id(), member.primary,
             {.kind = ReplicationMessage::Kind::ack,
              .history = member.history,
              .offset = member.data->offset()});
}

void ReplicaSetProtocol::deliver(NodeId from, NodeId to, const ReplicationMessage& message) {
  if (to.value() < views_.size()) return on_news(to, message.primary, message.term);
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

void ReplicaSetProtocol::on_news(NodeId client, NodeId primary, std::uint32_t term) {
  View& known = views_[client.value()];
  if (term <= known.term) return;
  const NodeId old = std::exchange(known.primary, primary);
  known.term = term;
  port_.disconnect(client, old);
}

void ReplicaSetProtocol::on_promoted(Member& member, NodeId primary,
                                     const ReplicationMessage& message) {
  if (message.term <= member.term) return;
  member.term = message.term;
  obey(member, primary);
}

void ReplicaSetProtocol::follow(NodeId server, NodeId primary) {
  Member& ordered = member(server);
  if (ordered.primary != primary && port_.is_up(server)) obey(ordered, primary);
}

void ReplicaSetProtocol::obey(Member& member, NodeId primary) {
  const bool was_primary = is_primary(member);
  member.primary = primary;
  member.history = 0;
  if (was_primary) {
    port_.on_demoted(member.data->id());
    member.data->demote();
    // Sentinel ends the connections of a primary that it turns into a replica.
    for (std::uint32_t i = 0; i < views_.size(); ++i) {
      port_.disconnect(NodeId(i), member.data->id());
    }
  }
  acknowledge(member);
}

void ReplicaSetProtocol::on_ack(Member& primary, NodeId replica,
                                const ReplicationMessage& message) {
  const NodeId self = primary.data->id();
  const bool follows = message.history == primary.history;
  const std::uint64_t next = message.offset + 1;
  const bool in_backlog =
      next > primary.data->offset() ||
      (!primary.backlog.empty() && primary.backlog.front().batch.offset <= next);
  Replica& state = primary.replicas[replica];
  state.heard = port_.now();
  if (!follows || !in_backlog) {
    return port_.send(self, replica,
                      {.kind = ReplicationMessage::Kind::rdb,
                       .history = primary.history,
                       .batch = primary.data->copy_for(replica),
                       .owner = primary.data->owner()});
  }
  state.offset = std::max(state.offset, message.offset);
  primary.data->acknowledge(replica, message.offset);
  trim(primary);
  for (const ReplicationMessage& missing : primary.backlog) {
    if (missing.batch.offset >= next) port_.send(self, replica, missing);
  }
  port_.on_acknowledged(self);
}

// What every replica has is not sent again.
void ReplicaSetProtocol::trim(Member& primary) {
  std::uint64_t everywhere = primary.data->offset();
  for (const auto& [id, replica] : primary.replicas) {
    everywhere = std::min(everywhere, replica.offset);
  }
  while (!primary.backlog.empty() && primary.backlog.front().batch.offset <= everywhere) {
    primary.backlog.pop_front();
  }
}

void ReplicaSetProtocol::on_data(Member& member, const ReplicationMessage& message) {
  if (message.kind == ReplicationMessage::Kind::rdb) {
    member.history = message.history;
    member.data->replace_by(message.batch, message.owner);
    return acknowledge(member);
  }
  const bool is_next =
      message.history == member.history && message.batch.offset == member.data->offset() + 1;
  if (is_next) member.data->apply(message.batch, message.owner);
}

}  // namespace picklock

#include "real/redis_replica_set.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "real/resp_stream.h"
#include "real/wire.h"

namespace picklock {
namespace {

std::vector<ReplicaSetServer*> pointers(const RealReplicas& servers) {
  std::vector<ReplicaSetServer*> all;
  for (const auto& server : servers.servers) all.push_back(server.get());
  return all;
}

}  // namespace

RealReplicaSet::RealReplicaSet(const RealServerContext& context, const RealReplicas& servers,
                               ServerMail& mail)
    : context_(context),
      servers_(servers),
      protocol_(pointers(servers), context.scenario, *this),
      mail_(mail) {}

Diagnostics RealReplicaSet::begin_run() {
  time_outs_.clear();
  RealReplica& primary = *servers_.servers.front();
  for (const auto& server : servers_.servers) {
    Diagnostics wrong = server->begin();
    if (wrong.empty() && server.get() != &primary) wrong = server->join(primary);
    if (!wrong.empty()) return wrong;
  }
  protocol_.reset();
  for (const auto& server : servers_.servers) {
    Diagnostics wrong = server->set_min_replicas(context_.scenario.servers);
    if (!wrong.empty()) return wrong;
    schedule_tick(server->id());
  }
  return {};
}

// One that is stopped finds the order when it goes on.
void RealReplicaSet::promote(NodeId server) {
  mail_.when_it_runs(server, [this, server] { protocol_.promote(server); });
}

void RealReplicaSet::check_replicas(NodeId server) {
  const ServersSpec& spec = context_.scenario.servers;
  const bool asks = spec.min_replicas > 0 && is_primary(server);
  if (asks && !context_.host.is_stopped(server)) servers_.of(server).look_at_replicas(spec);
}

void RealReplicaSet::on_expiry(NodeId server) {
  mail_.when_it_runs(server, [this, server] {
    const Diagnostics wrong = servers_.of(server).watch().look(Caller{}, now());
    if (!wrong.empty()) context_.host.fail(wrong);
    on_changes(server);
  });
}

void RealReplicaSet::on_changes(NodeId server) {
  if (!is_primary(server) || !servers_.of(server).take_batch()) return;
  protocol_.on_batch(server, {.offset = servers_.of(server).offset(), .changes = {}});
}

// WAIT replicas milliseconds: over when the wall clock shows more than the sum.
void RealReplicaSet::on_wait(NodeId server, std::string_view request) {
  protocol_.ask_for_acks(server);
  RedisCommand command;
  if (!read_resp(request, command) || command.size() != 3) return;
  const auto limit = read_number<std::int64_t>(command[2]);
  if (limit <= 0) return;
  const LocalTime shown = context_.state.clocks().nodes[server.value()].read().wall.at(now());
  const LocalTime due =
      std::chrono::floor<std::chrono::milliseconds>(shown) + std::chrono::milliseconds(limit + 1);
  time_outs_.emplace(server, due);
  wake_at(server, due);
}

void RealReplicaSet::wake_at(NodeId server, LocalTime due) {
  const TrueTime at = context_.state.clocks().nodes[server.value()].read().wall.when(due, now());
  if (at == kNever) return;
  mail_.at(at, server, [this, server] { servers_.of(server).poke(); });
}

void RealReplicaSet::on_clock_change(NodeId server) {
  const auto [begin, end] = time_outs_.equal_range(server);
  for (auto wait = begin; wait != end; ++wait) wake_at(server, wait->second);
}

void RealReplicaSet::on_crash(NodeId server) {
  time_outs_.erase(server);
  servers_.of(server).on_crash();
}

Diagnostics RealReplicaSet::on_restart(NodeId server) {
  Diagnostics wrong = servers_.of(server).on_restart(!is_primary(server));
  protocol_.on_restart(server);
  schedule_tick(server);
  return wrong;
}

void RealReplicaSet::schedule_tick(NodeId server) {
  mail_.at(now() + ReplicaSetProtocol::kTickLength, server, [this, server] {
    protocol_.tick(server);
    schedule_tick(server);
  });
}

void RealReplicaSet::send(NodeId from, NodeId to, const ReplicationMessage& message) {
  mail_.send(from, to, name_of(message.kind), [this, from, to, message] {
    protocol_.deliver(from, to, message);
    if (to.value() >= context_.scenario.clients.size()) {
      context_.host.reached(to, name_of(message.kind));
    }
  });
}

}  // namespace picklock

// A primary and its replicas in a real run: real redis-servers hold, replicate, count and refuse; who follows whom, and
// when what one says reaches the other, is the protocol that the simulator has too (sim/replica_set_protocol.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/lock.h"
#include "real/real_servers.h"
#include "real/redis_server.h"
#include "real/redis_watch.h"
#include "real/replication_link.h"
#include "real/server_mail.h"
#include "sim/replica_set_protocol.h"

namespace picklock {

class RealReplica;

// All servers of a set, by their ids, which follow one another.
struct RealReplicas {
  std::vector<std::unique_ptr<RealReplica>> servers;
  NodeId first;

  RealReplica& of(NodeId server) const { return *servers[server.value() - first.value()]; }
};

// One redis-server of a set. What it cannot do ends the run.
class RealReplica final : public ReplicaSetServer {
 public:
  // All references outlive it.
  RealReplica(NodeId id, RedisServerProcess& process, RedisWatch& watch, ReplicationLink link,
              const RealReplicas& others, RealServerHost& host)
      : id_(id),
        process_(process),
        watch_(watch),
        link_(std::move(link)),
        others_(others),
        host_(host) {}

  // Begins a run, empty and alone.
  Diagnostics begin();
  // Follows a primary, which is as empty.
  Diagnostics join(const RealReplica& primary);
  Diagnostics set_min_replicas(const ServersSpec& spec) const;
  // redis-server looks at who is in touch each second of its own time; this makes it look now.
  void look_at_replicas(const ServersSpec& spec) const;
  void on_crash();
  // Its process answers again. `follows`: it is a replica.
  Diagnostics on_restart(bool follows);
  // Takes what it has written as a primary. True: that was a batch, whose number is offset().
  bool take_batch();
  // Lets it notice what is due by its wall clock, and say so.
  void poke() const;
  Result<std::uint32_t> clients_waiting_inside() const;
  RedisReply answer(const RedisCommand& command) const;
  std::uint16_t port() const { return process_.port(); }

  RedisWatch& watch() { return watch_; }
  NodeId id() const override { return id_; }
  std::uint64_t offset() const override { return offset_; }
  const Caller& owner() const override { return watch_.owner(); }
  void forget_owner(Cause cause) override { watch_.forget_owner(cause); }
  void promote() override;
  void demote() override;
  void acknowledge(NodeId replica, std::uint64_t offset) override;
  RedisBatch copy_for(NodeId replica) override;
  void apply(const RedisBatch& batch, const Caller& owner) override;
  void replace_by(const RedisBatch& copy, const Caller& owner) override;

 private:
  Diagnostics connect();
  // Empty: the server said OK to each of these commands.
  Diagnostics tell(const std::vector<std::string>& commands) const;
  std::string follow_link() const;
  void note(const Diagnostics& wrong) const {
    if (!wrong.empty()) host_.fail(wrong);
  }
  template <class Answer>
  void note(const Result<Answer>& answer) const {
    if (!answer) host_.fail(answer.error());
  }

  NodeId id_;
  RedisServerProcess& process_;
  RedisWatch& watch_;
  ReplicationLink link_;  // to its primary
  const RealReplicas& others_;
  RealServerHost& host_;
  NodeId follows_;  // whose stream the link carries; none: it is closed
  std::optional<RedisConnection> connection_;
  std::uint64_t offset_ = 0;
  std::int64_t written_ = 0;  // bytes of its stream, as a primary
};

class RealReplicaSet final : public ReplicaSetPort {
 public:
  // `servers` are those of the context, in order. All outlive it.
  RealReplicaSet(const RealServerContext& context, const RealReplicas& servers, ServerMail& mail);

  // Begins a run: the first is the primary, and the others follow.
  Diagnostics begin_run();
  NodeId route(NodeId client, bool reads) const {
    return reads ? protocol_.replica_for(client) : protocol_.primary_for(client);
  }
  bool is_primary(NodeId server) const { return protocol_.is_primary(server); }
  void promote(NodeId server);
  // A request is about to be handed to this server: it is to know who is in touch.
  void check_replicas(NodeId server);
  // The lock's key has died there: it is taken away at once, and the replicas are told.
  void on_expiry(NodeId server);
  // It may have changed something: takes what it has written.
  void on_changes(NodeId server);
  // This WAIT waits inside the server now.
  void on_wait(NodeId server, std::string_view request);
  void on_clock_change(NodeId server);
  void on_crash(NodeId server);
  Diagnostics on_restart(NodeId server);
  ReplicaSetProtocol& protocol() { return protocol_; }

  // ReplicaSetPort
  TrueTime now() const override { return context_.loop.now(); }
  bool is_up(NodeId server) const override { return context_.host.is_up(server); }
  void send(NodeId from, NodeId to, const ReplicationMessage& message) override;
  void disconnect(NodeId client, NodeId server) override {
    context_.host.disconnect(client, server);
  }
  void on_acknowledged(NodeId /*primary*/) override {}  // redis-server counts, and answers
  void on_demoted(NodeId server) override { context_.host.abandon_waiting(server); }
  void on_elected(NodeId server) override { context_.host.on_elected(server); }

 private:
  void schedule_tick(NodeId server);
  // Makes the server notice that the time-out of a WAIT has passed, by its wall clock.
  void wake_at(NodeId server, LocalTime due);

  RealServerContext context_;
  const RealReplicas& servers_;
  ReplicaSetProtocol protocol_;
  ServerMail& mail_;
  std::multimap<NodeId, LocalTime> time_outs_;  // of WAITs, answered ones too
};

}  // namespace picklock

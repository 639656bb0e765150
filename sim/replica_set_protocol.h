// How a primary and its asynchronous replicas keep together in every world: who follows whom, what is sent again,
// how a promotion becomes known. What a server's data are, and how messages travel, the world says.
//
// The primary sends what each command changed (REPL) without waiting; a replica takes it in order and says each
// second, or when it is asked (GETACK, for a WAIT), how far it has come (ACK). What a cut link lost is sent again after
// the next ACK that tells of it; a replica that follows another history gets everything anew (RDB).
//
// A promoted replica begins a new history. It tells the other servers and the clients (SWITCH) each second until they
// have heard, in the place of Sentinel: who is cut off goes on with the old primary, which goes on granting. What an
// old primary had alone is gone when it hears. Where sentinels run, they promote, order servers to follow, and tell the
// clients.
//
// Source of the rules: redis.io on replication, WAIT and Sentinel; redis-server 7.0.15.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "checker/history.h"
#include "scenarios/scenario.h"
#include "sim/rpc.h"
#include "sim/servers/redis_replication.h"

namespace picklock {

struct ReplicationMessage {
  enum class Kind : std::uint8_t { repl, rdb, ack, get_ack, promoted };
  Kind kind{};
  std::uint32_t history = 0;  // of the sender's data
  NodeId primary;             // promoted: who is the primary now
  std::uint32_t term = 0;     // promoted: which promotion
  std::uint64_t offset = 0;   // ack
  RedisBatch batch;           // repl and rdb
  Caller owner;               // repl and rdb: of the lock's key then
};

// What replicas and their primary say to each other: "REPL", "ACK", ...
std::string_view name_of(ReplicationMessage::Kind kind);
std::vector<std::string_view> replication_words();

// The data of one server of the set.
class ReplicaSetServer {
 public:
  virtual NodeId id() const = 0;
  // Of the last batch of writes that it made or applied.
  virtual std::uint64_t offset() const = 0;
  // Of the lock's key.
  virtual const Caller& owner() const = 0;
  virtual void forget_owner(Cause cause) = 0;

  virtual void promote() = 0;
  virtual void demote() = 0;
  // As a primary: this replica has come so far.
  virtual void acknowledge(NodeId replica, std::uint64_t offset) = 0;
  // Everything that it holds, for this replica, which goes on from there.
  virtual RedisBatch copy_for(NodeId replica) = 0;
  // As a replica: the batch behind offset(), and everything anew.
  virtual void apply(const RedisBatch& batch, const Caller& owner) = 0;
  virtual void replace_by(const RedisBatch& copy, const Caller& owner) = 0;

 protected:
  ~ReplicaSetServer() = default;
};

// The world around the set.
class ReplicaSetPort {
 public:
  virtual TrueTime now() const = 0;
  virtual bool is_up(NodeId server) const = 0;
  // Sends; it arrives by deliver(), or never.
  virtual void send(NodeId from, NodeId to, const ReplicationMessage& message) = 0;
  // These two do not talk any more: their connection ends.
  virtual void disconnect(NodeId client, NodeId server) = 0;
  // A replica of this primary has acknowledged something.
  virtual void on_acknowledged(NodeId primary) = 0;
  // This server is no primary any more.
  virtual void on_demoted(NodeId server) = 0;
  // Sentinels make this server the primary.
  virtual void on_elected(NodeId server) = 0;

 protected:
  ~ReplicaSetPort() = default;
};

class ReplicaSetProtocol {
 public:
  // So far apart are the ticks of a server.
  static constexpr Duration kTickLength = std::chrono::seconds(1);

  // `servers` have successive ids, and the first begins as the primary; clients are the nodes from 0 to `clients` - 1.
  // All outlive this object.
  ReplicaSetProtocol(std::vector<ReplicaSetServer*> servers, const Scenario& scenario,
                     ReplicaSetPort& port);

  // Begins a run, after the servers were reset.
  void reset();
  // The server whom this client takes for the primary, and the one that answers it what only reads.
  NodeId primary_for(NodeId client) const { return views_[client.value()].primary; }
  NodeId replica_for(NodeId client) const;
  bool is_primary(NodeId server) const { return is_primary(member(server)); }
  // Whom this server follows, itself when it is a primary; and whether it has got that one's data.
  NodeId primary_of(NodeId server) const { return member(server).primary; }
  bool is_in_sync(NodeId server) const { return member(server).history != 0; }
  // How many replicas have acknowledged something within `max_lag`. Of a primary.
  std::uint32_t in_touch(NodeId server, Duration max_lag) const;

  // An operator makes this server the primary, or a sentinel does. Nothing happens when it is one, or is down.
  void promote(NodeId server);
  void elect(NodeId server);
  // A sentinel orders this server to follow that one.
  void follow(NodeId server, NodeId primary);
  // A sentinel tells the clients that have not heard of it who is the primary, since this promotion.
  void tell_clients(NodeId sentinel, NodeId primary, std::uint32_t term);
  // A primary has made this batch.
  void on_batch(NodeId server, RedisBatch batch);
  // A WAIT waits at this server: asks all replicas how far they have come.
  void ask_for_acks(NodeId server);
  void on_restart(NodeId server);
  // Each kTickLength, of a server that is up.
  void tick(NodeId server);
  void deliver(NodeId from, NodeId to, const ReplicationMessage& message);

 private:
  struct Replica {
    TrueTime heard{};  // its last ACK
    std::uint64_t offset = 0;
  };
  struct Member {
    ReplicaSetServer* data = nullptr;
    NodeId primary;                          // whom it follows; itself: it is one
    std::uint32_t term = 0;                  // the latest promotion that it has heard of
    std::uint32_t history = 0;               // of its data; 0: none worth following
    OpId owner;                              // a primary: of the key after its last command
    std::map<NodeId, Replica> replicas;      // a primary: those that have acknowledged
    std::deque<ReplicationMessage> backlog;  // a primary: what some replica may lack
  };
  struct View {  // a client's
    NodeId primary;
    std::uint32_t term = 0;
  };

  const Member& member(NodeId server) const;
  Member& member(NodeId server) { return members_[index_of(server)]; }
  std::size_t index_of(NodeId server) const;
  bool is_replica(NodeId server) const;  // that is up
  static bool is_primary(const Member& member) { return member.primary == member.data->id(); }
  void announce(const Member& member);
  void obey(Member& member, NodeId primary);
  void acknowledge(const Member& member);
  void on_ack(Member& primary, NodeId replica, const ReplicationMessage& message);
  void on_promoted(Member& member, NodeId primary, const ReplicationMessage& message);
  void on_data(Member& member, const ReplicationMessage& message);
  void on_news(NodeId client, NodeId primary, std::uint32_t term);
  static void trim(Member& primary);
  void follow_owner(Member& primary);

  std::vector<Member> members_;
  ReplicaSetPort& port_;
  bool has_sentinels_ = false;
  std::vector<View> views_;  // by client
  std::uint32_t last_history_ = 0;
  std::uint32_t last_term_ = 0;
};

}  // namespace picklock

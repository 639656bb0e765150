// One Redis primary and its asynchronous replicas: replication, WAIT, promotion, and how clients learn of it.
//
// The primary sends what each command changed (REPL) without waiting; a replica takes it in order and says each
// second, or when it is asked (GETACK, for a WAIT), how far it has come (ACK). What a cut link lost is sent again after
// the next ACK that tells of it; a replica that follows another history gets everything anew (RDB).
//
// A promoted replica begins a new history. It tells the other servers and the clients (SWITCH) each second until they
// have heard, as Sentinel does: who is cut off goes on with the old primary, which goes on granting. What an old
// primary had alone is gone when it hears.
//
// Source of the rules: redis.io on replication, WAIT and Sentinel; redis-server 7.0.15.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/mailbox.h"
#include "sim/redis_node.h"
#include "sim/redis_waits.h"

namespace picklock {

struct ReplicationMessage {
  enum class Kind : std::uint8_t { repl, rdb, ack, get_ack, promoted };
  Kind kind{};
  std::uint32_t history = 0;  // of the sender's data
  std::uint32_t term = 0;     // promoted: which promotion
  std::uint64_t offset = 0;   // ack
  RedisBatch batch;           // repl and rdb
  Caller owner;               // repl and rdb: of the lock's key then
};

class ReplicaSetHost : public WaitHost {
 public:
  // These two do not talk any more: their connection ends.
  virtual void disconnect(NodeId client, NodeId server) = 0;

 protected:
  ~ReplicaSetHost() = default;
};

// What replicas and their primary say to each other: "REPL", "ACK", ...
std::vector<std::string_view> replication_words();

class RedisReplicaSet final : public Handler,
                              public RedisNode::ChangeListener,
                              public Mailbox<ReplicationMessage>::Receiver {
 public:
  // `nodes` are the servers, the first of which begins as the primary. All outlive this object.
  RedisReplicaSet(const ServerContext& context, std::vector<RedisNode*> nodes,
                  ReplicaSetHost& host);

  // Begins a run, after the nodes were reset.
  void reset();
  // The server whom this client takes for the primary; or, for commands that only read, its replica when the
  // scenario says that reads go there.
  NodeId primary_for(NodeId client) const { return views_[client.value()].primary; }
  NodeId replica_for(NodeId client) const;

  // An operator, or Sentinel, makes this server the primary. Nothing happens when it is one, or is down.
  void promote(NodeId server);
  // Before a command is executed: whether min-replicas-to-write is met.
  void check_replicas(NodeId server);
  // After a WAIT was executed that must wait: its reply comes by answer_wait(), or never.
  void keep_back(NodeId server, const RedisWait& wait, std::uint32_t ticket);

  void on_crash(NodeId server);
  void on_restart(NodeId server);

  void on_changes(RedisNode& node) override;
  void deliver(NodeId from, NodeId to, const ReplicationMessage& message) override;
  void fire(const Kernel::Payload& payload) override;

 private:
  struct Replica {
    TrueTime heard{};  // its last ACK
    std::uint64_t offset = 0;
  };
  struct Member {
    RedisNode* node = nullptr;
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

  RedisNode& node(NodeId server) const;
  Member& member(NodeId server);
  bool is_primary(const Member& member) const { return member.primary == member.node->id(); }
  void schedule_tick(NodeId server);
  void tick(Member& member);
  void announce(const Member& member);
  void acknowledge(const Member& member);
  void send(NodeId from, NodeId to, ReplicationMessage message);
  void receive(NodeId from, NodeId to, const ReplicationMessage& message);
  void on_ack(Member& primary, NodeId replica, const ReplicationMessage& message);
  void on_promoted(Member& member, NodeId primary, const ReplicationMessage& message);
  void on_data(Member& member, const ReplicationMessage& message);
  void trim(Member& primary);
  void follow_owner(Member& primary);

  ServerContext context_;
  std::vector<Member> members_;
  ReplicaSetHost& host_;
  RedisWaits waits_;
  Mailbox<ReplicationMessage> mailbox_;
  std::vector<View> views_;  // by client
  std::uint32_t last_history_ = 0;
  std::uint32_t last_term_ = 0;
};

}  // namespace picklock

// One Redis server in a simulated world: the model on its node's clock, its sessions, and the life of the lock's
// key as history events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/every_second.h"
#include "sim/replica_set_protocol.h"
#include "sim/rpc.h"
#include "sim/server_group.h"
#include "sim/servers/redis_model.h"

namespace picklock {

// The wall clocks of servers and sentinels count from here, so that clocks behind the start are no negative dates.
constexpr std::int64_t kRedisEpochMs = 1'600'000'000'000;

class RedisNode final : public RedisObserver, public ReplicaSetServer, public Handler {
 public:
  RedisNode(const ServerContext& context, NodeId id);

  // From now on `named`, `renewed` and `unnamed` tell of this key, while the node is a primary.
  void observe(const std::string& key);
  void reset(bool replica);

  void execute(const Caller& caller, const RedisCommand& command, RedisReply& reply);
  void disconnect(NodeId client);
  // A dead primary names the owner of its key until the key's deadline, for it may come back; unless the hold has
  // ended elsewhere by then.
  void crash(bool power_loss);
  void forget_owner(Cause cause) override { end_ownership(cause, OpId()); }
  void restart(bool memory_lost);
  // What this server's wall clock decides becomes events in true time.
  void on_clock_change();

  // Replication: a replica keeps the owner of the key in mind, and announces it when it is promoted.
  void promote() override;
  void demote() override;
  void acknowledge(NodeId replica, std::uint64_t offset) override {
    model_.acknowledge(replica.value(), offset);
  }
  RedisBatch copy_for(NodeId /*replica*/) override { return model_.copy(); }
  void apply(const RedisBatch& batch, const Caller& owner) override;
  void replace_by(const RedisBatch& copy, const Caller& owner) override;
  std::uint64_t offset() const override { return model_.offset(); }
  const Caller& owner() const override { return owner_; }
  RedisModel& model() { return model_; }
  const RedisModel& model() const { return model_; }
  NodeId id() const override { return id_; }
  // Told of the node when its model may have changes that its replicas lack: after a command, and after keys
  // have expired. nullptr = nobody.
  class ChangeListener {
   public:
    virtual void on_changes(RedisNode& node) = 0;

   protected:
    ~ChangeListener() = default;
  };
  void tell(ChangeListener* listener) { listener_ = listener; }

  // Adds facts that say all that it is; false, and none, when they cannot.
  bool sum_up(StateFacts& facts) const;

  void fire(const Kernel::Payload& payload) override;
  void describe(const Kernel::Payload& payload, FactBuilder& fact) const override;

  // RedisObserver: what happens to the observed key while `caller_` is executed.
  void on_created(std::string_view key) override;
  void on_overwritten(std::string_view key) override;
  void on_deadline_changed(std::string_view key) override;
  void on_removed(std::string_view key, RedisRemoval why) override;

 private:
  static constexpr std::uint8_t kExpiry = 1;
  static constexpr std::uint8_t kFsync = 2;
  static constexpr std::uint8_t kDeadKey = 3;

  TrueTime deadline() const;
  std::int64_t now_ms() const;
  RedisModel::Session session_of(NodeId client);
  LocalTime wall_time() const;
  void watch_deadline();
  void begin_file();
  void sync_file();
  void watch_file();
  void begin_ownership();
  void end_ownership(Cause cause, OpId by);
  void record(EventKind kind, Cause cause, OpId by);

  Kernel& kernel_;
  NodeId id_;
  const ServersSpec& spec_;
  ChangeListener* listener_ = nullptr;
  std::string key_;
  RedisModel model_;
  std::vector<std::uint32_t> sessions_;  // by client: session + 1, 0 = none
  Caller caller_;                        // whose command is being executed
  Caller owner_;                         // who created the observed key
  Caller last_owner_;
  TrueTime named_at_{};
  Kernel::Ticket expiry_;
  EverySecond syncs_;
  Kernel::Ticket sync_;
  bool deadline_moved_ = false;
};

}  // namespace picklock

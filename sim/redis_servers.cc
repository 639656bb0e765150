// Redis in a simulated world: the model behind the network, its clients, and who owns the lock's key.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/server_group.h"
#include "sim/servers/redis_model.h"

namespace picklock {
namespace {

// The wall clocks of servers count from here, so that clocks behind the start are no negative dates.
constexpr std::int64_t kEpochMs = 1'600'000'000'000;

struct RedisProtocol {
  using Request = RedisCommand;
  using Reply = RedisReply;
  static std::string_view name_of(const RedisCommand& command) { return command[0]; }
  static void set_unknown(RedisReply& reply) { reply.set_unknown(); }
};
using Channel = RpcChannel<RedisProtocol>;

class RedisServers;

class SimRedisClient final : public RedisClient {
 public:
  SimRedisClient(RedisServers& group, NodeId server, ProcessPort& process)
      : group_(group), server_(server), process_(process) {}
  void withdraw(std::uint64_t call) override;

 private:
  RedisCommand& begin() override;
  std::uint64_t start(PendingReply& reply) override;

  RedisServers& group_;
  NodeId server_;
  ProcessPort& process_;
};

// One server: the model, its sessions, and the life of the observed key as history events.
class SimRedisServer final : public RedisObserver, public Handler {
 public:
  SimRedisServer(const ServerContext& context, NodeId id)
      : kernel_(context.kernel),
        id_(id),
        spec_(context.scenario.servers),
        model_(RedisConfig{.aof = spec_.aof}) {}

  void observe(const std::string& key) {
    key_ = key;
    model_.watch_key(key_, this);
  }

  void reset() {
    model_.reset();
    sessions_.clear();
    owner_ = last_owner_ = Caller{};
    if (spec_.aof == AofPolicy::everysec) schedule_fsync();
  }

  void execute(const Caller& caller, const RedisCommand& command, RedisReply& reply) {
    caller_ = caller;
    model_.execute(session_of(caller.client), command, now_ms(), reply);
    caller_ = Caller{};
    if (deadline_moved_) watch_deadline();
  }

  void disconnect(NodeId client) {
    if (client.value() >= sessions_.size() || sessions_[client.value()] == 0) return;
    model_.disconnect(sessions_[client.value()] - 1);
    sessions_[client.value()] = 0;
  }

  void crash(bool power_loss) {
    if (power_loss) {
      model_.lose_power();
    } else {
      model_.kill_process();
    }
    sessions_.clear();
  }

  void restart(bool memory_lost) {
    if (memory_lost) model_.lose_disk();
    model_.restart(now_ms());
    if (spec_.aof == AofPolicy::everysec) schedule_fsync();
    watch_deadline();
  }

  // The key's deadline, on this server's wall clock, becomes an event in true time.
  void watch_deadline() {
    deadline_moved_ = false;
    kernel_.cancel(expiry_);
    const auto deadline = model_.deadline_of(key_);
    if (!deadline) return;
    // Alive at its deadline, dead one millisecond later.
    const LocalTime dead(std::chrono::milliseconds(*deadline + 1 - kEpochMs));
    const TrueTime at = kernel_.node(id_).wall.when(dead, kernel_.now());
    if (at == kNever) return;
    Kernel::Payload payload;
    payload.kind = kExpiry;
    payload.flags = Kernel::background;
    expiry_ = kernel_.push(at, *this, id_, payload);
  }

  void fire(const Kernel::Payload& payload) override {
    if (payload.kind == kFsync) {
      model_.fsync(now_ms());
      schedule_fsync();
      return;
    }
    if (spec_.active_expiry) {
      model_.expire_due(now_ms());
    } else if (!owner_.hold.is_none()) {
      end_ownership(Cause::expired,
                    OpId());  // the key is dead, though it lies there until it is touched
    }
  }

  // RedisObserver: what happens to the observed key while `caller_` is executed.
  void on_created(std::string_view) override {
    deadline_moved_ = true;
    begin_ownership();
  }
  void on_overwritten(std::string_view) override {
    deadline_moved_ = true;
    if (owner_.hold == caller_.hold) return;
    end_ownership(Cause::overwritten, caller_.op);
    begin_ownership();
  }
  void on_deadline_changed(std::string_view) override {
    deadline_moved_ = true;
    const bool renewal = !owner_.hold.is_none() && named_at_ != kernel_.now();
    if (renewal) record(EventKind::renewed, Cause::none, OpId());
  }
  void on_removed(std::string_view, RedisRemoval why) override {
    deadline_moved_ = true;
    if (owner_.hold.is_none()) return;
    switch (why) {
      case RedisRemoval::expired:
        return end_ownership(Cause::expired, OpId());
      case RedisRemoval::flushed:
        return end_ownership(Cause::lost, OpId());
      case RedisRemoval::overwritten:
        return end_ownership(Cause::overwritten, caller_.op);
      case RedisRemoval::deleted:
        return end_ownership(caller_.hold == owner_.hold ? Cause::released : Cause::deleted,
                             caller_.op);
    }
  }

 private:
  static constexpr std::uint8_t kExpiry = 1;
  static constexpr std::uint8_t kFsync = 2;

  std::int64_t now_ms() const {
    const LocalTime shown = kernel_.node(id_).wall.at(kernel_.now());
    return kEpochMs + milliseconds(shown.time_since_epoch());
  }

  RedisModel::Session session_of(NodeId client) {
    if (client.value() >= sessions_.size()) sessions_.resize(client.value() + 1, 0);
    std::uint32_t& session = sessions_[client.value()];
    if (session == 0) session = model_.connect() + 1;
    return session - 1;
  }

  void schedule_fsync() {
    Kernel::Payload payload;
    payload.kind = kFsync;
    payload.flags = Kernel::background;
    kernel_.push(kernel_.now() + std::chrono::seconds(1), *this, id_, payload);
  }

  // A key that a restart brought back is the last owner's.
  void begin_ownership() {
    owner_ = caller_.client.is_none() ? last_owner_ : caller_;
    last_owner_ = owner_;
    named_at_ = kernel_.now();
    if (!owner_.hold.is_none()) record(EventKind::named, Cause::none, OpId());
  }
  void end_ownership(Cause cause, OpId by) {
    if (!owner_.hold.is_none()) record(EventKind::unnamed, cause, by);
    owner_ = Caller{};
  }
  void record(EventKind kind, Cause cause, OpId by) {
    kernel_.recorder().add({.at = kernel_.now(),
                            .kind = kind,
                            .cause = cause,
                            .node = id_,
                            .op = by,
                            .hold = owner_.hold});
  }

  Kernel& kernel_;
  NodeId id_;
  const ServersSpec& spec_;
  std::string key_;
  RedisModel model_;
  std::vector<std::uint32_t> sessions_;  // by client: session + 1, 0 = none
  Caller caller_;                        // whose command is being executed
  Caller owner_;                         // who created the observed key
  Caller last_owner_;
  TrueTime named_at_{};
  Kernel::Ticket expiry_;
  bool deadline_moved_ = false;
};

class RedisServers final : public ServerGroup, public Channel::Server {
 public:
  explicit RedisServers(const ServerContext& context)
      : context_(context), channel_(context_.kernel, context_.network, *this) {
    for (const NodeId id : context_.servers) {
      servers_.push_back(std::make_unique<SimRedisServer>(context_, id));
    }
  }

  void observe(const OwnerRule& rule) override {
    for (const auto& server : servers_) server->observe(rule.path);
  }
  void reset() override {
    channel_.reset();
    for (const auto& server : servers_) server->reset();
  }

  std::vector<ServerClient*> clients_for(ProcessPort& process) override {
    std::vector<ServerClient*> clients;
    for (const NodeId server : context_.servers) {
      clients_.push_back(std::make_unique<SimRedisClient>(*this, server, process));
      clients.push_back(clients_.back().get());
    }
    return clients;
  }

  void execute(NodeId server, const Caller& caller, const RedisCommand& command,
               RedisReply& reply) override {
    of(server).execute(caller, command, reply);
    context_.points.reached(server, command[0]);
  }

  void on_client_crash(NodeId client) override {
    channel_.forget_client(client);
    for (const auto& server : servers_) server->disconnect(client);
  }
  void on_connection_reset(NodeId a, NodeId b) override {
    channel_.break_calls(a, b);
    for (const NodeId id : context_.servers) {
      if (id == a) of(id).disconnect(b);
      if (id == b) of(id).disconnect(a);
    }
  }
  void on_crash(NodeId server, bool power_loss) override {
    channel_.set_silent(server, power_loss);
    if (!power_loss) channel_.break_calls(server, NodeId());
    of(server).crash(power_loss);
  }
  void on_restart(NodeId server, bool memory_lost) override {
    channel_.set_silent(server, false);
    of(server).restart(memory_lost);
  }
  void on_clock_change(NodeId server) override { of(server).watch_deadline(); }

  Channel& channel() { return channel_; }
  Duration call_timeout() const { return context_.scenario.lock.call_timeout; }

 private:
  SimRedisServer& of(NodeId server) {
    return *servers_[server.value() - context_.servers.front().value()];
  }

  ServerContext context_;
  Channel channel_;
  std::vector<std::unique_ptr<SimRedisServer>> servers_;
  std::vector<std::unique_ptr<SimRedisClient>> clients_;
};

RedisCommand& SimRedisClient::begin() {
  return group_.channel().begin();
}
std::uint64_t SimRedisClient::start(PendingReply& reply) {
  return group_.channel().start(process_.caller(), server_, group_.call_timeout(), reply);
}
void SimRedisClient::withdraw(std::uint64_t call) {
  group_.channel().withdraw(call);
}

}  // namespace

std::unique_ptr<ServerGroup> make_redis_servers(const ServerContext& context) {
  return std::make_unique<RedisServers>(context);
}

std::vector<std::string> redis_commands() {
  return redis_command_names();
}

}  // namespace picklock

// Redis in a simulated world: the model behind the network, its clients, and who owns the lock's key.
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/redis_node.h"
#include "sim/redis_replica_set.h"
#include "sim/redis_sentinels.h"
#include "sim/server_group.h"
#include "sim/servers/redis_replication.h"

namespace picklock {
namespace {

struct RedisProtocol {
  using Request = RedisCommand;
  using Reply = RedisReply;
  static std::string_view name_of(const RedisCommand& command) { return command[0]; }
  static void set_unknown(RedisReply& reply) { reply.set_unknown(); }
  static void describe(const RedisCommand& command, FactBuilder& fact) {
    for (std::size_t i = 0; i < command.size(); ++i) fact.add_text(command[i]);
  }
  static void describe(const RedisReply& reply, FactBuilder& fact) {
    fact.add(static_cast<std::uint64_t>(reply.kind()));
    fact.add(static_cast<std::uint64_t>(reply.integer())).add_text(reply.text());
    fact.add(reply.elements().size());
    for (const RedisReply& element : reply.elements()) describe(element, fact);
  }
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

class RedisServers final : public ServerGroup, public Channel::Server, public ReplicaSetHost {
 public:
  explicit RedisServers(const ServerContext& context)
      : context_(context), channel_(context_.kernel, context_.network, *this) {
    const ServersSpec& spec = context_.scenario.servers;
    for (std::uint32_t i = 0; i < spec.stores(); ++i) {
      servers_.push_back(std::make_unique<RedisNode>(context_, context_.servers[i]));
    }
    if (spec.replicas == 0) return;
    std::vector<RedisNode*> nodes;
    for (const auto& server : servers_) nodes.push_back(server.get());
    replica_set_ = std::make_unique<RedisReplicaSet>(context_, nodes, *this);
    if (spec.sentinels == 0) return;
    sentinels_ = std::make_unique<RedisSentinels>(context_, nodes, replica_set_->protocol());
  }

  void observe(const OwnerRule& rule) override {
    for (const auto& server : servers_) server->observe(rule.path);
  }
  void reset() override {
    channel_.reset();
    for (const auto& server : servers_) {
      server->reset(replica_set_ != nullptr && server != servers_.front());
    }
    if (replica_set_ != nullptr) replica_set_->reset();
    if (sentinels_ != nullptr) sentinels_->reset();
  }

  // A lock sees a primary with its replicas as one server: its client goes where the primary is.
  std::vector<ServerClient*> clients_for(ProcessPort& process) override {
    std::vector<ServerClient*> clients;
    clients.reserve(context_.servers.size());
    for (const NodeId server : context_.servers) {
      if (replica_set_ != nullptr && !clients.empty()) break;
      clients.push_back(&clients_.emplace_back(*this, server, process));
    }
    return clients;
  }

  void execute(NodeId server, const Caller& caller, const RedisCommand& command,
               RedisReply& reply) override {
    RedisNode& node = of(server);
    if (replica_set_ != nullptr) replica_set_->check_replicas(server);
    node.execute(caller, command, reply);
    if (replica_set_ != nullptr) keep_back_if_it_waits(node);
    context_.points.reached(server, command[0]);
  }

  // ReplicaSetHost
  void answer_wait(std::uint32_t ticket, std::uint32_t replicas) override {
    channel_.reply_of(ticket).set_integer(replicas);
    channel_.answer(ticket);
  }
  void abandon_wait(std::uint32_t ticket) override { channel_.abandon(ticket); }
  void disconnect(NodeId client, NodeId server) override {
    channel_.break_calls(client, server);
    of(server).disconnect(client);
  }

  void on_client_crash(NodeId client) override {
    channel_.forget_client(client);
    for (const auto& server : servers_) server->disconnect(client);
  }
  void on_connection_reset(NodeId a, NodeId b) override {
    channel_.break_calls(a, b);
    for (const auto& server : servers_) {
      if (server->id() == a) server->disconnect(b);
      if (server->id() == b) server->disconnect(a);
    }
  }
  void on_crash(NodeId server, bool power_loss) override {
    if (sentinels_ != nullptr) sentinels_->on_crash(server, power_loss);
    if (is_sentinel(server)) return;
    channel_.set_silent(server, power_loss);
    if (!power_loss) channel_.break_calls(server, NodeId());
    of(server).crash(power_loss);
    if (replica_set_ != nullptr) replica_set_->on_crash(server);
  }
  void on_restart(NodeId server, bool memory_lost) override {
    if (sentinels_ != nullptr) sentinels_->on_restart(server);
    if (is_sentinel(server)) return;
    channel_.set_silent(server, false);
    of(server).restart(memory_lost);
    if (replica_set_ != nullptr) replica_set_->on_restart(server);
  }
  void on_promote(NodeId server) override {
    if (replica_set_ != nullptr) replica_set_->promote(server);
  }
  void on_clock_change(NodeId server) override {
    if (is_sentinel(server)) return;
    of(server).on_clock_change();
    if (replica_set_ != nullptr) replica_set_->on_clock_change(server);
  }
  bool sum_up(NodeId server, StateFacts& facts) const override {
    return replica_set_ == nullptr && of(server).sum_up(facts);
  }
  std::optional<std::size_t> open_calls(NodeId client) const override {
    if (replica_set_ != nullptr) return std::nullopt;
    return channel_.open_calls(client);
  }

  Channel& channel() { return channel_; }
  // Where a client sends the command that it is about to start.
  NodeId route(NodeId client, NodeId server, const RedisCommand& command) const {
    return replica_set_ == nullptr ? server : route_in_set(client, command);
  }
  Duration call_timeout() const { return context_.scenario.lock.call_timeout; }

 private:
  [[gnu::noinline]] NodeId route_in_set(NodeId client, const RedisCommand& command) const {
    const bool reads = context_.scenario.servers.reads == ReadsFrom::replica && only_reads(command);
    return reads ? replica_set_->replica_for(client) : replica_set_->primary_for(client);
  }
  bool is_sentinel(NodeId server) const { return server.value() > servers_.back()->id().value(); }
  // What has been executed may be a WAIT, whose reply is due later.
  [[gnu::noinline]] void keep_back_if_it_waits(RedisNode& node) {
    if (!channel_.may_defer()) return;
    if (const auto wait = node.model().take_wait()) {
      replica_set_->keep_back(node.id(), *wait, channel_.defer());
    }
  }
  RedisNode& of(NodeId server) const {
    return *servers_[server.value() - context_.servers.front().value()];
  }

  ServerContext context_;
  Channel channel_;
  std::vector<std::unique_ptr<RedisNode>> servers_;
  std::unique_ptr<RedisReplicaSet> replica_set_;  // null: the servers are independent
  std::unique_ptr<RedisSentinels> sentinels_;     // null: none run
  std::deque<SimRedisClient> clients_;
};

RedisCommand& SimRedisClient::begin() {
  return group_.channel().begin();
}
std::uint64_t SimRedisClient::start(PendingReply& reply) {
  Channel& channel = group_.channel();
  const Caller caller = process_.caller();
  const NodeId server = group_.route(caller.client, server_, channel.begin());
  return channel.start(caller, server, group_.call_timeout(), reply);
}
void SimRedisClient::withdraw(std::uint64_t call) {
  group_.channel().withdraw(call);
}

}  // namespace

std::unique_ptr<ServerGroup> make_redis_servers(const ServerContext& context) {
  return std::make_unique<RedisServers>(context);
}

std::vector<std::string> redis_commands() {
  std::vector<std::string> names = redis_command_names();
  for (const std::string_view word : replication_words()) names.emplace_back(word);
  for (const std::string_view word : sentinel_words()) names.emplace_back(word);
  return names;
}

}  // namespace picklock

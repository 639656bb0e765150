// Redis in a real run: one redis-server of our own for each server of the scenario, alone or with replicas.
#include <poll.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/append_only_file.h"
#include "real/frozen_clock.h"
#include "real/patience.h"
#include "real/real_servers.h"
#include "real/redis_connector.h"
#include "real/redis_replica_set.h"
#include "real/redis_sentinels.h"
#include "real/redis_server.h"
#include "real/redis_setup.h"
#include "real/redis_watch.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

class RealRedisServers final : public RealServers {
 public:
  explicit RealRedisServers(const RealServerContext& context) : context_(context), mail_(context) {}

  Diagnostics start() override {
    for (std::uint32_t i = 0; i < context_.scenario.servers.stores(); ++i) {
      Diagnostics wrong = start(NodeId(context_.first.value() + i));
      if (!wrong.empty()) return wrong;
    }
    return context_.scenario.servers.replicas > 0 ? make_set() : Diagnostics{};
  }

  Diagnostics begin_run(const OwnerRule& rule, RunLog& log) override {
    for (Server& server : servers_) {
      Diagnostics wrong = begin_life(server);
      if (!wrong.empty()) return wrong;
    }
    if (set_ != nullptr) {
      mail_.begin_run();
      Diagnostics wrong = set_->begin_run();
      if (!wrong.empty()) return wrong;
    }
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      Server& server = servers_[i];
      Diagnostics wrong =
          set_active_expiry(server.process.port(), context_.scenario.servers.active_expiry);
      if (wrong.empty()) wrong = begin_watch(i, rule.path, log);
      if (wrong.empty() && server.file) wrong = server.file->begin(server.process);
      if (!wrong.empty()) return wrong;
    }
    return sentinels_ == nullptr ? Diagnostics{} : sentinels_->begin_run();
  }

  Relay::Address address(std::size_t i) const override {
    return {.port = is_sentinel(i) ? sentinels_->port(i - servers_.size()) : port(i)};
  }
  Child* process(std::size_t i) override {
    return is_sentinel(i) ? sentinels_->process(i - servers_.size()) : &servers_[i].process.child();
  }
  Diagnostics executed(std::size_t i, const Exchange& exchange) override {
    Diagnostics wrong = servers_[i].watch->look(exchange.caller, exchange.earliest);
    if (wrong.empty() && servers_[i].file) wrong = servers_[i].file->settle();
    if (wrong.empty() && set_ != nullptr) set_->on_changes(node(i));
    return wrong;
  }
  void promote(std::size_t i) override {
    if (set_ != nullptr) set_->promote(node(i));
  }
  void crash(std::size_t i, bool power_loss) override {
    mail_.on_crash(node(i));
    if (sentinels_ != nullptr) sentinels_->on_crash(node(i), power_loss);
    if (is_sentinel(i)) return;
    servers_[i].watch->on_crash();
    servers_[i].process.crash();
    if (servers_[i].file) note(servers_[i].file->on_crash(power_loss));
    if (set_ != nullptr) set_->on_crash(node(i));
  }
  Diagnostics restart(std::size_t i, bool memory_lost) override {
    Diagnostics gone = sentinels_ == nullptr ? Diagnostics{} : sentinels_->on_restart(node(i));
    if (is_sentinel(i) || !gone.empty()) return gone;
    Server& server = servers_[i];
    if (memory_lost) forget_everything(server);
    Diagnostics wrong = server.process.restart();
    if (wrong.empty() && server.file) wrong = server.file->begin(server.process);
    if (wrong.empty()) wrong = server.watch->on_restart(server.process.port());
    if (wrong.empty() && server.file) wrong = server.file->settle();
    if (wrong.empty() && set_ != nullptr) wrong = set_->on_restart(node(i));
    return wrong;
  }
  void on_clock_change(std::size_t i) override {
    if (is_sentinel(i)) return sentinels_->on_clock_change(i - servers_.size());
    servers_[i].watch->on_clock_change();
    if (servers_[i].file) note(servers_[i].file->settle());
    if (set_ != nullptr) set_->on_clock_change(node(i));
  }
  void on_resume(NodeId node) override { mail_.on_resume(node); }
  bool is_idle() const override { return mail_.is_idle(); }
  bool may_hang_up() const override { return set_ != nullptr; }  // on who waited at an old primary

  bool may_wait_inside(std::string_view request) const override {
    return waits_inside_redis(request);
  }
  bool tells_who_waits(std::string_view request) const override {
    return set_ != nullptr && equals_ignoring_case(request, "wait");
  }
  // Either it has answered, or it counts one client more that waits.
  Result<bool> waits_inside(std::size_t i, std::string_view request, std::size_t others,
                            int file) override {
    Patience patience(std::chrono::seconds(10));
    while (!patience.is_over()) {
      pollfd answer{.fd = file, .events = POLLIN, .revents = 0};
      if (::poll(&answer, 1, 0) > 0) return Result<bool>(false);
      const Result<std::uint32_t> waiting = replicas_.servers[i]->clients_waiting_inside();
      if (!waiting) return Result<bool>(waiting.error());
      if (*waiting <= others) continue;
      set_->on_changes(node(i));
      set_->on_wait(node(i), request);
      return Result<bool>(true);
    }
    return Result<bool>::failure("expected an answer within 10 s, or a client that waits for it");
  }
  void before_request(std::size_t i) override {
    if (set_ != nullptr) set_->check_replicas(node(i));
  }

  // A lock sees a primary with its replicas as one server, and the replica that it reads from behind a door of
  // its own.
  std::size_t doors() const override {
    return set_ == nullptr ? servers_.size() : reads_from_replica() ? 2 : 1;
  }
  NodeId behind_door(NodeId client, std::size_t i) const override {
    return set_ == nullptr ? node(i) : set_->route(client, i == 1);
  }
  ConnectServers connector() const override {
    const Duration call_timeout = context_.scenario.lock.call_timeout;
    return reads_from_replica() ? connect_with_read_preference(call_timeout)
                                : connect_to_redis(call_timeout);
  }
  MakeRelayProtocol relay_protocol() const override { return make_resp_relay_protocol; }

 private:
  struct Server {
    RedisServerProcess process;
    std::unique_ptr<RedisWatch> watch;
    std::unique_ptr<AppendOnlyFile> file;  // null: it does not matter what was synced
  };

  std::uint16_t port(std::size_t i) const { return servers_[i].process.port(); }
  NodeId node(std::size_t i) const {
    return NodeId(context_.first.value() + static_cast<std::uint32_t>(i));
  }
  bool is_sentinel(std::size_t i) const { return i >= servers_.size(); }
  bool reads_from_replica() const {
    const ServersSpec& spec = context_.scenario.servers;
    return spec.replicas > 0 && spec.reads == ReadsFrom::replica;
  }

  Diagnostics start(NodeId node) {
    std::vector<std::string> shim = shim_environment(context_.state.file(), node.value());
    if (shim.empty()) return {{.expected = "expected to hand the clock shim to a server"}};
    std::unique_ptr<AppendOnlyFile> file;
    if (AppendOnlyFile::matters(context_.scenario)) {
      auto made = AppendOnlyFile::create(context_, node);
      if (!made) return made.error();
      file = std::move(made).value();
      shim.push_back(file->environment());
    }
    Result<RedisServerProcess> started =
        RedisServerProcess::start({.arguments = redis_arguments(context_.scenario.servers),
                                   .environment = shim,
                                   .parent = context_.directory});
    if (!started) return started.error();
    servers_.push_back({std::move(started).value(),
                        std::make_unique<RedisWatch>(context_.state, context_.loop, node),
                        std::move(file)});
    return prove_clock(servers_.back().process.port(), context_.state.clocks(), node);
  }

  void note(Diagnostics wrong) const {
    if (!wrong.empty()) context_.host.fail(std::move(wrong));
  }

  static void forget_everything(Server& server) {
    server.process.forget_everything();
    if (server.file) server.file->forget();
  }

  // It holds nothing, and has synced nothing.
  Diagnostics begin_life(Server& server) const {
    if (server.file) {
      server.process.crash();
      note(server.file->on_crash(false));
    }
    Diagnostics wrong;
    if (server.process.child().ended()) {
      forget_everything(server);
      wrong = server.process.restart();
    }
    const bool has_keys = set_ == nullptr && !server.file;
    if (wrong.empty() && has_keys) wrong = empty_redis(server.process.port());
    return wrong;
  }

  Diagnostics make_set() {
    replicas_.first = context_.first;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      Result<ReplicationLink> link = ReplicationLink::make(port(i));
      if (!link) return link.error();
      replicas_.servers.push_back(
          std::make_unique<RealReplica>(node(i), servers_[i].process, *servers_[i].watch,
                                        std::move(link).value(), replicas_, context_.host));
    }
    set_ = std::make_unique<RealReplicaSet>(context_, replicas_, mail_);
    if (context_.scenario.servers.sentinels == 0) return {};
    sentinels_ = std::make_unique<RealSentinels>(context_, replicas_, set_->protocol(), mail_);
    return sentinels_->make();
  }

  Diagnostics begin_watch(std::size_t i, const std::string& key, RunLog& log) {
    Server& server = servers_[i];
    const std::uint16_t port = server.process.port();
    Diagnostics wrong = set_ == nullptr ? server.watch->begin(port, key, log)
                                        : server.watch->begin_in_set(port, key, log, i > 0);
    if (!context_.scenario.servers.active_expiry) return wrong;
    server.watch->on_expiry([this, i, key] {
      if (set_ != nullptr) set_->on_expiry(node(i));
      if (servers_[i].file) note(servers_[i].file->drop_if_dead(key));
    });
    return wrong;
  }

  RealServerContext context_;
  std::vector<Server> servers_;
  ServerMail mail_;
  RealReplicas replicas_;                     // none: the servers are independent
  std::unique_ptr<RealReplicaSet> set_;       // null then
  std::unique_ptr<RealSentinels> sentinels_;  // null: none run
};

}  // namespace

std::unique_ptr<RealServers> make_real_redis(const RealServerContext& context) {
  return std::make_unique<RealRedisServers>(context);
}

}  // namespace picklock

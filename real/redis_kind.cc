// Redis in a real run: one redis-server of our own for each server of the scenario.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/frozen_clock.h"
#include "real/real_servers.h"
#include "real/redis_link.h"
#include "real/redis_server.h"
#include "real/redis_watch.h"
#include "real/resp.h"
#include "real/wire.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

std::vector<std::string> arguments_of(const ServersSpec& spec) {
  std::vector<std::string> words{"--notify-keyspace-events", "KA"};
  const auto add = [&](const char* name, const char* value) {
    words.emplace_back(name);
    words.emplace_back(value);
  };
  if (spec.aof == AofPolicy::off) return words;
  add("--appendonly", "yes");
  add("--auto-aof-rewrite-percentage", "0");  // a rewrite would fork a process of its own
  add("--appendfsync", spec.aof == AofPolicy::always     ? "always"
                       : spec.aof == AofPolicy::everysec ? "everysec"
                                                         : "no");
  return words;
}

class RealRedisServers final : public RealServers {
 public:
  explicit RealRedisServers(const RealServerContext& context) : context_(context) {}

  Diagnostics start() override {
    for (std::uint32_t i = 0; i < context_.scenario.servers.count; ++i) {
      const NodeId node(context_.first.value() + i);
      const std::vector<std::string> shim = shim_environment(context_.state.file(), node.value());
      if (shim.empty()) return {{.expected = "expected to hand the clock shim to a server"}};
      Result<RedisServerProcess> started =
          RedisServerProcess::start({.arguments = arguments_of(context_.scenario.servers),
                                     .environment = shim,
                                     .parent = context_.directory});
      if (!started) return started.error();
      servers_.push_back({std::move(started).value(),
                          std::make_unique<RedisWatch>(context_.state, context_.loop, node)});
      Diagnostics wrong = prove_clock(servers_.back().process.port(), node);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  Diagnostics begin_run(const OwnerRule& rule, RunLog& log) override {
    for (Server& server : servers_) {
      if (server.process.child().ended()) {
        server.process.forget_everything();
        Diagnostics wrong = server.process.restart();
        if (!wrong.empty()) return wrong;
      }
      Diagnostics wrong = empty(server.process.port());
      if (wrong.empty()) wrong = server.watch->begin(server.process.port(), rule.path, log);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::uint16_t port(std::size_t i) const override { return servers_[i].process.port(); }
  Child& process(std::size_t i) override { return servers_[i].process.child(); }
  Diagnostics executed(std::size_t i, const Exchange& exchange) override {
    return servers_[i].watch->look(exchange.caller, exchange.earliest);
  }
  void crash(std::size_t i) override {
    servers_[i].watch->on_crash();
    servers_[i].process.crash();
  }
  Diagnostics restart(std::size_t i, bool memory_lost) override {
    if (memory_lost) servers_[i].process.forget_everything();
    Diagnostics wrong = servers_[i].process.restart();
    if (!wrong.empty()) return wrong;
    return servers_[i].watch->on_restart(servers_[i].process.port());
  }
  bool waits_inside(std::string_view request) const override {
    static constexpr std::array<std::string_view, 12> kWaiting{
        "blpop",    "brpop",  "blmove", "brpoplpush", "blmpop",     "bzpopmin",
        "bzpopmax", "bzmpop", "wait",   "subscribe",  "psubscribe", "ssubscribe"};
    return std::ranges::any_of(kWaiting, [request](std::string_view waiting) {
      return equals_ignoring_case(request, waiting);
    });
  }
  void on_clock_change(std::size_t i) override { servers_[i].watch->on_clock_change(); }

  ConnectServers connector() const override {
    return [timeout = context_.scenario.lock.call_timeout](const ServerPorts& ports) {
      std::vector<std::unique_ptr<ServerClient>> clients;
      const auto give_up_at = [after = ports.after, timeout] { return after(timeout); };
      for (const std::string& socket : ports.sockets) {
        clients.push_back(std::make_unique<RedisLink>(
            ports.loop, RedisLink::Options{socket, ports.caller, give_up_at}));
      }
      return clients;
    };
  }
  MakeRelayProtocol relay_protocol() const override { return make_resp_relay_protocol; }

 private:
  struct Server {
    RedisServerProcess process;
    std::unique_ptr<RedisWatch> watch;
  };

  // TIME must show, within the time that the question takes, what the page says.
  Diagnostics prove_clock(std::uint16_t port, NodeId node) const {
    const Result<RedisConnection> connection = RedisConnection::open(port);
    if (!connection) return connection.error();
    RedisCommand time;
    time.assign("TIME");
    RedisReply reply;
    const std::int64_t before = context_.state.clocks().unix_ns(node.value()) / 1000;
    connection->execute(time, reply);
    const std::int64_t after = context_.state.clocks().unix_ns(node.value()) / 1000;
    if (reply.elements().size() == 2) {
      const std::int64_t shown = read_number<std::int64_t>(reply.elements()[0].text()) * 1'000'000 +
                                 read_number<std::int64_t>(reply.elements()[1].text());
      if (before <= shown && shown <= after) return {};
    }
    return {{.expected = "expected the clock shim to set redis-server's clock, but TIME does not "
                         "follow it (is redis-server linked statically?)"}};
  }

  Diagnostics empty(std::uint16_t port) const {
    const Result<RedisConnection> connection = RedisConnection::open(port);
    if (!connection) return connection.error();
    for (const char* const line : {"FLUSHALL", "SCRIPT FLUSH"}) {
      RedisReply reply;
      connection->execute(parse_redis_command(line), reply);
      if (!reply.is_ok()) return {{.expected = fmt::format("expected OK to {}", line)}};
    }
    RedisCommand expire;
    expire.assign("DEBUG", "SET-ACTIVE-EXPIRE", context_.scenario.servers.active_expiry ? 1 : 0);
    RedisReply reply;
    connection->execute(expire, reply);
    return {};
  }

  RealServerContext context_;
  std::vector<Server> servers_;
};

}  // namespace

std::unique_ptr<RealServers> make_real_redis(const RealServerContext& context) {
  return std::make_unique<RealRedisServers>(context);
}

}  // namespace picklock

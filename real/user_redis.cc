#include "real/user_redis.h"

#include <fmt/core.h>
#include <sys/random.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/require.h"
#include "real/redis_connector.h"
#include "real/redis_version.h"
#include "real/redis_watch.h"
#include "real/resp.h"
#include "real/wire.h"

namespace picklock {
namespace {

std::string fresh_prefix() {
  std::uint64_t number = 0;
  require(::getrandom(&number, sizeof number, 0) == sizeof number, "getrandom() failed");
  return fmt::format("picklock:{:016x}:", number);
}

RedisReply ask(const RedisConnection& server, const RedisCommand& command) {
  RedisReply reply;
  server.execute(command, reply);
  return reply;
}

RedisReply ask(const RedisConnection& server, std::string_view line) {
  return ask(server, parse_redis_command(line));
}

class UserRedisServers final : public RealServers {
 public:
  UserRedisServers(const RealServerContext& context, std::vector<RedisAddress> addresses)
      : context_(context), prefix_(fresh_prefix()) {
    for (RedisAddress& address : addresses) {
      const NodeId node(context.first.value() + static_cast<std::uint32_t>(servers_.size()));
      servers_.push_back(
          {std::move(address), std::make_unique<RedisWatch>(context.state, context.loop, node)});
    }
  }
  ~UserRedisServers() override {
    for (const Server& server : servers_) remove_keys(server.address);
  }

  Diagnostics start() override {
    for (const Server& server : servers_) {
      Diagnostics wrong = examine(server.address);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  Diagnostics begin_run(const OwnerRule& rule, RunLog& log) override {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      Server& server = servers_[i];
      Diagnostics wrong = remove_keys(server.address);
      if (wrong.empty()) wrong = read_clock(i);
      if (wrong.empty()) wrong = server.watch->begin(server.address, rule.path, log);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  Relay::Address address(std::size_t i) const override {
    return {.port = 0, .path = {}, .connect = [address = servers_[i].address] {
              Result<RedisConnection> opened = RedisConnection::open(address);
              return opened ? opened.value().release() : -1;
            }};
  }
  Child* process(std::size_t /*i*/) override { return nullptr; }
  Diagnostics executed(std::size_t i, const Exchange& exchange) override {
    return servers_[i].watch->look(exchange.caller, exchange.earliest);
  }
  void crash(std::size_t /*i*/, bool /*power_loss*/) override { nobody_has_control(); }
  Diagnostics restart(std::size_t /*i*/, bool /*memory_lost*/) override {
    nobody_has_control();
    return {};
  }
  bool may_wait_inside(std::string_view request) const override {
    return waits_inside_redis(request);
  }
  void on_clock_change(std::size_t i) override { servers_[i].watch->on_clock_change(); }
  std::size_t doors() const override { return servers_.size(); }
  NodeId behind_door(NodeId /*client*/, std::size_t i) const override {
    return NodeId(context_.first.value() + static_cast<std::uint32_t>(i));
  }
  ConnectServers connector() const override {
    return connect_to_redis(context_.scenario.lock.call_timeout);
  }
  MakeRelayProtocol relay_protocol() const override { return make_resp_relay_protocol; }
  std::string key_prefix() const override { return prefix_; }

 private:
  struct Server {
    RedisAddress address;
    std::unique_ptr<RedisWatch> watch;
  };

  static void nobody_has_control() {
    require(false, "such faults are obstacles on servers of the user's own");
  }

  // That it is there, new enough, may be written to, and says what happens to keys.
  Diagnostics examine(const RedisAddress& address) const {
    const Result<RedisConnection> server = RedisConnection::open(address);
    if (!server) return server.error();
    const auto wrong = [&](const std::string& expected) {
      return Diagnostics{
          {.expected = fmt::format("expected {} on {}", expected, to_string(address))}};
    };
    Diagnostics old = check_redis_version(*server, address);
    if (!old.empty()) return old;
    RedisCommand probe;
    probe.assign("SET", prefix_ + "probe", "1", "PX", 1000);
    const RedisReply written = ask(*server, probe);
    if (!written.is_ok()) {
      return wrong(fmt::format("a server that can be written to ({})", written.text()));
    }
    const RedisReply events = ask(*server, "CONFIG GET notify-keyspace-events");
    const std::string flags = events.elements().size() == 2 ? events.elements()[1].text() : "";
    const bool tells = flags.find('K') != std::string::npos &&
                       (flags.find('A') != std::string::npos ||
                        std::ranges::all_of(std::string_view("g$x"), [&](char flag) {
                          return flags.find(flag) != std::string::npos;
                        }));
    if (!tells) {
      return wrong(
          "keyspace events, by which it is seen who holds the lock (redis-cli CONFIG SET "
          "notify-keyspace-events KA)");
    }
    return {};
  }

  // What its wall clock shows at an instant of true time.
  Diagnostics read_clock(std::size_t i) {
    const Result<RedisConnection> server = RedisConnection::open(servers_[i].address);
    if (!server) return server.error();
    const TrueTime before = context_.host.real_now();
    const RedisReply time = ask(*server, "TIME");
    const TrueTime after = context_.host.real_now();
    if (time.elements().size() != 2) return {{.expected = "expected an answer to TIME"}};
    const std::int64_t shown =
        read_number<std::int64_t>(time.elements()[0].text()) * 1'000'000'000 +
        read_number<std::int64_t>(time.elements()[1].text()) * 1'000;
    const Duration middle = before.time_since_epoch() + (after - before) / 2;
    const Duration offset = Duration(shown - context_.state.clocks().epoch) - middle;
    context_.state.clocks().nodes[behind_door(NodeId(), i).value()].update(
        [&](NodeClocks::Values& clocks) { clocks.wall.reset(offset, 0); });
    return {};
  }

  Diagnostics remove_keys(const RedisAddress& address) const {
    const Result<RedisConnection> server = RedisConnection::open(address);
    if (!server) return server.error();
    std::string cursor = "0";
    do {
      RedisCommand scan;
      scan.assign("SCAN", cursor, "MATCH", prefix_ + "*", "COUNT", 1000);
      const RedisReply found = ask(*server, scan);
      if (found.elements().size() != 2) {
        return {{.expected = "expected " + to_string(address) + " to list the keys of this run"}};
      }
      cursor = found.elements()[0].text();
      for (const RedisReply& key : found.elements()[1].elements()) {
        RedisCommand remove;
        remove.assign("DEL", key.text());
        ask(*server, remove);
      }
    } while (cursor != "0");
    return {};
  }

  RealServerContext context_;
  std::string prefix_;
  std::vector<Server> servers_;
};

}  // namespace

std::unique_ptr<RealServers> make_user_redis(const RealServerContext& context,
                                             std::vector<RedisAddress> addresses) {
  return std::make_unique<UserRedisServers>(context, std::move(addresses));
}

std::vector<std::string> obstacles_of_user_servers(const Scenario& scenario, std::size_t servers) {
  std::vector<std::string> found;
  if (scenario.servers.kind != "redis") {
    found.push_back(
        fmt::format("--url is for Redis, and its servers are {}", scenario.servers.kind));
  }
  if (scenario.servers.count != servers) {
    found.push_back(fmt::format("its number of servers is {}, and --url names {}",
                                scenario.servers.count, servers));
  }
  if (scenario.servers.replicas > 0) {
    found.emplace_back("replicas need control of the servers, which are not ours");
  }
  if (!scenario.servers.active_expiry) {
    found.emplace_back("active_expiry needs DEBUG, which is not for servers that are not ours");
  }
  const auto is_server = [&](const std::string& node) {
    return node.starts_with(scenario.servers.kind + "-");
  };
  for (const Fault& fault : scenario.faults) {
    const bool passes_the_relay = fault.kind == FaultKind::partition ||
                                  fault.kind == FaultKind::reset || fault.kind == FaultKind::delay;
    if (passes_the_relay || std::ranges::none_of(fault.on, is_server)) continue;
    found.push_back(fmt::format(
        "the fault \"{}\": it needs control of a server, and this one is not ours", fault.name));
  }
  for (const auto& [node, clock] : scenario.clocks) {
    if (!is_server(node)) continue;
    found.push_back(
        fmt::format("the clock of {}: it needs control of a server that is not ours", node));
  }
  return found;
}

}  // namespace picklock

#include "real/zookeeper_kind.h"

#include <sys/epoll.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "real/frozen_clock.h"
#include "real/patience.h"
#include "real/zookeeper_ensemble.h"
#include "real/zookeeper_link.h"
#include "real/zookeeper_relay_protocol.h"
#include "real/zookeeper_server.h"
#include "real/zookeeper_sight.h"
#include "real/zookeeper_watch.h"

namespace picklock {
namespace {

class RealZooKeeper final : public RealServers {
 public:
  explicit RealZooKeeper(const RealServerContext& context)
      : context_(context),
        sight_(context.loop),
        watch_(context.state, context.loop, sight_, context.first, context.scenario.servers.tick) {}

  Diagnostics start() override {
    std::vector<std::string> shim =
        full_shim_environment(context_.state.file(), context_.first.value());
    if (shim.empty()) return {{.expected = "expected to hand the clock shim to a server"}};
    Result<ZooKeeperServerProcess> started =
        ZooKeeperServerProcess::start({.tick = context_.scenario.servers.tick,
                                       .environment = std::move(shim),
                                       .parent = context_.directory});
    if (!started) return started.error();
    server_.emplace(std::move(started).value());
    return prove_clock();
  }

  // Its monotonic clock is that of the run, and cannot go back to 0 under a server that runs.
  Diagnostics begin_run(const OwnerRule& rule, RunLog& log) override {
    sight_.disconnect();
    server_->crash();
    server_->forget_everything();
    Diagnostics wrong = server_->restart();
    if (wrong.empty()) wrong = sight_.connect(server_->port());
    watch_.begin(rule, log);
    return wrong;
  }

  Relay::Address address(std::size_t /*i*/) const override { return {.port = server_->port()}; }
  Child* process(std::size_t /*i*/) override { return &server_->child(); }
  Diagnostics executed(std::size_t /*i*/, const Exchange& exchange) override {
    return watch_.look(exchange);
  }
  Result<bool> is_settled(std::size_t /*i*/) override { return watch_.is_settled(); }
  bool may_hang_up() const override { return true; }  // on a session that has ended
  // It answers when its disk has it.
  void crash(std::size_t /*i*/, bool /*power_loss*/) override {
    watch_.on_crash();
    sight_.disconnect();
    server_->crash();
  }
  // What it holds is on its disk, whatever became of its memory.
  Diagnostics restart(std::size_t /*i*/, bool /*memory_lost*/) override {
    Diagnostics wrong = server_->restart();
    if (wrong.empty()) wrong = sight_.connect(server_->port());
    if (wrong.empty()) wrong = watch_.on_restart(context_.loop.now());
    return wrong;
  }
  void on_clock_change(std::size_t /*i*/) override { watch_.on_clock_change(); }

  std::size_t doors() const override { return 1; }
  NodeId behind_door(NodeId /*client*/, std::size_t /*i*/) const override { return context_.first; }
  ConnectServers connector() const override { return connect_to_zookeeper(context_.scenario); }
  MakeRelayProtocol relay_protocol() const override { return make_zookeeper_relay_protocol; }

 private:
  // A session of an hour must end when the page says that an hour has passed.
  Diagnostics prove_clock() const {
    constexpr std::chrono::hours kSession(1);
    Result<ZooKeeperConnection> ending = ZooKeeperConnection::open(server_->port(), kSession);
    Result<ZooKeeperConnection> observer =
        ZooKeeperConnection::open(server_->port(), ZooKeeperServerProcess::kLongestSession);
    if (!ending || !observer) return ending ? observer.error() : ending.error();
    ZkReply reply;
    ending->execute({.op = ZkOp::create, .path = "/proof", .ephemeral = true}, reply);
    const bool was_there = reply.is_ok();
    const Duration gap = kSession + 2 * context_.scenario.servers.tick;
    context_.state.clocks().move_to(context_.state.clocks().now() + gap);
    const bool is_gone = becomes_true([&] {
      observer->execute({.op = ZkOp::exists, .path = "/proof"}, reply);
      return reply.code == ZkCode::no_node && was_there;
    });
    if (is_gone) return {};
    return {{.expected =
                 "expected the clock shim to set ZooKeeper's clock, but its sessions do not "
                 "end by it (is java linked statically?)"}};
  }

  RealServerContext context_;
  std::optional<ZooKeeperServerProcess> server_;
  OneServerSight sight_;
  ZooKeeperWatch watch_;
};

}  // namespace

ConnectServers connect_to_zookeeper(const Scenario& scenario) {
  const ZooKeeperLink::Options options{.session_timeout = scenario.servers.session_timeout,
                                       .call_timeout = scenario.lock.call_timeout};
  return [options](const ServerPorts& ports) {
    std::vector<std::unique_ptr<ServerClient>> clients;
    ZooKeeperLink::Options own = options;
    own.places = ports.places;
    own.caller = ports.caller;
    own.after = ports.after;
    own.woken = ports.woken;
    clients.push_back(std::make_unique<ZooKeeperLink>(ports.loop, std::move(own)));
    return clients;
  };
}

std::unique_ptr<RealServers> make_real_zookeeper(const RealServerContext& context) {
  if (context.scenario.servers.is_ensemble()) return make_real_zookeeper_ensemble(context);
  return std::make_unique<RealZooKeeper>(context);
}

}  // namespace picklock

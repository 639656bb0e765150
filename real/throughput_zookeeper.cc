// ZooKeeper while a lock is measured: one service of its own. It brings no program to measure it by.
#include <utility>

#include "real/throughput_servers.h"
#include "real/zookeeper_kind.h"
#include "real/zookeeper_server.h"

namespace picklock {
namespace {

class ThroughputZooKeeper final : public ThroughputServers {
 public:
  explicit ThroughputZooKeeper(const Scenario& scenario)
      : tick_(scenario.servers.tick), connector_(connect_to_zookeeper(scenario)) {}

  Diagnostics start(const std::string& directory) override {
    auto started = ZooKeeperServerProcess::start({.tick = tick_, .parent = directory});
    if (!started) return started.error();
    server_.emplace(std::move(started).value());
    return {};
  }
  std::vector<std::uint16_t> ports() const override { return {server_->port()}; }
  Child& process(std::size_t /*i*/) override { return server_->child(); }
  ConnectServers connector() const override { return connector_; }

 private:
  Duration tick_;
  ConnectServers connector_;
  std::optional<ZooKeeperServerProcess> server_;
};

}  // namespace

std::unique_ptr<ThroughputServers> make_throughput_zookeeper(const Scenario& scenario) {
  return std::make_unique<ThroughputZooKeeper>(scenario);
}

}  // namespace picklock

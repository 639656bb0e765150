// The servers of one kind while a lock is measured on them: as their users run them, with nothing between them and the
// clients and no clock shim. A kind is one ThroughputServers, in the table of real_servers.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "real/child.h"
#include "real/client_process.h"

namespace picklock {

class ThroughputServers {
 public:
  virtual ~ThroughputServers() = default;

  // Starts every server, in directories below this one. Empty: they answer. Called once.
  virtual Diagnostics start(const std::string& directory) = 0;
  // Of 127.0.0.1, in the order of the scenario.
  virtual std::vector<std::uint16_t> ports() const = 0;
  virtual Child& process(std::size_t i) = 0;
  virtual ConnectServers connector() const = 0;

  // What one pair, acquire and release, sent to the first server, for the ceiling. Empty: it was understood.
  virtual Diagnostics learn(std::string_view /*requests*/) { return {}; }
  // How many pairs a second the first server answers to the kind's own benchmark program, which sends `count` of each
  // of the pair's requests over so many connections. Nothing: there is no such program.
  virtual Result<std::optional<double>> ceiling(std::uint32_t /*connections*/,
                                                std::uint64_t /*count*/,
                                                const std::function<bool()>& /*stop*/) {
    return Result<std::optional<double>>(std::nullopt);
  }
};

std::unique_ptr<ThroughputServers> make_throughput_redis(const Scenario& scenario);
std::unique_ptr<ThroughputServers> make_throughput_zookeeper(const Scenario& scenario);

}  // namespace picklock

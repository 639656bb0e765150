// Redis while a lock is measured: one redis-server for each server of the scenario, and redis-benchmark.
#include <fmt/core.h>

#include <memory>
#include <utility>

#include "real/redis_benchmark.h"
#include "real/redis_connection.h"
#include "real/redis_connector.h"
#include "real/redis_server.h"
#include "real/redis_version.h"
#include "real/resp_stream.h"
#include "real/throughput_servers.h"

namespace picklock {
namespace {

class ThroughputRedis final : public ThroughputServers {
 public:
  explicit ThroughputRedis(const Scenario& scenario)
      : spec_(scenario.servers), call_timeout_(scenario.lock.call_timeout) {}

  Diagnostics start(const std::string& directory) override {
    output_ = directory + "/redis-benchmark.csv";
    for (std::uint32_t i = 0; i < spec_.count; ++i) {
      auto started = RedisServerProcess::start(
          {.arguments = persistence_arguments(spec_.aof), .parent = directory});
      if (!started) return started.error();
      servers_.push_back(std::move(started).value());
    }
    const RedisAddress first = servers_.front().port();
    const Result<RedisConnection> connection = RedisConnection::open(first);
    return connection ? check_redis_version(*connection, first) : connection.error();
  }
  std::vector<std::uint16_t> ports() const override {
    std::vector<std::uint16_t> ports;
    for (const RedisServerProcess& server : servers_) ports.push_back(server.port());
    return ports;
  }
  Child& process(std::size_t i) override { return servers_[i].child(); }
  ConnectServers connector() const override { return connect_to_redis(call_timeout_); }

  Diagnostics learn(std::string_view requests) override {
    RespStream stream;
    stream.feed(requests);
    bool understood = false;
    while (const auto message = stream.next()) {
      understood = read_resp(*message, commands_.emplace_back());
      if (!understood) break;
    }
    if (understood && !stream.is_broken()) return {};
    return {{.expected = "expected the lock to send Redis commands"}};
  }

  // Commands that follow one another take their times together.
  Result<std::optional<double>> ceiling(std::uint32_t connections, std::uint64_t count,
                                        const std::function<bool()>& stop) override {
    using Ceiling = Result<std::optional<double>>;
    if (!is_program(kRedisBenchmark)) return Ceiling(std::nullopt);
    double seconds = 0;  // a pair
    for (const RedisCommand& command : commands_) {
      const Result<double> rate = run_redis_benchmark({.port = servers_.front().port(),
                                                       .connections = connections,
                                                       .count = count,
                                                       .output = output_},
                                                      command, stop);
      if (!rate) return Ceiling(rate.error());
      if (*rate == 0) return Ceiling(std::nullopt);
      seconds += 1 / *rate;
    }
    return Ceiling(1 / seconds);
  }

 private:
  ServersSpec spec_;
  Duration call_timeout_;
  std::string output_;
  std::vector<RedisServerProcess> servers_;
  std::vector<RedisCommand> commands_;  // of a pair
};

}  // namespace

std::unique_ptr<ThroughputServers> make_throughput_redis(const Scenario& scenario) {
  return std::make_unique<ThroughputRedis>(scenario);
}

}  // namespace picklock

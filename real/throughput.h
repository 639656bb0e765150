// How fast a lock is acquired and released on real servers, in real time.
//
// All clients are coroutines of this process over one event loop, as those of the servers' own benchmark programs are:
// what is measured is the lock and its servers, not how the kernel shares out processors among processes. Each client has a
// lock of its own name, so that every acquire is granted at once; contention is a matter of waiting, which virtual time
// measures better. Faults, clocks and the network of the scenario play no part.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "base/result.h"
#include "real/delay_line.h"
#include "real/pair_client.h"
#include "real/real_time_loop.h"
#include "real/run_directory.h"
#include "real/throughput_servers.h"
#include "scenarios/scenario.h"

namespace picklock {

struct ThroughputOptions {
  Duration length = std::chrono::milliseconds(400);  // of each round, that of the ceiling aside
  std::map<std::string, Duration> delays;   // by server: how much longer a round trip to it takes
  Duration rest{};                          // of each client between its pairs
  const std::atomic<bool>* stop = nullptr;  // set by somebody else: end soon
  Duration patience = std::chrono::seconds(10);  // that clients have for the pairs they have begun
};

// What stands in the way of measuring this scenario, one sentence each; empty: nothing.
std::vector<std::string> throughput_obstacles(const Scenario& scenario);

class RealThroughput {
 public:
  struct Round {
    double pairs_per_second() const;
    std::uint64_t pairs = 0;
    Duration length{};
    std::optional<double> ceiling;  // pairs a second of the servers' own benchmark program
  };

  // As many clients as the scenario has. `scenario` was validated, has no obstacles and names the servers of `delays`;
  // it, `locks` and what the options point to outlive this.
  RealThroughput(const Scenario& scenario, const LockRegistry& locks, ThroughputOptions options);
  RealThroughput(const RealThroughput&) = delete;
  RealThroughput& operator=(const RealThroughput&) = delete;

  // Starts the servers, connects, and runs each connection warm. Called once. Empty: rounds can be measured.
  Diagnostics start();
  // Measures the lock, and then the ceiling. Nothing: `stop` was set meanwhile.
  Result<std::optional<Round>> measure();
  Child& server(std::size_t i) { return servers_->process(i); }
  // Of all rounds that were measured.
  const PairCounts& counts() const { return counts_; }

 private:
  bool is_stopped() const { return options_.stop != nullptr && options_.stop->load(); }
  std::unique_ptr<PairClient> make_client(std::uint32_t number, std::vector<LocalPlace> places);
  Diagnostics open_lines();
  Diagnostics learn_pair();
  // Lets these clients begin pairs for as long, at least one each, and waits for the ends of those. What they did is in
  // `round_`.
  Diagnostics run(const std::vector<std::unique_ptr<PairClient>>& clients, Duration length);
  std::string server_name(std::size_t i) const;
  // A server that has ended, and how; "" when all live.
  std::string who_is_gone();

  const Scenario& scenario_;
  const LockInfo& lock_;
  ThroughputOptions options_;
  std::optional<RunDirectory> directory_;
  std::unique_ptr<ThroughputServers> servers_;
  ConnectServers connect_;
  RealTimeLoop loop_;
  std::vector<std::unique_ptr<DelayLine>> lines_;
  std::vector<LocalPlace> places_;  // of the servers, or of the lines in front of them
  std::vector<std::unique_ptr<PairClient>> clients_;
  PairCounts counts_;
  PairCounts round_;
  bool is_over_ = false;  // no pair is to be begun
  double rate_ = 0;       // pairs a second, of the last time that was measured
};

}  // namespace picklock

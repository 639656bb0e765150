// One client of a measurement: it acquires its lock and releases it, again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/environment.h"
#include "algorithms/lock.h"
#include "algorithms/registry.h"
#include "real/client_process.h"
#include "real/real_time_loop.h"
#include "scenarios/scenario.h"

namespace picklock {

// What the clients of one measurement did together.
struct PairCounts {
  std::uint64_t asked = 0;
  std::uint64_t pairs = 0;         // acquires that were granted, and released again
  std::vector<Duration> acquires;  // how long each took that was granted
};

// The Environment of a lock in real time, as a coroutine beside others on one loop. Its clocks are the machine's, and
// nothing can happen to it.
class PairClient final : public Environment {
 public:
  struct Options {
    const Scenario& scenario;
    const LockInfo& lock;
    std::uint32_t number = 0;  // no other client of its servers has it
    std::vector<LocalPlace> servers;
    const ConnectServers& connect;
    Duration rest{};  // between a release and the next acquire
  };

  // `loop` and what the options refer to outlive the client.
  PairClient(RealTimeLoop& loop, const Options& options);

  // Starts with the next turn of the loop, and begins no pair once `enough()` says so. The counts outlive the client.
  void start(std::function<bool()> enough, PairCounts& counts);
  bool is_done() const { return program_.is_done(); }

  // Environment
  LocalTime now() const override { return LocalTime{loop_.now() - TrueTime{}}; }
  LocalTime boot_now() const override { return now(); }
  LocalTime wall_now() const override;
  Token fresh_token() override;
  Duration jitter(Duration max) override;
  void spawn(Task<void> task) override;
  void report_lost() override {}
  std::span<ServerClient* const> servers() override { return servers_; }

 private:
  Task<void> run_pairs(std::function<bool()> enough, PairCounts& counts);
  void resume_after(Duration duration, std::coroutine_handle<> waiter) override;
  bool reached(std::string_view /*label*/) override { return false; }
  void resume_with_process(std::coroutine_handle<> waiter) override;

  RealTimeLoop& loop_;
  Duration rest_;
  std::uint64_t draws_;  // the next one
  std::vector<std::unique_ptr<ServerClient>> owned_servers_;
  std::vector<ServerClient*> servers_;
  std::unique_ptr<Lock> lock_;
  Task<void> program_;
  std::vector<Task<void>> background_;  // that the lock spawned
  std::size_t tidy_at_ = 64;            // so many are looked through for those that are done
};

}  // namespace picklock

// A world whose lock is a coroutine of the test: what a process can do, and what it sees of its faults.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/environment.h"
#include "algorithms/lock.h"
#include "algorithms/registry.h"
#include "base/text.h"
#include "sim/process.h"
#include "sim/testing/event_log.h"
#include "sim/world.h"

namespace picklock {

// What the scripts of one run say, in the order in which they say it.
class Journal {
 public:
  // "5ms what", by the process's boot clock: true time, where no fault has touched its rate.
  void at(const Environment& env, std::string_view what) {
    lines_.push_back(to_string(env.boot_now().time_since_epoch()) + " " + std::string(what));
  }
  Lines take() { return std::exchange(lines_, {}); }

 private:
  Lines lines_;
};

class Probe {
 public:
  // A coroutine without captures; both arguments outlive it.
  using Script = Task<void> (*)(Environment& env, Journal& journal);

  // One server of this kind, one millisecond away, and a client for each script. The client runs it as
  // its acquire, which is then refused.
  Probe(std::string kind, const std::vector<Script>& scripts) : scripts_(scripts) {
    scenario.name = "probe";
    scenario.lock.algorithm = "probe";
    scenario.servers.kind = kind;
    scenario.clients.resize(scripts.size());
    scenario.network.delay = DurationSpec::constant(std::chrono::milliseconds(1));
    scenario.duration = std::chrono::hours(1);
    locks_.add({.name = "probe",
                .protocol = std::move(kind),
                .make = [this](Environment& env, const LockOptions&) {
                  return std::make_unique<ProbeLock>(*this, env);
                }});
  }
  Probe(const Probe&) = delete;  // its locks know its address
  Probe& operator=(const Probe&) = delete;

  // Adds a fault that strikes at this time after the start.
  Fault& strike(FaultKind kind, Duration at, Duration length = kForever) {
    Fault& fault = scenario.faults.emplace_back();
    fault.kind = kind;
    fault.name = "fault " + std::to_string(scenario.faults.size());
    fault.when.at = DurationSpec::constant(at);
    fault.length = DurationSpec::constant(length);
    return fault;
  }
  // The nodes of these names.
  Fault& strike(FaultKind kind, std::vector<std::string> on, Duration at,
                Duration length = kForever) {
    Fault& fault = strike(kind, at, length);
    fault.on = std::move(on);
    return fault;
  }

  // Runs the scenario in a world of its own, and returns what its scripts have said.
  Lines run() {
    World world(scenario, locks_);
    journal.take();
    result = world.run(Choices::random(1));
    return journal.take();
  }

  Scenario scenario;
  Journal journal;
  RunResult result;  // of the last run

 private:
  class ProbeLock final : public Lock {
   public:
    ProbeLock(Probe& probe, Environment& env) : probe_(probe), env_(env) {}

    Task<Acquired> acquire() override {
      const std::uint32_t client = static_cast<Process&>(env_).id().value();
      co_await probe_.scripts_.at(client)(env_, probe_.journal);
      co_return Refused{};
    }
    Task<Released> release(Grant /*grant*/) override { co_return Released::yes; }
    OwnerRule owner_rule() const override { return {}; }

   private:
    Probe& probe_;
    Environment& env_;
  };

  std::vector<Script> scripts_;
  LockRegistry locks_;
};

}  // namespace picklock

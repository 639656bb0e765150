// Facts about sentinels, which hold in every world. For tests.
#pragma once

#include <utility>
#include <vector>

#include "sim/testing/history_facts.h"

namespace picklock {

// A client that holds the lock for ten seconds from 1 ms on, and three sentinels that find a server down after 2 s.
inline Scenario one_watched_holder() {
  using namespace std::chrono_literals;
  Scenario scenario = one_holder(2);
  scenario.servers.sentinels = 3;
  scenario.servers.down_after = 2s;
  scenario.servers.failover_timeout = 10s;
  return scenario;
}

inline std::vector<HistoryFact> sentinel_facts() {
  using namespace std::chrono_literals;
  using testing::AllOf;
  using testing::Contains;
  using testing::HasSubstr;
  using testing::Not;
  const auto with = [](std::vector<Fault> faults) {
    Scenario scenario = one_watched_holder();
    scenario.faults = std::move(faults);
    return scenario;
  };
  const auto for_long = [&](std::vector<Fault> faults) {
    Scenario scenario = with(std::move(faults));
    scenario.clients.front().hold = DurationSpec::constant(25s);
    return scenario;
  };
  const auto power_loss = [](std::vector<std::string> on, Duration length = kForever) {
    Fault fault = fault_at(1s, FaultKind::crash, std::move(on), length);
    fault.power_loss = true;
    return fault;
  };
  const auto nobody = Not(Contains(AllOf(HasSubstr("named"), Not(HasSubstr("redis-1")))));
  const Fault dead = power_loss({"redis-1"});
  Scenario two_needed = with({power_loss({"redis-1", "sentinel-3"})});
  Scenario three_needed = two_needed;
  three_needed.servers.quorum = 3;
  return {
      {.name = "a primary that answers is left alone", .scenario = with({}), .ownership = nobody},
      {.name = "one that is silent is replaced",
       .scenario = with({dead}),
       .ownership = Contains(HasSubstr("redis-2 named"))},
      {.name = "one that ended is replaced",
       .scenario = with({fault_at(1s, FaultKind::crash, {"redis-1"})}),
       .ownership = Contains(HasSubstr("redis-2 named"))},
      {.name = "one that stands still for long is replaced, and becomes a replica when it goes on",
       .scenario = with({fault_at(1s, FaultKind::pause, {"redis-1"}, 8s)}),
       .ownership = Contains(HasSubstr("redis-2 named"))},
      {.name = "one that comes back soon enough is not",
       .scenario = with({fault_at(1s, FaultKind::pause, {"redis-1"}, 1500ms)}),
       .ownership = nobody},
      {.name = "the replica that has most is promoted",
       .scenario = with({cut_at(0s, {"redis-1"}, {"redis-2"}, 1min), dead}),
       .ownership = Contains(HasSubstr("redis-3 named"))},
      {.name = "two of three sentinels are enough",
       .scenario = two_needed,
       .ownership = Contains(HasSubstr("redis-2 named"))},
      {.name = "unless the quorum is three", .scenario = three_needed, .ownership = nobody},
      {.name = "one is not enough",
       .scenario = with({power_loss({"redis-1", "sentinel-2", "sentinel-3"})}),
       .ownership = nobody},
      {.name = "sentinels that are cut off from one another elect nobody",
       .scenario = with({cut_at(0s, {"sentinel-1"}, {"sentinel-2"}, 1min),
                         cut_at(0s, {"sentinel-1", "sentinel-2"}, {"sentinel-3"}, 1min), dead}),
       .ownership = nobody},
      {.name = "a sentinel that starts again takes part again",
       .scenario = with({fault_at(500ms, FaultKind::crash, {"sentinel-2"}, 2s),
                         power_loss({"redis-1", "sentinel-3"})}),
       .ownership = Contains(HasSubstr("redis-2 named"))},
      {.name = "one that stood still does not trust its clock for 30 s",
       .scenario = with({fault_at(500ms, FaultKind::pause, {"sentinel-2", "sentinel-3"}, 3s),
                         power_loss({"redis-1"})}),
       .ownership = nobody},
      {.name = "an old primary is told that it is a replica",
       .scenario =
           for_long({cut_at(1s, {"client-1", "redis-1"},
                            {"redis-2", "redis-3", "sentinel-1", "sentinel-2", "sentinel-3"}, 4s)}),
       .ownership =
           AllOf(Contains(HasSubstr("redis-2 named")), Contains(HasSubstr("redis-1 lost")))},
      {.name = "what an operator promotes is taken back",
       .scenario = for_long({fault_at(1s, FaultKind::promote, {"redis-2"})}),
       .ownership = AllOf(Contains("1s redis-2 named"), Contains(HasSubstr("redis-2 lost")))},
  };
}

}  // namespace picklock

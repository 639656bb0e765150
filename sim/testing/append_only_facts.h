// Facts about what a power loss takes from an append-only file, which hold in every world. For tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/testing/history_facts.h"

namespace picklock {

// The SET of the holder is executed at 1 ms, when the server's clock shows the same.
inline Scenario holder_with(AofPolicy policy, std::vector<Fault> faults) {
  Scenario scenario = one_holder(0);
  scenario.servers.aof = policy;
  scenario.faults = std::move(faults);
  return scenario;
}

inline Fault power_loss_at(Duration when) {
  using namespace std::chrono_literals;
  Fault fault = fault_at(when, FaultKind::crash, {"redis-1"}, 100ms);
  fault.power_loss = true;
  return fault;
}

inline testing::Matcher<HistoryLines> is_kept() {
  return testing::ElementsAre("1ms redis-1 named", "10.007s redis-1 released");
}
inline testing::Matcher<HistoryLines> is_lost_at(const char* restart) {
  return testing::ElementsAre("1ms redis-1 named", std::string(restart) + " redis-1 lost");
}

inline std::vector<HistoryFact> append_only_facts() {
  using namespace std::chrono_literals;
  const Fault kill = fault_at(500ms, FaultKind::crash, {"redis-1"}, 100ms);
  return {
      {.name = "always: what was confirmed is on disk",
       .scenario = holder_with(AofPolicy::always, {power_loss_at(2ms)}),
       .ownership = is_kept()},
      {.name = "no: nobody says when it is",
       .scenario = holder_with(AofPolicy::no, {power_loss_at(5s)}),
       .ownership = is_lost_at("5.1s")},
      {.name = "no: what was written survives the process",
       .scenario = holder_with(AofPolicy::no, {kill}),
       .ownership = is_kept()},
      {.name = "everysec: what was written survives the process",
       .scenario = holder_with(AofPolicy::everysec, {kill}),
       .ownership = is_kept()},
      {.name = "everysec: but its successor takes that as synced",
       .scenario = holder_with(AofPolicy::everysec, {kill, power_loss_at(9s)}),
       .ownership = is_lost_at("9.1s")},
  };
}

inline std::vector<HistoryFact> every_second_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;
  const auto with = [](std::vector<Fault> faults) {
    return holder_with(AofPolicy::everysec, std::move(faults));
  };
  Fault back = fault_at(100ms, FaultKind::clock_step, {"redis-1"});
  back.by = -5s;
  Fault ahead = back;
  ahead.by = 950ms;
  const Fault pause = fault_at(500ms, FaultKind::pause, {"redis-1"}, 2s);
  Scenario early_clock = with({power_loss_at(800ms)});
  early_clock.clocks["redis-1"].offset = 300ms;
  Scenario late_holder = with({power_loss_at(1600ms)});
  late_holder.clients.front().start = 1300ms;
  Scenario short_holder = late_holder;
  short_holder.clients.front().hold = DurationSpec::constant(100ms);
  return {
      {.name = "nothing is synced in the second of the start",
       .scenario = with({power_loss_at(999ms)}),
       .ownership = is_lost_at("1.099s")},
      {.name = "it is at the first instant of the next",
       .scenario = with({power_loss_at(1s + 1ns)}),
       .ownership = is_kept()},
      {.name = "a fault of that instant comes first",
       .scenario = with({power_loss_at(1s)}),
       .ownership = is_lost_at("1.1s")},
      {.name = "seconds are those of the server's clock",
       .scenario = early_clock,
       .ownership = is_kept()},
      {.name = "a clock that jumps into the next second makes it sync",
       .scenario = with({ahead, power_loss_at(200ms)}),
       .ownership = is_kept()},
      {.name = "one that was set back must catch up first",
       .scenario = with({back, power_loss_at(5900ms)}),
       .ownership = is_lost_at("6s")},
      {.name = "and then it has",
       .scenario = with({back, power_loss_at(6001ms)}),
       .ownership = is_kept()},
      {.name = "a paused server syncs nothing",
       .scenario = with({pause, power_loss_at(2s)}),
       .ownership = is_lost_at("2.1s")},
      {.name = "it does when it goes on",
       .scenario = with({pause, power_loss_at(2501ms)}),
       .ownership = is_kept()},
      {.name = "the first write of a second is synced at once",
       .scenario = late_holder,
       .ownership = ElementsAre("1.301s redis-1 named", "11.307s redis-1 released")},
      {.name = "the next one waits, and a lock that was released comes back",
       .scenario = short_holder,
       .ownership =
           ElementsAre("1.301s redis-1 named", "1.407s redis-1 released", "1.7s redis-1 named")},
  };
}

}  // namespace picklock

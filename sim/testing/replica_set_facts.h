// Facts about a primary and its replicas, which hold in every world. For tests.
#pragma once

#include <utility>
#include <vector>

#include "sim/testing/history_facts.h"

namespace picklock {

// The same with a lock that waits for so many replicas, and tries once.
inline Scenario one_waiter(std::uint32_t replicas, std::uint32_t acks) {
  Scenario scenario = one_holder(replicas);
  scenario.lock.algorithm = "redis_token_wait";
  scenario.lock.acks = acks;
  scenario.lock.wait = Duration{};
  return scenario;
}

inline std::vector<HistoryFact> promotion_facts() {
  using namespace std::chrono_literals;
  using testing::AllOf;
  using testing::Contains;
  using testing::ElementsAre;
  using testing::HasSubstr;
  using testing::Not;
  const auto with = [](Scenario scenario, std::vector<Fault> faults) {
    scenario.faults = std::move(faults);
    return scenario;
  };
  const auto promote = [](Duration when, const char* server) {
    return fault_at(when, FaultKind::promote, {server});
  };
  const Fault cut_off = cut_at(0s, {"redis-1"}, {"redis-2"}, 3s);
  Fault starts_empty = fault_at(500ms, FaultKind::crash, {"redis-2"}, 1s);
  starts_empty.memory_lost = true;
  Scenario fast_clock = with(one_holder(1), {promote(1s, "redis-2")});
  fast_clock.clocks["redis-2"].offset = 40s;
  Scenario late_client = with(one_holder(1), {promote(1s, "redis-2")});
  late_client.clients.front().start = 2s;
  Scenario nobody_told = late_client;
  nobody_told.faults.push_back(cut_at(0s, {"client-1", "redis-1"}, {"redis-2"}, 1min));
  return {
      {.name = "a promoted replica knows the owner",
       .scenario = with(one_holder(1), {promote(1s, "redis-2")}),
       .ownership = ElementsAre("1ms redis-1 named", "1s redis-2 named", "1.001s redis-1 lost",
                                "10.007s redis-2 released")},
      {.name = "one that was cut off knows nothing, and the old primary hears when the cut ends",
       .scenario = with(one_holder(1), {cut_off, promote(1s, "redis-2")}),
       .ownership =
           AllOf(Not(Contains(HasSubstr("redis-2 named"))), Contains(HasSubstr("redis-1 lost")))},
      {.name = "a replica catches up after a cut",
       .scenario = with(one_holder(1), {cut_off, promote(6s, "redis-2")}),
       .ownership = Contains("6s redis-2 named")},
      {.name = "a replica that starts again empty gets everything",
       .scenario = with(one_holder(1), {starts_empty, promote(6s, "redis-2")}),
       .ownership = Contains("6s redis-2 named")},
      {.name = "a primary that forgets makes its replicas forget",
       .scenario = with(one_holder(1), {fault_at(1s, FaultKind::crash, {"redis-1"}, 500ms),
                                        promote(6s, "redis-2")}),
       .ownership = ElementsAre("1ms redis-1 named", "1.5s redis-1 lost")},
      {.name = "a paused replica hears of it when it goes on",
       .scenario = with(one_holder(1),
                        {fault_at(0s, FaultKind::pause, {"redis-2"}, 2s), promote(3s, "redis-2")}),
       .ownership = Contains("3s redis-2 named")},
      {.name = "the clock of the new primary rules",
       .scenario = fast_clock,
       .ownership = ElementsAre("1ms redis-1 named", "1s redis-2 named", "1s redis-2 expired",
                                "1.001s redis-1 lost")},
      {.name = "another replica follows the new primary",
       .scenario = with(one_holder(2), {promote(1s, "redis-2"), promote(3s, "redis-3")}),
       .ownership = AllOf(Contains("3s redis-3 named"), Contains("3.001s redis-2 lost"))},
      {.name = "a client goes where it was told that the primary is",
       .scenario = late_client,
       .ownership = ElementsAre("2.001s redis-2 named", "12.007s redis-2 released")},
      {.name = "nobody told it, and nobody told the old primary",
       .scenario = nobody_told,
       .ownership = Contains("2.001s redis-1 named")},
  };
}

// SET and its reply, WAIT, its question to the replicas and their answers take a millisecond each. WAIT n 500, which is
// executed at 3 ms, is over when the wall clock shows more than 503 ms.
inline std::vector<HistoryFact> wait_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;
  using testing::IsEmpty;
  const Fault one_lags = cut_at(0s, {"redis-1"}, {"redis-3"}, 1min);
  Scenario lagging = one_waiter(2, 1);
  lagging.faults = {one_lags};
  Scenario too_few = lagging;
  too_few.lock.acks = 2;
  Scenario two_clients = too_few;
  two_clients.clients.push_back({.start = 100ms, .rounds = 1});
  Scenario stepped = too_few;
  stepped.faults.push_back(fault_at(100ms, FaultKind::clock_step, {"redis-1"}));
  stepped.faults.back().by = 200ms;
  Scenario in_touch = one_holder(1);
  in_touch.servers.min_replicas = 1;
  in_touch.servers.max_lag = 2s;
  Scenario alone = in_touch;
  alone.faults = {fault_at(0s, FaultKind::crash, {"redis-2"})};
  alone.clients.front().start = 4s;
  return {
      {.name = "WAIT is answered when enough replicas have the write",
       .scenario = one_waiter(2, 2),
       .acquires = ElementsAre("6ms ok")},
      {.name = "one that lags is not needed",
       .scenario = lagging,
       .acquires = ElementsAre("6ms ok")},
      {.name = "WAIT ends with the count when too few have it",
       .scenario = too_few,
       .acquires = ElementsAre("507ms refused")},
      {.name = "a WAIT keeps nobody else out",
       .scenario = two_clients,
       .acquires = ElementsAre("102ms refused", "507ms refused")},
      {.name = "its time-out is on the wall clock",
       .scenario = stepped,
       .acquires = ElementsAre("307ms refused")},
      {.name = "replicas in touch acknowledge each second",
       .scenario = in_touch,
       .acquires = ElementsAre("2ms ok")},
      {.name = "a primary without enough replicas refuses writes",
       .scenario = alone,
       .ownership = IsEmpty()},
  };
}

}  // namespace picklock

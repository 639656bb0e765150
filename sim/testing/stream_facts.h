// Facts about what a network does to single messages of streams, which hold in every world. For tests.
#pragma once

#include <vector>

#include "sim/testing/history_facts.h"

namespace picklock {

// The release of the holder is executed at 10.007 s.
inline std::vector<HistoryFact> stream_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;
  using testing::EndsWith;
  const auto with = [](FaultKind kind, const char* from, const char* to, const char* what) {
    Scenario scenario = one_holder(0);
    Fault fault;
    fault.kind = kind;
    fault.name = "the fault";
    fault.message = {.from = from, .to = to, .what = what};
    scenario.faults = {fault};
    return scenario;
  };
  Scenario twice = with(FaultKind::duplicate, "client-1", "redis-1", "DEL");
  twice.lock.algorithm = "redis_set_nx";
  twice.faults.front().by = 500ms;
  twice.clients.push_back({.start = 10100ms, .rounds = 1, .hold = DurationSpec::constant(10s)});
  Scenario held_back = one_holder(0);
  held_back.faults = {cut_at(10s, {"client-1"}, {"redis-1"}, 5s)};
  held_back.faults.front().hold = true;
  return {
      {.name = "a request that is lost is not executed",
       .scenario = with(FaultKind::lose, "client-1", "redis-1", "SET"),
       .ownership = ElementsAre(EndsWith("named"), EndsWith("released")),
       .acquires = ElementsAre(EndsWith("ok"))},
      {.name = "one whose reply is lost is",
       .scenario = with(FaultKind::lose, "redis-1", "client-1", "SET"),
       .ownership = ElementsAre("1ms redis-1 named", EndsWith("released"), EndsWith("named"),
                                EndsWith("released")),
       .acquires = ElementsAre(EndsWith("ok"))},
      {.name = "one that arrives twice is executed twice",
       .scenario = twice,
       .ownership = ElementsAre("1ms redis-1 named", "10.007s redis-1 released",
                                "10.101s redis-1 named", "10.507s redis-1 deleted"),
       .acquires = ElementsAre("2ms ok", "10.102s ok")},
      {.name = "what a partition holds back arrives at its end",
       .scenario = held_back,
       .ownership = ElementsAre("1ms redis-1 named", "15s redis-1 released")},
  };
}

}  // namespace picklock

// Facts about an ensemble of three ZooKeeper nodes, which hold in every world. For tests.
#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "sim/testing/history_facts.h"

namespace picklock {

// Client i is connected to node i first; the third node leads. Sessions last ten seconds on ticks of two, messages take
// a millisecond. The clients begin at these times, and hold the lock for `hold`.
inline Scenario ensemble_of_three(const std::vector<Duration>& starts, Duration hold) {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "test";
  scenario.lock.algorithm = "zookeeper_ephemeral";
  scenario.servers.kind = "zookeeper";
  scenario.servers.count = 3;
  for (const Duration start : starts) {
    scenario.clients.push_back({.start = start, .rounds = 1, .hold = DurationSpec::constant(hold)});
  }
  scenario.network.delay = DurationSpec::constant(1ms);
  return scenario;
}

// Sessions of clients that died, and when they end. Another client comes much later.
inline std::vector<HistoryFact> ensemble_session_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;

  // Its last sign of life is a ping after a third of its time-out.
  const auto dead = [](const char* client, std::vector<Duration> starts) {
    Scenario scenario = ensemble_of_three(starts, 20s);
    scenario.faults = {fault_at(3500ms, FaultKind::crash, {client})};
    scenario.duration = 24s;
    return scenario;
  };
  const Scenario at_leader = dead("client-3", {25s, 25s, 0s});
  const Scenario at_follower = dead("client-1", {0s, 25s});
  Scenario unheard = at_follower;
  unheard.faults.push_back(fault_at(3700ms, FaultKind::crash, {"zookeeper-1"}));
  Scenario elected = at_follower;
  elected.faults.push_back(fault_at(7s, FaultKind::crash, {"zookeeper-3"}));
  Scenario paused = at_follower;
  paused.faults.push_back(fault_at(3700ms, FaultKind::pause, {"zookeeper-1"}, 5s));

  return {
      {.name = "the leader extends the sessions of its own clients at once",
       .scenario = at_leader,
       .ownership = ElementsAre("3ms zookeeper-1 named", "14s zookeeper-1 expired")},
      {.name = "those of a follower's clients it extends when it hears of them, each half tick",
       .scenario = at_follower,
       .ownership = ElementsAre("3ms zookeeper-1 named", "16s zookeeper-1 expired")},
      {.name = "what a follower knows and the leader does not dies with it",
       .scenario = unheard,
       .ownership = ElementsAre("3ms zookeeper-1 named", "12s zookeeper-1 expired")},
      {.name = "a new leader gives every session its whole time-out",
       .scenario = elected,
       .ownership = ElementsAre("3ms zookeeper-1 named", "18s zookeeper-1 expired")},
      {.name = "a follower that was paused answers the leader when it goes on",
       .scenario = paused,
       .ownership = ElementsAre("3ms zookeeper-1 named", "20s zookeeper-1 expired")},
  };
}

// Sessions of clients that live, and go elsewhere.
inline std::vector<HistoryFact> ensemble_move_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;

  const Scenario holder = ensemble_of_three({0s}, 10s);
  Scenario follower = holder;
  follower.faults = {fault_at(2s, FaultKind::crash, {"zookeeper-1"})};
  Scenario leader = holder;
  leader.faults = {fault_at(2s, FaultKind::crash, {"zookeeper-3"})};
  Scenario two_leaders = holder;
  two_leaders.faults = {fault_at(1s, FaultKind::crash, {"zookeeper-3"}, 1s),
                        fault_at(5s, FaultKind::crash, {"zookeeper-3"}, 1s)};
  Scenario cut_off = holder;
  cut_off.faults = {cut_at(2s, {"client-1"}, {"zookeeper-1"}, 20s)};
  Scenario cut_off_from_all = ensemble_of_three({0s, 1s}, 20s);
  cut_off_from_all.clients.back().hold = DurationSpec::constant(1s);
  cut_off_from_all.faults = {
      cut_at(5s, {"client-1"}, {"zookeeper-1", "zookeeper-2", "zookeeper-3"}, 25s)};
  Scenario reset = holder;
  reset.faults = {fault_at(2s, FaultKind::reset, {"client-1"})};
  reset.faults.front().peers = {"zookeeper-1"};
  Scenario paused = holder;
  paused.faults = {fault_at(2s, FaultKind::pause, {"zookeeper-1"}, 4s)};

  const auto held = ElementsAre("3ms zookeeper-1 named", "10.009s zookeeper-1 released");
  return {
      {.name = "a session goes on at another node when its own crashes",
       .scenario = follower,
       .ownership = held},
      {.name = "sessions survive the leader", .scenario = leader, .ownership = held},
      {.name = "and the next one", .scenario = two_leaders, .ownership = held},
      {.name = "a client that is cut off from its node finds another one",
       .scenario = cut_off,
       .ownership = held},
      {.name = "one that is cut off from all of them loses its session, and works on",
       .scenario = cut_off_from_all,
       .ownership = ElementsAre("3ms zookeeper-1 named", "16s zookeeper-1 expired",
                                // A real server sleeps whole milliseconds before it notices.
                                testing::StartsWith("16.00"), testing::StartsWith("17.00"))},
      {.name = "so does one whose connection is reset", .scenario = reset, .ownership = held},
      {.name = "and one whose node is paused", .scenario = paused, .ownership = held},
  };
}

// What happens without a majority.
inline std::vector<HistoryFact> ensemble_majority_facts() {
  using namespace std::chrono_literals;
  using testing::ElementsAre;
  using testing::IsEmpty;

  Scenario minority = ensemble_of_three({1s}, 1s);
  minority.lock.wait = 3s;
  minority.faults = {fault_at(500ms, FaultKind::crash, {"zookeeper-1", "zookeeper-2"})};
  minority.duration = 20s;
  Scenario back = ensemble_of_three({0s}, 25s);
  back.lock.algorithm = "zookeeper_recipe";
  back.faults = {fault_at(500ms, FaultKind::crash, {"zookeeper-1", "zookeeper-2"}, 20s)};

  return {
      {.name = "a minority acknowledges nothing", .scenario = minority, .ownership = IsEmpty()},
      {.name = "a majority that is back goes on with what it knew",
       .scenario = back,
       .ownership = ElementsAre("7ms zookeeper-1 named", testing::StartsWith("25.0"))},
  };
}

}  // namespace picklock

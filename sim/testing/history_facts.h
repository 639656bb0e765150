// Facts about what a scenario's history shows, which hold in every world. For tests.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "checker/history.h"
#include "scenarios/scenario.h"

namespace picklock {

using HistoryLines = std::vector<std::string>;

// One scenario, and what its history shows of ownership ("1ms redis-1 named", "1s redis-1 lost") and of how
// acquires ended ("2ms ok").
struct HistoryFact {
  std::string name;
  Scenario scenario;
  testing::Matcher<HistoryLines> ownership = testing::_;
  testing::Matcher<HistoryLines> acquires = testing::_;
};

inline HistoryLines ownership_lines(const History& history) {
  HistoryLines lines;
  for (const Event& event : history.events) {
    std::string what;
    if (event.kind == EventKind::named) what = "named";
    if (event.kind == EventKind::unnamed) what = to_string(event.cause);
    if (what.empty()) continue;
    lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                    history.subject->nodes[event.node.value()].name + " " + what);
  }
  return lines;
}

inline HistoryLines acquire_lines(const History& history) {
  HistoryLines lines;
  for (const Event& event : history.events) {
    if (event.kind != EventKind::complete || event.action != Action::acquire) continue;
    lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                    std::string(to_string(event.outcome)));
  }
  return lines;
}

inline Fault fault_at(Duration when, FaultKind kind, std::vector<std::string> on,
                      Duration length = kForever) {
  Fault fault;
  fault.kind = kind;
  fault.name = std::string("fault at ") + to_string(when);
  fault.when.at = DurationSpec::constant(when);
  fault.on = std::move(on);
  fault.length = DurationSpec::constant(length);
  return fault;
}

inline Fault cut_at(Duration when, std::vector<std::string> a, std::vector<std::string> b,
                    Duration length) {
  Fault fault = fault_at(when, FaultKind::partition, {}, length);
  fault.name += " (cut)";
  fault.groups = {std::move(a), std::move(b)};
  return fault;
}

// One client that acquires at once and holds the lock for ten seconds; messages take a millisecond.
inline Scenario one_holder(std::uint32_t replicas) {
  using namespace std::chrono_literals;
  Scenario scenario;
  scenario.name = "test";
  scenario.lock.algorithm = "redis_token";
  scenario.lock.ttl = 30s;
  scenario.lock.wait = 5s;
  scenario.servers.kind = "redis";
  scenario.servers.replicas = replicas;
  scenario.clients.push_back({.rounds = 1, .hold = DurationSpec::constant(10s)});
  scenario.network.delay = DurationSpec::constant(1ms);
  return scenario;
}

}  // namespace picklock

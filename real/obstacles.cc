#include "real/obstacles.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include "real/real_servers.h"
#include "real/user_redis.h"

namespace picklock {
namespace {

constexpr std::size_t kMostProcesses = 200;

std::string obstacle_of_power_loss(const ServersSpec& servers) {
  if (servers.kind != "redis" || servers.aof == AofPolicy::off) return {};
  if (servers.replicas > 0) {
    return "a replica makes its append-only file anew, by a process of its own and in real time";
  }
  if (servers.aof == AofPolicy::everysec && !servers.active_expiry) {
    return "to see who holds the lock removes dead keys, and is written to the append-only file";
  }
  return {};
}

std::string obstacle_of_duplicate(const MessagePattern& message, const Scenario& scenario) {
  const std::string& kind = scenario.servers.kind;
  const auto may_be_server = [&](const std::string& node) {
    return node == "*" || node.starts_with(kind + "-") || node.starts_with("sentinel-");
  };
  if (kind == "zookeeper" && (message.what == "*" || message.what == "connect")) {
    return "a connection to ZooKeeper begins once, and what begins it again would end it";
  }
  return scenario.servers.replicas > 0 && may_be_server(message.to)
             ? "a copy may stand behind a WAIT on its connection, for which it would have to wait"
             : "";
}

// What a fault that strikes servers of an ensemble would need.
std::string obstacle_of_ensemble(const Fault& fault,
                                 const std::function<bool(const std::string&)>& is_server) {
  switch (fault.kind) {
    case FaultKind::partition: {
      const auto servers_in = [&](const std::vector<std::string>& group) {
        return std::ranges::any_of(group, is_server);
      };
      return std::ranges::count_if(fault.groups, servers_in) > 1
                 ? "the nodes of an ensemble talk to one another directly"
                 : "";
    }
    case FaultKind::reset:
      return std::ranges::any_of(fault.peers, is_server) && std::ranges::any_of(fault.on, is_server)
                 ? "the nodes of an ensemble talk to one another directly"
                 : "";
    case FaultKind::crash:
      return fault.power_loss ? "its peers would hear of it: the kernel tells them" : "";
    case FaultKind::suspend:
    case FaultKind::clock_step:
    case FaultKind::clock_rate:
    case FaultKind::clock_freeze:
      return "the nodes of an ensemble are shown one clock";
    default:
      return {};
  }
}

// Empty when the fault can be carried out.
std::string obstacle(const Fault& fault, const Scenario& scenario) {
  const auto is_server = [&](const std::string& node) {
    return node.starts_with(scenario.servers.kind + "-") || node.starts_with("sentinel-");
  };
  const bool strikes_server = std::ranges::any_of(fault.on, is_server);
  if (scenario.servers.is_ensemble() && (strikes_server || fault.kind == FaultKind::partition)) {
    std::string why = obstacle_of_ensemble(fault, is_server);
    if (!why.empty()) return why;
  }
  switch (fault.kind) {
    case FaultKind::crash:
      return fault.power_loss && strikes_server ? obstacle_of_power_loss(scenario.servers) : "";
    case FaultKind::reset: {
      const bool between_servers = scenario.servers.replicas > 0 && strikes_server &&
                                   std::ranges::any_of(fault.peers, is_server);
      return between_servers ? "the links of replicas are cut and held back, but not reset" : "";
    }
    case FaultKind::partition:
      return fault.hold && scenario.servers.replicas > 0
                 ? "the links of replicas lose what a partition stops, and do not hold it back"
                 : "";
    case FaultKind::duplicate:
      return obstacle_of_duplicate(fault.message, scenario);
    case FaultKind::reorder:
      return "real connections are streams, on which nothing overtakes";
    default:
      return {};
  }
}

bool is_whole_milliseconds(Duration duration) {
  return duration % std::chrono::milliseconds(1) == Duration{};
}

bool is_whole_seconds(Duration duration) {
  return duration % std::chrono::seconds(1) == Duration{};
}

void add_obstacles_of_ensemble(const Scenario& scenario, std::vector<std::string>& found) {
  const ServersSpec& servers = scenario.servers;
  if (servers.tick < std::chrono::seconds(1) ||
      servers.tick % std::chrono::milliseconds(2) != Duration{}) {
    found.emplace_back(
        "an ensemble elects within half a second, its half tick: expected a tick of at least a "
        "second, and an even number "
        "of milliseconds");
  }
  if (servers.tick > Duration{} && servers.session_timeout % (servers.tick / 2) != Duration{}) {
    found.emplace_back(
        "the leader of an ensemble hears of sessions each half tick: expected a session timeout of "
        "whole half ticks");
  }
  const bool has_clock = std::ranges::any_of(scenario.clocks, [&](const auto& clock) {
    return clock.first.starts_with(servers.kind + "-");
  });
  if (has_clock) found.emplace_back("the nodes of an ensemble are shown one clock");
}

}  // namespace

std::vector<std::string> obstacles(const Scenario& scenario) {
  std::vector<std::string> found;
  const auto& kinds = real_server_kinds();
  if (std::ranges::find(kinds, scenario.servers.kind, &RealServerKind::name) == kinds.end()) {
    found.push_back(fmt::format("there is no real runner for {} yet", scenario.servers.kind));
  }
  if (scenario.network.datagrams) {
    found.emplace_back("its network delivers datagrams, and real connections are streams");
  }
  if (scenario.network.any_order) {
    found.emplace_back(
        "its messages arrive in any order, and nothing decides theirs on real connections");
  }
  const ServersSpec& servers = scenario.servers;
  if (servers.kind == "zookeeper" &&
      !(is_whole_milliseconds(servers.tick) && is_whole_milliseconds(servers.session_timeout))) {
    found.emplace_back("ZooKeeper counts ticks and sessions in whole milliseconds");
  }
  if (servers.is_ensemble()) add_obstacles_of_ensemble(scenario, found);
  if (servers.min_replicas > 0 && !is_whole_seconds(servers.max_lag)) {
    found.emplace_back("redis-server counts the lag of replicas in whole seconds");
  }
  const std::size_t processes = scenario.clients.size() + scenario.servers.nodes();
  if (processes > kMostProcesses) {
    found.push_back(fmt::format("it needs {} processes, and at most {} are started", processes,
                                kMostProcesses));
  }
  if (scenario.swarm) {
    found.emplace_back(
        "each seed draws its own faults, and one set of servers is started for all of them: "
        "`picklock "
        "run --seed N -o trace=FILE` writes the faults of one");
  }
  for (const Fault& fault : scenario.faults) {
    const std::string why = obstacle(fault, scenario);
    if (!why.empty()) found.push_back(fmt::format("the fault \"{}\": {}", fault.name, why));
  }
  return found;
}

std::vector<std::string> obstacles(const Scenario& scenario, std::size_t user_servers) {
  std::vector<std::string> found = obstacles(scenario);
  if (user_servers == 0) return found;
  for (std::string& why : obstacles_of_user_servers(scenario, user_servers)) {
    found.push_back(std::move(why));
  }
  return found;
}

}  // namespace picklock

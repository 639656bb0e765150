// Checks over decoded values: every section is well-formed, but do they make sense together? A check
// looks only at sections in which nothing is wrong yet.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scenarios/decode.h"

namespace picklock::loading {
namespace {

// The member of a section as a cursor, or the section, or the root: the nearest that the file has.
void issue_at(const Cursor& root, const std::string& section, const std::string& key,
              const std::string& expected, std::string hint = {}) {
  if (root.has(section)) {
    root[section].issue_in(key, expected, std::move(hint));
  } else {
    root.issue(expected, std::move(hint));
  }
}

// A number of replicas that a member asks for.
void check_replicas(const Cursor& root, const char* section, const char* key, std::uint32_t needed,
                    const ServersSpec& servers) {
  if (needed <= servers.replicas) return;
  const std::string there =
      servers.replicas == 0 ? "no replicas" : fmt::format("\"replicas\": {}", servers.replicas);
  issue_at(root, section, key,
           fmt::format("expected \"{}\" for the replicas that there are, got {} beside {}", key,
                       needed, there),
           "\"replicas\" of /servers says how many");
}

void check_sentinels(const Cursor& root, const ServersSpec& servers) {
  if (servers.sentinels > 0 && servers.replicas == 0) {
    issue_at(root, "servers", "sentinels", "expected replicas that sentinels can promote, got none",
             "\"replicas\" of /servers says how many");
  }
  if (servers.quorum > servers.sentinels) {
    issue_at(root, "servers", "quorum",
             fmt::format("expected a quorum of at most {} sentinels, got {}", servers.sentinels,
                         servers.quorum));
  }
  const bool has_section = root.has("servers");
  const std::array<std::pair<const char*, Duration>, 2> times{
      {{"down_after", servers.down_after}, {"failover_timeout", servers.failover_timeout}}};
  for (const auto& [key, value] : times) {
    const bool given = has_section && root["servers"].has(key);
    if (given && servers.sentinels == 0) {
      issue_at(root, "servers", key, fmt::format("expected \"{}\" beside sentinels, got none", key),
               "\"sentinels\" of /servers says how many");
    } else if (value % std::chrono::milliseconds(1) != Duration{}) {
      issue_at(root, "servers", key,
               fmt::format("expected whole milliseconds, which Sentinel counts, got {}",
                           to_string(value)));
    }
  }
}

void check_servers(const Cursor& root, const Scenario& scenario) {
  if (!root.issues().clean("/servers")) return;
  const ServersSpec& servers = scenario.servers;
  if (servers.replicas > 0 && servers.count > 1) {
    issue_at(root, "servers", "replicas",
             fmt::format("expected replicas of one server, got {} servers", servers.count),
             "leave \"count\" out");
  }
  check_replicas(root, "servers", "min_replicas", servers.min_replicas, servers);
  if (servers.is_ensemble() && servers.election < servers.tick) {
    issue_at(root, "servers", "election",
             fmt::format("expected an election of at least the tick {}, got {}",
                         to_string(servers.tick), to_string(servers.election)));
  }
  const bool says_election = root.has("servers") && root["servers"].has("election");
  if (says_election && !servers.is_ensemble()) {
    issue_at(root, "servers", "election", "expected several servers to elect one, got 1",
             "\"count\" of /servers says how many");
  }
  if (servers.reads == ReadsFrom::replica && servers.replicas == 0) {
    issue_at(root, "servers", "reads", "expected replicas to read from, got none",
             "\"replicas\" of /servers says how many");
  }
  check_sentinels(root, servers);
}

void check_lock(const Cursor& root, const Scenario& scenario, const FaultSetting& setting) {
  if (setting.lock == nullptr || !root.issues().clean("/lock") || !root.issues().clean("/servers"))
    return;
  const LockSpec& lock = scenario.lock;
  if (lock.margin > lock.ttl) {
    issue_at(root, "lock", "margin",
             fmt::format("expected a margin of at most the ttl {}, got {}", to_string(lock.ttl),
                         to_string(lock.margin)));
  }
  const ServersSpec& servers = scenario.servers;
  check_replicas(root, "lock", "acks", lock.acks, servers);
  const bool session = servers.kind == "zookeeper";
  if (session &&
      (servers.session_timeout < 2 * servers.tick || servers.session_timeout > 20 * servers.tick)) {
    issue_at(root, "servers", "session_timeout",
             fmt::format("expected a session timeout of 2 to 20 ticks of {}, got {}",
                         to_string(servers.tick), to_string(servers.session_timeout)),
             "ZooKeeper grants no other");
  }
}

void check_clients(const Cursor& root, const Scenario& scenario) {
  if (!root.issues().clean("/clients") || !root.issues().clean("/duration")) return;
  for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
    if (scenario.clients[i].start < scenario.duration) continue;
    const std::string name = fmt::format("client-{}", i + 1);
    const Cursor clients = root["clients"];
    const std::string text =
        fmt::format("expected {} to begin before the run ends at {}, got {}", name,
                    to_string(scenario.duration), to_string(scenario.clients[i].start));
    if (clients.has("each") && clients["each"].has(name) && clients["each"][name].has("start")) {
      clients["each"][name].issue_in("start", text);
    } else {
      clients.issue_in(clients.has("stagger") ? "stagger" : "start", text);
      return;  // the same holds for all later clients
    }
  }
}

void check_resource(const Cursor& root, const Scenario& scenario, const FaultSetting& setting) {
  if (!root.issues().clean("/resource")) return;
  const ResourceSpec& resource = scenario.resource;
  const bool lock_known = setting.lock != nullptr;
  if (resource.fencing != Fencing::none && lock_known && !setting.lock->fenced) {
    std::vector<std::string> fenced;
    for (const auto& other : setting.vocabulary->locks) {
      if (other.fenced && other.protocol == setting.lock->protocol) fenced.push_back(other.name);
    }
    issue_at(
        root, "resource", "fencing",
        fmt::format("expected fencing \"none\", got \"{}\": lock \"{}\" gives no fencing token",
                    to_string(resource.fencing), setting.lock->name),
        fenced.empty() ? "" : "fenced locks are " + alternatives(fenced));
  }
  if (resource.workload == Workload::flash_sale && resource.initial == 0) {
    issue_at(root, "resource", "initial",
             "expected an \"initial\" stock of at least 1 in a flash_sale, got 0");
  }
  if (resource.workload != Workload::scheduled_job && root.has("resource") &&
      root["resource"].has("slot")) {
    issue_at(root, "resource", "slot",
             fmt::format("expected \"slot\" only in a scheduled_job, got it in a {}",
                         to_string(resource.workload)));
  }
}

void check_network(const Cursor& root, const Scenario& scenario) {
  if (!root.issues().clean("/network") || scenario.network.datagrams) return;
  const auto refuse = [&](const char* key, const Ratio& share) {
    if (share.is_zero()) return;
    issue_at(root, "network", key,
             fmt::format("expected no {} on a stream, got {}/{}", key, share.numerator(),
                         share.denominator()),
             "add \"transport\": \"datagrams\"");
  };
  refuse("loss", scenario.network.loss);
  refuse("duplication", scenario.network.duplication);
}

}  // namespace

void check_scenario(const Cursor& root, const Scenario& scenario, const FaultSetting& setting) {
  check_servers(root, scenario);
  check_lock(root, scenario, setting);
  check_clients(root, scenario);
  check_resource(root, scenario, setting);
  check_network(root, scenario);
}

}  // namespace picklock::loading

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scenarios/decode.h"
#include "scenarios/sections.h"
#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

constexpr std::size_t kMostFixes = 100;

// Reads an object whose allowed keys depend on what `own` was made for. A key that another variant has,
// which `any` knows, gets a message of its own.
template <class T>
void read_variant(const Cursor& at, const Record<T>& any, const Record<T>& own,
                  const std::string& what, T& target) {
  const std::vector<std::string> known = any.keys();
  const std::vector<std::string> allowed = own.keys();
  for (const auto& [key, value] : at.value().items()) {
    if (std::ranges::find(allowed, key) != allowed.end()) continue;
    const bool elsewhere = std::ranges::find(known, key) != known.end();
    std::string hint = elsewhere ? "" : did_you_mean(key, allowed);
    if (hint.empty()) hint = "use " + alternatives(allowed);
    at.wrong_key(key, "an option of " + what, std::move(hint));
  }
  own.read_known(at, target);
}

const Vocabulary::LockEntry* read_lock(const Cursor& root, const Vocabulary& vocabulary,
                                       LockSpec& spec) {
  if (!root.has("lock")) return nullptr;
  const Cursor at = root["lock"];
  if (!at.is_object()) return nullptr;
  const Json* name = at.has("algorithm") ? &at.value()["algorithm"] : nullptr;
  const auto* lock = name != nullptr && name->is_string()
                         ? find_lock(vocabulary, name->get<std::string>())
                         : nullptr;
  const auto any = lock_record(vocabulary, nullptr);
  if (lock == nullptr) {
    any.read(at, spec);
  } else {
    read_variant(at, any, lock_record(vocabulary, lock), "lock \"" + lock->name + "\"", spec);
  }
  return lock;
}

void read_servers(const Cursor& root, const Vocabulary& vocabulary,
                  const Vocabulary::LockEntry* lock, ServersSpec& spec) {
  if (lock != nullptr) spec.kind = lock->protocol;
  if (!root.has("servers")) return;
  const Cursor at = root["servers"];
  if (!at.is_object()) return;
  const std::vector<std::string> kinds = server_kinds(vocabulary);
  const auto any = servers_record("", kinds);
  if (lock == nullptr) return any.read(at, spec);
  if (at.has("kind") && at["kind"].value().is_string() && at["kind"].value() != lock->protocol) {
    at["kind"].wrong(quote(lock->protocol),
                     fmt::format("lock \"{}\" runs on {}", lock->name, lock->protocol));
    return;
  }
  read_variant(at, any, servers_record(lock->protocol, kinds), lock->protocol + " servers", spec);
}

// The section's own keys, then the exceptions by client.
void read_clients(const Cursor& root, Scenario& scenario) {
  if (!root.has("clients")) return;
  const Cursor at = root["clients"];
  ClientsDraft draft;
  clients_record().read(at, draft);
  scenario.diligent = draft.diligent;
  if (!at.value().is_object() || !at.issues().clean(at.pointer() + "/count") || !at.has("count"))
    return;
  if (draft.stagger > kLongestDuration / draft.count) {
    return at["stagger"].wrong(fmt::format("at most 3650d for {} clients together", draft.count));
  }
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < draft.count; ++i) {
    ClientSpec client = draft.common;
    client.start += draft.stagger * static_cast<std::int64_t>(i);
    scenario.clients.push_back(std::move(client));
    names.push_back(fmt::format("client-{}", i + 1));
  }
  if (!at.has("each") || !at["each"].is_object()) return;
  const Cursor each = at["each"];
  reject_unknown_keys(each, names, fmt::format("one of the {} clients", draft.count));
  const auto record = client_record();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (each.has(names[i])) record.read(each[names[i]], scenario.clients[i]);
  }
}

void read_clocks(const Cursor& root, const FaultSetting& setting, Scenario& scenario) {
  if (!root.has("clocks") || !root["clocks"].is_object()) return;
  const Cursor at = root["clocks"];
  if (setting.nodes_known) reject_unknown_keys(at, setting.nodes, "the name of a node");
  for (const auto& [node, value] : at.value().items()) {
    clock_record().read(at[node], scenario.clocks[node]);
  }
}

void read_seeds(const Cursor& root, Scenario& scenario) {
  if (!root.has("seeds")) return;
  const Cursor at = root["seeds"];
  if (!at.value().is_array() || at.value().size() != 2) return at.wrong("two seeds [first, last]");
  const auto first = a_seed().read(at[0]);
  const auto last = a_seed().read(at[1]);
  if (!first || !last) return;
  constexpr std::uint64_t kMostSeeds = 1'000'000'000;
  if (*last < *first) {
    at.issue(fmt::format("expected [first, last], got {} before {}", *first, *last));
  } else if (*last - *first >= kMostSeeds) {
    at.issue(fmt::format("expected at most {} seeds, got {} to {}", kMostSeeds, *first, *last));
  }
  scenario.first_seed = *first;
  scenario.last_seed = *last;
}

void read_fix_values(const Cursor& at, Fix& fix) {
  if (!at.is_object()) return;
  if (at.value().empty())
    at.issue("expected at least one JSON pointer and its new value, got none");
  for (const auto& [pointer, value] : at.value().items()) {
    if (!pointer.starts_with('/') || pointer.starts_with("/fixes") ||
        pointer.starts_with("/name")) {
      at.wrong_key(pointer, "the JSON pointer of what the fix changes, such as \"/lock/ttl\"");
      continue;
    }
    fix.set.emplace_back(pointer, value.dump());
  }
}

void read_fixes(const Cursor& root, const Vocabulary& vocabulary, Scenario& scenario) {
  if (!root.has("fixes") || !root["fixes"].is_array()) return;
  const Cursor at = root["fixes"];
  if (at.value().size() > kMostFixes) {
    return at.issue(
        fmt::format("expected at most {} fixes, got {}", kMostFixes, at.value().size()));
  }
  const auto record = fix_record(vocabulary);
  std::set<std::string> names;
  for (std::size_t i = 0; i < at.value().size(); ++i) {
    Fix& fix = scenario.fixes.emplace_back();  // in any case: fixes keep their indices
    record.read(at[i], fix);
    if (!at[i].value().is_object()) continue;
    if (at[i].has("set")) read_fix_values(at[i]["set"], fix);
    if (!fix.name.empty() && !names.insert(fix.name).second) {
      at[i]["name"].wrong("a name that no other fix has");
    }
  }
}

FaultSetting setting_of(const Scenario& scenario, const Vocabulary& vocabulary,
                        const Vocabulary::LockEntry* lock, const Issues& issues) {
  FaultSetting setting{.scenario = &scenario, .vocabulary = &vocabulary, .lock = lock};
  setting.nodes_known = lock != nullptr && !scenario.clients.empty() &&
                        issues.clean("/clients/count") && issues.clean("/servers");
  setting.workload_known = issues.clean("/resource");
  if (setting.nodes_known) setting.nodes = node_names(scenario);
  return setting;
}

}  // namespace

Scenario decode_scenario(const Json& value, const Vocabulary& vocabulary, Issues& issues) {
  const Cursor root(value, "", issues);
  Scenario scenario;
  scenario_record(vocabulary).read(root, scenario);
  if (!value.is_object()) return scenario;
  const auto* lock = read_lock(root, vocabulary, scenario.lock);
  read_servers(root, vocabulary, lock, scenario.servers);
  read_clients(root, scenario);
  if (root.has("resource")) resource_record().read(root["resource"], scenario.resource);
  if (root.has("network")) network_record().read(root["network"], scenario.network);
  read_seeds(root, scenario);
  const FaultSetting setting = setting_of(scenario, vocabulary, lock, issues);
  read_clocks(root, setting, scenario);
  if (root.has("faults") && root["faults"].value().is_object()) {
    read_swarm(root["faults"], scenario);
  } else if (root.has("faults")) {
    std::vector<PlacedFault> faults;
    read_faults(root["faults"], setting, faults);
    check_faults(root["faults"], setting, faults);
    for (PlacedFault& placed : faults) scenario.faults.push_back(std::move(placed.fault));
  }
  read_fixes(root, vocabulary, scenario);
  check_scenario(root, scenario, setting);
  return scenario;
}

}  // namespace picklock::loading

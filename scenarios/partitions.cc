// Partitions: groups of nodes, or a shape that Jepsen names.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "scenarios/faults.h"
#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kIsolate = "isolate ";

struct Members {
  Names clients;
  Names servers;
};

Members members_of(const FaultSetting& setting) {
  Members members;
  for (const std::string& node : setting.nodes) {
    if (is_client(node)) {
      members.clients.push_back(node);
    } else if (node != "resource") {
      members.servers.push_back(node);
    }
  }
  return members;
}

// [from, until) of the names, appended to the group.
void append(Names& group, const Names& names, std::size_t from, std::size_t until) {
  for (std::size_t i = from; i < until; ++i) group.push_back(names[i]);
}

// Half of the clients with half of the servers; the smaller halves come first, as Jepsen's bisect does.
Groups halves(const Members& members) {
  const std::size_t clients = members.clients.size();
  const std::size_t servers = members.servers.size();
  Groups groups(2);
  append(groups[0], members.clients, 0, clients / 2);
  append(groups[0], members.servers, 0, servers / 2);
  append(groups[1], members.clients, clients / 2, clients);
  append(groups[1], members.servers, servers / 2, servers);
  return groups;
}

// As halves, but one server in the middle belongs to neither and reaches both.
Groups bridge(const Members& members) {
  Groups groups = halves(members);
  std::erase(groups[1], members.servers[members.servers.size() / 2]);
  return groups;
}

// Each client reaches a majority of the servers, each another one: client k those from server k on.
// Servers reach their neighbours on the ring, so that each sees a majority and no two see the same.
std::vector<Groups> majorities_ring(const Members& members) {
  const std::size_t count = members.servers.size();
  const std::size_t majority = count / 2 + 1;
  std::vector<Groups> cuts;
  for (std::size_t k = 0; k < members.clients.size(); ++k) {
    Names hidden;
    for (std::size_t i = majority; i < count; ++i)
      hidden.push_back(members.servers[(k + i) % count]);
    cuts.push_back({{members.clients[k]}, hidden});
  }
  for (std::size_t i = 0; i < count; ++i) {
    Names far;
    for (std::size_t j = i + 1; j < count; ++j) {
      if (std::min(j - i, count - (j - i)) > majority / 2) far.push_back(members.servers[j]);
    }
    if (!far.empty()) cuts.push_back({{members.servers[i]}, far});
  }
  return cuts;
}

std::optional<std::vector<Groups>> isolate(const Cursor& at, const FaultSetting& setting,
                                           const std::string& node) {
  const Cursor name(at.value(), at.pointer(), at.issues());
  const Json text = node;
  if (!a_node(setting).read(Cursor(text, at.pointer(), at.issues()))) return std::nullopt;
  Names others = setting.nodes;
  std::erase(others, node);
  return std::vector<Groups>{{{node}, others}};
}

std::optional<std::vector<Groups>> read_shape(const Cursor& at, const FaultSetting& setting) {
  const auto shape = at.value().get<std::string>();
  static const Names kShapes{"halves", "bridge", "majorities-ring", "isolate <node>"};
  if (shape.starts_with(kIsolate)) return isolate(at, setting, shape.substr(kIsolate.size()));
  if (std::ranges::find(kShapes, shape) == kShapes.end() || shape == kShapes.back()) {
    at.wrong("groups of nodes, or one of the shapes " + alternatives(kShapes),
             did_you_mean(shape, kShapes));
    return std::nullopt;
  }
  if (!setting.nodes_known) return std::vector<Groups>{};
  const Members members = members_of(setting);
  const std::size_t least = shape == "halves" ? 1 : 3;
  if (members.servers.size() < least ||
      (shape == "halves" && setting.nodes.size() < 4 && members.clients.size() < 2)) {
    at.wrong(fmt::format(
                 "a shape for {} and {}",
                 members.clients.size() == 1 ? "1 client"
                                             : fmt::format("{} clients", members.clients.size()),
                 members.servers.size() == 1 ? "1 server"
                                             : fmt::format("{} servers", members.servers.size())),
             shape == "halves" ? "there are no two halves" : "it needs at least 3 servers");
    return std::nullopt;
  }
  if (shape == "majorities-ring") return majorities_ring(members);
  return std::vector<Groups>{shape == "halves" ? halves(members) : bridge(members)};
}

std::optional<std::vector<Groups>> read_groups(const Cursor& at, const FaultSetting& setting) {
  if (at.value().size() < 2) {
    at.issue(fmt::format("expected at least two groups of nodes, got {}", at.value().size()));
    return std::nullopt;
  }
  Groups groups;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < at.value().size(); ++i) {
    if (!at[i].is_array()) continue;
    const auto group = some_nodes(setting).read(at[i]);
    if (!group) continue;
    for (std::size_t k = 0; k < group->size(); ++k) {
      if (!seen.insert((*group)[k]).second) at[i][k].wrong("each node in one group only");
    }
    groups.push_back(*group);
  }
  return at.issues().clean(at.pointer()) ? std::optional(std::vector<Groups>{groups})
                                         : std::nullopt;
}

}  // namespace

Kind<std::vector<Groups>> a_partition(const FaultSetting& setting) {
  return {
      [node = a_node(setting)] {
        const Json group = {{"type", "array"}, {"items", node.schema()}, {"minItems", 1}};
        const Json groups = {{"type", "array"}, {"items", group}, {"minItems", 2}};
        const Json shape = {{"type", "string"},
                            {"pattern", "^(halves|bridge|majorities-ring|isolate .+)$"}};
        return Json({{"anyOf", {groups, shape}}});
      },
      [&setting](const Cursor& at) -> std::optional<std::vector<Groups>> {
        if (at.value().is_array()) return read_groups(at, setting);
        if (at.value().is_string()) return read_shape(at, setting);
        at.wrong("groups of nodes such as [[\"client-1\"], [\"redis-1\"]], or the name of a shape");
        return std::nullopt;
      }};
}

}  // namespace picklock::loading

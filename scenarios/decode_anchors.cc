// The names of nodes, points and messages that faults use.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scenarios/faults.h"
#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

constexpr const char* kNodePattern = "^[a-z_]+(-[0-9]+)?$";

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What clients do to the resource in this workload, or in any.
std::vector<std::string> actions_of(const FaultSetting& setting) {
  if (!setting.workload_known) return {"read", "write", "sell", "run"};
  switch (setting.scenario->resource.workload) {
    case Workload::counter:
      return {"read", "write"};
    case Workload::flash_sale:
      return {"read", "sell"};
    case Workload::scheduled_job:
      return {"run"};
    case Workload::none:
      break;
  }
  return {};
}

std::string hint_for_action(const FaultSetting& setting, std::string_view name) {
  if (!contains({"read", "write", "sell", "run"}, name) || !setting.workload_known) return {};
  const std::vector<std::string> actions = actions_of(setting);
  if (actions.empty()) return "workload \"none\" does nothing to the resource";
  return fmt::format("workload \"{}\" does {}", to_string(setting.scenario->resource.workload),
                     fmt::join(actions, " and "));
}

// The commands of the servers; empty when any word may be one.
std::vector<std::string> commands_of(const FaultSetting& setting) {
  if (setting.vocabulary == nullptr || setting.lock == nullptr) return {};
  const auto found = setting.vocabulary->commands.find(setting.lock->protocol);
  return found == setting.vocabulary->commands.end() ? std::vector<std::string>{} : found->second;
}

// The points that `node` has; empty when any may be one.
std::vector<std::string> points_of(const FaultSetting& setting, std::string_view node) {
  if (setting.lock == nullptr) return {};
  std::vector<std::string> points;
  if (is_client(node)) {
    points = {"started", "acquire", "acquired", "refused", "release", "released", "lost"};
    for (const std::string& action : actions_of(setting)) points.push_back(action);
    for (const std::string& step : setting.lock->steps) points.push_back(step);
    return points;
  }
  const bool is_resource = node == "resource";
  points = is_resource ? actions_of(setting) : commands_of(setting);
  if (points.empty() && !is_resource) return points;
  points.emplace_back("crashed");
  points.emplace_back("restarted");
  return points;
}

bool check_node(const Cursor& at, const FaultSetting& setting, const std::string& node) {
  if (!setting.nodes_known || contains(setting.nodes, node)) return true;
  std::string hint = did_you_mean(node, setting.nodes);
  const auto clients = setting.scenario->clients.size();
  if (is_client(node)) {
    hint = clients == 1 ? "the only client is client-1"
                        : fmt::format("clients are client-1 to client-{}", clients);
  } else if (hint.empty()) {
    const auto& servers = setting.scenario->servers;
    const std::string sentinels =
        servers.sentinels == 0 ? "" : fmt::format(" sentinel-1 to sentinel-{},", servers.sentinels);
    hint = servers.stores() == 1
               ? fmt::format("there are the clients, {}-1, and resource", servers.kind)
               : fmt::format("there are the clients, {0}-1 to {0}-{1},{2} and resource",
                             servers.kind, servers.stores(), sentinels);
  }
  at.issue(fmt::format("expected the name of a node, got {}", quote(node)), std::move(hint));
  return false;
}

bool check_word(const Cursor& at, const std::string& what, const std::string& word,
                const std::vector<std::string>& known, std::string hint) {
  if (known.empty() || contains(known, word)) return true;
  if (hint.empty()) hint = did_you_mean(word, known);
  if (hint.empty()) hint = "use " + alternatives(known);
  at.issue(fmt::format("expected {}, got {}", what, quote(word)), std::move(hint));
  return false;
}

// What the message may carry, by who takes part in it.
bool check_message_word(const Cursor& at, const FaultSetting& setting,
                        const MessagePattern& message) {
  const bool resource = message.from == "resource" || message.to == "resource";
  const bool open =
      (message.from == "*" || message.to == "*") &&
      (is_client(message.from) || is_client(message.to) || message.from == message.to);
  if (message.what == "*" || open) return true;
  if (resource && actions_of(setting).empty()) {
    at.issue(fmt::format("expected a message that is sent, got {}", quote(message.what)),
             hint_for_action(setting, message.what));
    return false;
  }
  return resource
             ? check_word(at, "an operation on the resource", message.what, actions_of(setting),
                          hint_for_action(setting, message.what))
             : check_word(at, "a command of the server", message.what, commands_of(setting), {});
}

bool is_server(std::string_view node) {
  return node != "*" && node != "resource" && !is_client(node);
}

std::optional<MessagePattern> read_message(const Cursor& at, const FaultSetting& setting) {
  constexpr std::string_view kArrow = " -> ";
  const std::string text = at.value().is_string() ? at.value().get<std::string>() : "";
  const std::size_t arrow = text.find(kArrow);
  MessagePattern message;
  bool shaped = arrow != std::string::npos;
  if (shaped) {
    message.from = text.substr(0, arrow);
    message.to = text.substr(arrow + kArrow.size());
    if (const std::size_t space = message.to.find(' '); space != std::string::npos) {
      message.what = message.to.substr(space + 1);
      message.to.resize(space);
    }
    shaped = !message.from.empty() && message.from.find(' ') == std::string::npos &&
             !message.to.empty() && !message.what.empty();
  }
  if (!shaped) {
    at.wrong("messages such as \"client-1 -> resource write\"",
             "from -> to what; \"*\" stands for any");
    return std::nullopt;
  }
  const bool from = message.from == "*" || check_node(at, setting, message.from);
  const bool to = message.to == "*" || check_node(at, setting, message.to);
  if (!from || !to) return std::nullopt;
  const bool replicate =
      setting.scenario->servers.replicas > 0 && is_server(message.from) && is_server(message.to);
  if (message.from != "*" && message.to != "*" && !replicate &&
      is_client(message.from) == is_client(message.to)) {
    at.wrong("messages between a client and a server or the resource");
    return std::nullopt;
  }
  return check_message_word(at, setting, message) ? std::optional(message) : std::nullopt;
}

}  // namespace

bool is_client(std::string_view node) {
  return node.starts_with("client-");
}

Kind<std::string> a_node(const FaultSetting& setting) {
  return {[] {
            return Json({{"type", "string"}, {"pattern", kNodePattern}});
          },
          [&setting](const Cursor& at) -> std::optional<std::string> {
            if (!at.value().is_string()) {
              at.wrong("the name of a node such as \"client-1\"");
              return std::nullopt;
            }
            auto node = at.value().get<std::string>();
            return check_node(at, setting, node) ? std::optional(std::move(node)) : std::nullopt;
          }};
}

Kind<std::vector<std::string>> some_nodes(const FaultSetting& setting) {
  const Kind<std::string> node = a_node(setting);
  return {
      [node] {
        const Json array = {
            {"type", "array"}, {"items", node.schema()}, {"minItems", 1}, {"uniqueItems", true}};
        return Json({{"anyOf", {node.schema(), array}}});
      },
      [node](const Cursor& at) -> std::optional<std::vector<std::string>> {
        std::vector<std::string> nodes;
        if (!at.value().is_array()) {
          if (auto one = node.read(at)) nodes.push_back(std::move(*one));
        } else if (at.value().empty()) {
          at.issue("expected at least one node, got an empty array");
        }
        for (std::size_t i = 0; at.value().is_array() && i < at.value().size(); ++i) {
          const auto one = node.read(at[i]);
          if (!one) continue;
          if (contains(nodes, *one)) at[i].wrong("each node once");
          nodes.push_back(*one);
        }
        return at.issues().clean(at.pointer()) ? std::optional(std::move(nodes)) : std::nullopt;
      }};
}

Kind<Point> a_point(const FaultSetting& setting) {
  return {
      [] {
        return Json(
            {{"type", "string"}, {"pattern", "^[^ ]+ .+$"}, {"examples", {"client-1 acquired"}}});
      },
      [&setting](const Cursor& at) -> std::optional<Point> {
        const std::string text = at.value().is_string() ? at.value().get<std::string>() : "";
        const std::size_t space = text.find(' ');
        if (space == std::string::npos || space == 0 || space + 1 == text.size()) {
          at.wrong("a node and what it does, such as \"client-1 acquired\"");
          return std::nullopt;
        }
        Point point{.node = text.substr(0, space), .point = text.substr(space + 1)};
        if (!check_node(at, setting, point.node)) return std::nullopt;
        const bool known =
            check_word(at, "a point of " + point.node, point.point, points_of(setting, point.node),
                       hint_for_action(setting, point.point));
        return known ? std::optional(std::move(point)) : std::nullopt;
      }};
}

Kind<MessagePattern> a_message(const FaultSetting& setting) {
  return {[] {
            return Json({{"type", "string"},
                         {"pattern", "^[^ ]+ -> [^ ]+( .+)?$"},
                         {"examples", {"client-1 -> resource write"}}});
          },
          [&setting](const Cursor& at) { return read_message(at, setting); }};
}

}  // namespace picklock::loading

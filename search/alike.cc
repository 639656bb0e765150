#include "search/alike.h"

#include <algorithm>
#include <string>

namespace picklock {
namespace {

// Whether the plan treats this node unlike others of its kind.
bool is_named(const std::string& name, const Scenario& scenario, const std::vector<Fault>& faults) {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::ranges::find(names, name) != names.end();
  };
  const auto names_it = [&](const Fault& fault) {
    return has(fault.on) || has(fault.peers) || fault.when.node == name ||
           fault.message.from == name || fault.message.to == name ||
           std::ranges::any_of(fault.groups, has);
  };
  return scenario.clocks.contains(name) || std::ranges::any_of(faults, names_it);
}

}  // namespace

std::vector<std::uint32_t> alike_clients(const Scenario& scenario,
                                         const std::vector<Fault>& faults) {
  const std::vector<std::string> names = node_names(scenario);
  std::vector<std::uint32_t> classes;
  for (std::uint32_t i = 0; i < scenario.clients.size(); ++i) {
    std::uint32_t like = i;
    for (std::uint32_t j = 0; j < i && like == i; ++j) {
      const bool alike = scenario.clients[i] == scenario.clients[j] &&
                         !is_named(names[i], scenario, faults) &&
                         !is_named(names[j], scenario, faults);
      if (alike) like = classes[j];
    }
    classes.push_back(like);
  }
  return classes;
}

// The last of all nodes is the resource.
bool are_servers_alike(const Scenario& scenario, const std::vector<Fault>& faults) {
  const std::vector<std::string> names = node_names(scenario);
  const auto first = names.begin() + static_cast<std::ptrdiff_t>(scenario.clients.size());
  return std::none_of(first, names.end() - 1,
                      [&](const std::string& name) { return is_named(name, scenario, faults); });
}

}  // namespace picklock

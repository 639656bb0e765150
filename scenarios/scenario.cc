#include "scenarios/scenario.h"

#include <fmt/core.h>

namespace picklock {

std::vector<std::string> node_names(const Scenario& scenario) {
  std::vector<std::string> names;
  names.reserve(scenario.clients.size() + scenario.servers.nodes() + 1);
  for (std::size_t i = 1; i <= scenario.clients.size(); ++i) {
    names.push_back(fmt::format("client-{}", i));
  }
  for (std::uint32_t i = 1; i <= scenario.servers.stores(); ++i) {
    names.push_back(fmt::format("{}-{}", scenario.servers.kind, i));
  }
  for (std::uint32_t i = 1; i <= scenario.servers.sentinels; ++i) {
    names.push_back(fmt::format("sentinel-{}", i));
  }
  names.emplace_back("resource");
  return names;
}

}  // namespace picklock

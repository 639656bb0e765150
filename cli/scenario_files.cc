#include "cli/scenario_files.h"

#include <utility>

#include "cli/program.h"

namespace picklock::cli {

std::optional<std::vector<LoadedScenario>> load_all(const std::vector<std::string>& files,
                                                    const LockRegistry& locks,
                                                    const std::vector<Override>& overrides) {
  std::vector<LoadedScenario> loaded;
  for (const std::string& file : files) {
    Result<LoadedScenario> scenario = load_scenario(file, vocabulary_of(locks), overrides);
    if (scenario) {
      loaded.push_back(std::move(scenario).value());
    } else {
      print(scenario.error());
    }
  }
  if (loaded.size() != files.size()) return std::nullopt;
  return loaded;
}

}  // namespace picklock::cli

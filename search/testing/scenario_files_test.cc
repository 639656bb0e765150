#include "search/testing/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/vocabulary.h"

namespace picklock::testing {
namespace {

std::string folder() {
  return std::string(PICKLOCK_SOURCE_DIR) + "/scenarios";
}

LoadedScenario or_throw(Result<LoadedScenario> loaded) {
  if (!loaded) throw std::runtime_error(to_string(loaded.error().front()));
  return std::move(loaded).value();
}

}  // namespace

const LockRegistry& locks() {
  static const LockRegistry registry = builtin_locks();
  return registry;
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

LoadedScenario load_file(const std::string& name) {
  return or_throw(load_scenario(folder() + "/" + name + ".json", vocabulary_of(locks())));
}

LoadedScenario load_text(const std::string& text) {
  return or_throw(parse_scenario(text, "text", vocabulary_of(locks())));
}

std::string why_broken(const Scenario& scenario, const std::vector<NamedChoice>& choices,
                       const std::string& property) {
  const Recording run = replay_run(scenario, locks(), choices);
  const Verdict verdict = find_property(property)->judge(Timeline(run.history), Limits{});
  return verdict.counterexample ? verdict.counterexample->reason : "";
}

Recording violating_run(const Scenario& scenario, const std::string& property) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Recording run = record_run(scenario, locks(), seed);
    if (!why_broken(scenario, run.choices, property).empty()) return run;
  }
  throw std::runtime_error("no seed breaks " + property);
}

}  // namespace picklock::testing

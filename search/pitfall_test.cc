#include "search/pitfall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/shrink.h"
#include "search/testing/scenario_files.h"

namespace picklock {
namespace {

using testing::load_file;
using testing::locks;

// The class that the rules give to the first run that breaks `property`, as it came and made small.
struct Classes {
  std::string as_recorded = "unclassified";
  std::string made_small = "unclassified";
};

Classes classes_of(const LoadedScenario& loaded, const std::string& property) {
  const auto name_of = [](const PitfallClass* found) {
    return found == nullptr ? std::string("unclassified") : std::string(found->id);
  };
  const Recording run = testing::violating_run(loaded.scenario, property);
  const Verdict verdict = find_property(property)->judge(Timeline(run.history), Limits{});
  const ShrunkRun small = shrink(loaded, run.choices, property, locks(), {});
  return {name_of(pitfall_of(loaded.scenario, run.history, *verdict.counterexample, property)),
          name_of(pitfall_of(small.loaded.scenario, small.recording.history, small.counterexample,
                             property))};
}

// Every scenario that names the pitfall that it shows: the property that it expects to break.
struct Case {
  std::string scenario;
  std::string pitfall;
  std::string property;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.scenario;
}

std::vector<Case> cases() {
  std::vector<Case> cases;
  for (const std::string& file : testing::scenario_files()) {
    const LoadedScenario loaded = load_file(file);
    if (loaded.scenario.pitfall.empty()) continue;
    // Damage tells more than danger, and the ladder of specifications least.
    std::string property;
    for (const auto& [name, expected] : loaded.scenario.expect) {
      const bool is_damage =
          name.starts_with("no-") || name == "at-most-once" || name == "release-safety";
      if (expected == Expected::violated && (property.empty() || is_damage)) property = name;
    }
    if (!property.empty()) cases.push_back({file, loaded.scenario.pitfall, property});
  }
  return cases;
}

class PitfallOfScenario : public ::testing::TestWithParam<Case> {};

TEST_P(PitfallOfScenario, IsTheOneThatItNames) {
  const Classes classes = classes_of(load_file(GetParam().scenario), GetParam().property);
  EXPECT_EQ(classes.as_recorded, GetParam().pitfall) << GetParam().property;
  // One client alone is enough never to get that lock: it takes its own write for somebody else's.
  const bool is_alone = GetParam().scenario == "redis_set_then_exists_nobody";
  EXPECT_EQ(classes.made_small, is_alone ? "P04" : GetParam().pitfall) << GetParam().property;
}

INSTANTIATE_TEST_SUITE_P(Library, PitfallOfScenario, ::testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.scenario; });

TEST(PitfallOfScenario, TheLibraryShowsTwentyOfThem) {
  std::vector<std::string> shown;
  for (const Case& one : cases()) shown.push_back(one.pitfall);
  std::ranges::sort(shown);
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  EXPECT_GE(shown.size(), 20U);
}

// A fence that is asked for in vain, by a lock that never gives one, is no story that a rule knows.
TEST(Pitfall, WhatNoRuleKnowsIsUnclassified) {
  Scenario scenario;
  auto subject = std::make_shared<Subject>();
  subject->nodes = {{"client-1", Role::client}};
  History history{.subject = subject};
  EXPECT_EQ(pitfall_of(scenario, history, {}, "fence-completeness"), nullptr);
  EXPECT_EQ(pitfall_of(scenario, history, {}, "deadlock-freedom"), nullptr);
  EXPECT_EQ(pitfall_of(scenario, history, {}, "call-termination"), nullptr);
}

}  // namespace
}  // namespace picklock

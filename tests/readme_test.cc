// The README's table of locks and faults is what the scenarios say now. Set PICKLOCK_WRITE_README=1 to write
// it anew. And no lock is without its scenarios.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checker/properties.h"
#include "search/sweep.h"
#include "search/vocabulary.h"

namespace picklock {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kColumns{
    "nothing", "pause", "suspend", "crash", "partition", "messages", "clock", "failover", "swarm"};

std::string_view column_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::pause:
      return "pause";
    case FaultKind::suspend:
      return "suspend";
    case FaultKind::crash:
      return "crash";
    case FaultKind::partition:
      return "partition";
    case FaultKind::clock_step:
    case FaultKind::clock_rate:
    case FaultKind::clock_freeze:
      return "clock";
    case FaultKind::promote:
      return "failover";
    default:
      return "messages";
  }
}

// The last fault of a scenario is the one that it is about; those before it set the scene.
std::string_view column_of(const Scenario& scenario) {
  if (scenario.swarm) return "swarm";
  if (scenario.servers.sentinels > 0) return "failover";
  return scenario.faults.empty() ? "nothing" : column_of(scenario.faults.back().kind);
}

// What a scenario came to: the ids of the asked properties that were violated.
std::set<std::string> broken(const Scenario& scenario, const LockRegistry& locks) {
  SweepOptions options;
  options.first_seed = scenario.first_seed;
  options.last_seed = scenario.last_seed;
  const SweepResult swept = sweep(scenario, locks, options);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < properties().size(); ++i) {
    const Property& property = properties()[i];
    const bool asked = scenario.expect.contains(std::string(property.name));
    if (asked && swept.properties[i].violated_runs > 0) ids.emplace(property.id);
  }
  return ids;
}

struct ScenarioFile {
  std::string name;
  Scenario scenario;
};

// Every scenario file, in the order of names.
std::vector<ScenarioFile> scenario_files(const LockRegistry& locks) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(PICKLOCK_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<ScenarioFile> files;
  for (const fs::path& path : paths) {
    auto loaded = load_scenario(path.string(), vocabulary_of(locks));
    EXPECT_TRUE(loaded.has_value()) << path;
    if (loaded) files.push_back({path.filename().string(), std::move(loaded->scenario)});
  }
  return files;
}

std::string table() {
  const LockRegistry locks = builtin_locks();
  std::map<std::string, std::map<std::string_view, std::vector<std::string>>> cells;
  for (const auto& [name, scenario] : scenario_files(locks)) {
    const std::set<std::string> ids = broken(scenario, locks);
    std::string verdict = ids.empty() ? "✓" : "✗";
    for (const std::string& id : ids) verdict += " " + id;
    cells[scenario.lock.algorithm][column_of(scenario)].push_back(
        fmt::format("[{}](scenarios/{})", verdict, name));
  }
  std::string text = "| lock |";
  for (const std::string_view column : kColumns) text += fmt::format(" {} |", column);
  text += "\n| --- |";
  for (std::size_t i = 0; i < kColumns.size(); ++i) text += " --- |";
  text += "\n";
  for (const LockInfo& lock : locks.all()) {
    text += fmt::format("| `{}` |", lock.name);
    for (const std::string_view column : kColumns) {
      std::string cell;
      for (const std::string& one : cells[lock.name][column])
        cell += (cell.empty() ? "" : "<br>") + one;
      text += fmt::format(" {} |", cell);
    }
    text += "\n";
  }
  return text;
}

TEST(Readme, TheTableOfLocksIsWhatTheScenariosSay) {
  const std::string path = PICKLOCK_SOURCE_DIR "/README.md";
  std::ifstream file(path);
  const std::string readme{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string begin = "<!-- table: written by tests/readme_test.cc -->\n";
  const std::string end = "<!-- end of table -->";
  const std::size_t from = readme.find(begin);
  const std::size_t until = readme.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(until, std::string::npos);
  const std::string expected = table();
  if (std::getenv("PICKLOCK_WRITE_README") != nullptr) {
    std::ofstream(path) << readme.substr(0, from) + begin + expected + readme.substr(until);
    return;
  }
  EXPECT_EQ(readme.substr(from + begin.size(), until - from - begin.size()), expected);
}

// No fault strikes, and neither a clock nor the network is at fault: what breaks then, the lock breaks.
bool is_quiet(const Scenario& scenario) {
  return scenario.faults.empty() && !scenario.swarm && scenario.clocks.empty() &&
         scenario.network.loss.is_zero() && scenario.network.duplication.is_zero() &&
         !scenario.expect.empty();
}

TEST(Scenarios, EveryLockHasOneAndOneInWhichNothingGoesWrong) {
  const LockRegistry locks = builtin_locks();
  std::map<std::string, int> all;
  std::map<std::string, int> quiet;
  for (const auto& [name, scenario] : scenario_files(locks)) {
    ++all[scenario.lock.algorithm];
    if (is_quiet(scenario)) ++quiet[scenario.lock.algorithm];
  }
  EXPECT_FALSE(locks.all().empty());
  for (const LockInfo& lock : locks.all()) {
    EXPECT_GT(all[lock.name], 0) << lock.name << " is the lock of no scenario";
    EXPECT_GT(quiet[lock.name], 0) << lock.name << " has none in which nothing goes wrong";
  }
}

TEST(Readme, TheListingOfTheTokenLockIsItsSource) {
  std::ifstream source(PICKLOCK_SOURCE_DIR "/algorithms/redis_token.cc");
  const std::string lock{std::istreambuf_iterator<char>(source), std::istreambuf_iterator<char>()};
  std::ifstream file(PICKLOCK_SOURCE_DIR "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t from = readme.find("```cpp\n");
  ASSERT_NE(from, std::string::npos);
  const std::size_t until = readme.find("```", from + 7);
  EXPECT_NE(lock.find(readme.substr(from + 7, until - from - 7)), std::string::npos);
}

}  // namespace
}  // namespace picklock

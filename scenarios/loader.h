// Reads scenario files. Bad input yields every diagnostic at once, each with its place.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "scenarios/scenario.h"

namespace picklock {

// The names that a scenario may use, from whoever knows them.
struct Vocabulary {
  struct LockEntry {
    std::string name;
    std::string protocol;
    std::vector<std::string> options;  // beside "algorithm" and "call_timeout"
    bool fenced = false;
    std::vector<std::string> steps;  // its own step labels, which faults may use as anchors
  };
  std::vector<LockEntry> locks;
  std::vector<std::string> properties;
  // The commands that a server can execute, by protocol: "redis" -> "SET", ... They are names of
  // anchors and messages. A protocol that is not listed takes any word.
  std::map<std::string, std::vector<std::string>> commands;
};

// "/lock/ttl" and a JSON value ("30s" without quotes is taken as a string; null takes the member away;
// the index "-" appends to an array).
using Override = std::pair<std::string, std::string>;

struct LoadedScenario {
  Scenario scenario;
  std::string json;  // the file's JSON with overrides applied, without comments: self-contained
};

// Reads one file. A missing file, a directory, invalid UTF-8 and JSON errors are diagnostics too.
// Files over 4 MiB are refused unread.
Result<LoadedScenario> load_scenario(const std::string& path, const Vocabulary& vocabulary,
                                     std::span<const Override> overrides = {});

// The same for text in memory; `name` stands for the file in diagnostics.
Result<LoadedScenario> parse_scenario(std::string_view text, const std::string& name,
                                      const Vocabulary& vocabulary,
                                      std::span<const Override> overrides = {});

// The scenario with one of its fixes applied: no fixes of its own, and the fix's expectations merged into
// the scenario's. `loaded` and `fix` belong together, so that a fix that was loaded applies.
Result<LoadedScenario> apply_fix(const LoadedScenario& loaded, const Fix& fix,
                                 const Vocabulary& vocabulary);

// JSON Schema (2020-12) of scenario files, for editors.
std::string scenario_schema(const Vocabulary& vocabulary);

// Every kind of fault with a line of explanation, for `picklock list faults`.
std::vector<std::pair<std::string, std::string>> fault_kinds();

}  // namespace picklock

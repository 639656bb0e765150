#include <fmt/core.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "checker/properties.h"
#include "checker/specifications/specification.h"
#include "cli/commands.h"

namespace picklock::cli {
namespace {

namespace fs = std::filesystem;

void row(std::string_view name, std::string_view about) {
  fmt::print("{:<28} {}\n", name, about);
}

Exit list_locks() {
  const LockRegistry locks = builtin_locks();
  for (const LockInfo& lock : locks.all()) row(lock.name, lock.summary);
  return Exit::met;
}

Exit list_faults() {
  for (const auto& [name, about] : fault_kinds()) row(name, about);
  return Exit::met;
}

Exit list_properties() {
  for (const Property& property : properties()) {
    row(property.name, fmt::format("{:<4} {}", property.id, property.title));
  }
  return Exit::met;
}

Exit list_specifications() {
  for (const SpecificationEntry& entry : specifications()) {
    row(entry.name, std::string(entry.demands));
    row("", fmt::format("cost: {}", entry.complexity));
    const std::string_view refusals = entry.refusals == Refusals::strict ? "strict" : "ignored";
    row("", fmt::format("parameters: {}{}refusals={} timeouts=go-on", entry.parameters,
                        entry.parameters.empty() ? "" : " ", refusals));
  }
  return Exit::met;
}

// Beside the user, or where `cmake --install` put them.
fs::path scenario_folder() {
  if (const char* chosen = std::getenv("PICKLOCK_SCENARIOS")) return chosen;
  if (fs::is_directory("scenarios")) return "scenarios";
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share" / "picklock" / "scenarios";
}

Exit list_scenarios() {
  const fs::path folder = scenario_folder();
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (files.empty()) {
    fmt::print(stderr, "picklock: no scenario files in {} (set PICKLOCK_SCENARIOS)\n",
               folder.string());
    return Exit::nothing_ran;
  }
  std::sort(files.begin(), files.end());
  const LockRegistry locks = builtin_locks();
  Exit exit = Exit::met;
  for (const fs::path& file : files) {
    const auto loaded = load_scenario(file.string(), vocabulary_of(locks));
    if (loaded) {
      const Scenario& scenario = loaded->scenario;
      row(file.string(), fmt::format("{:<4} {}", scenario.pitfall, scenario.about));
    } else {
      print(loaded.error());
      exit = Exit::usage;
    }
  }
  return exit;
}

Exit list_command(const std::string& what) {
  const std::vector<std::string> kinds{"locks", "scenarios", "faults", "properties", "specs"};
  if (what == "locks") return list_locks();
  if (what == "scenarios") return list_scenarios();
  if (what == "faults") return list_faults();
  if (what == "properties") return list_properties();
  if (what == "specs") return list_specifications();
  const std::string hint = did_you_mean(what, kinds);
  fmt::print(stderr, "picklock list: expected one of {}, got \"{}\"{}\n", fmt::join(kinds, ", "),
             what, hint.empty() ? "" : " (" + hint + ")");
  return Exit::usage;
}

Exit lint_command(const std::vector<std::string>& files) {
  const LockRegistry locks = builtin_locks();
  Exit exit = Exit::met;
  for (const std::string& file : files) {
    const auto loaded = load_scenario(file, vocabulary_of(locks));
    if (loaded) {
      fmt::print("{}: ok\n", file);
    } else {
      print(loaded.error());
      exit = Exit::usage;
    }
  }
  return exit;
}

}  // namespace

void add_list(CLI::App& app, Exit& exit) {
  auto what = std::make_shared<std::string>("locks");
  CLI::App* list =
      app.add_subcommand("list", "Lists locks, scenarios, faults, properties or specs");
  list->add_option("WHAT", *what, "locks, scenarios, faults, properties or specs");
  list->footer("Example: picklock list properties");
  list->callback([what, &exit] { exit = list_command(*what); });
}

void add_lint(CLI::App& app, Exit& exit) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* lint = app.add_subcommand("lint", "Reads scenarios and says everything that is wrong");
  lint->add_option("FILE", *files, "scenario files")->required();
  lint->footer("Example: picklock lint scenarios/*.json");
  lint->callback([files, &exit] { exit = lint_command(*files); });
}

void add_schema(CLI::App& app, Exit& exit) {
  auto kind = std::make_shared<std::string>();
  CLI::App* schema = app.add_subcommand("schema", "Prints the JSON Schema of a kind of file");
  schema->add_option("KIND", *kind, "scenario")->required();
  schema->footer("Example: picklock schema scenario > picklock-scenario-1.schema.json");
  schema->callback([kind, &exit] {
    if (*kind == "scenario") {
      fmt::print("{}\n", scenario_schema(vocabulary_of(builtin_locks())));
      exit = Exit::met;
      return;
    }
    fmt::print(stderr, "picklock schema: expected scenario, got \"{}\"{}\n", *kind,
               nearest_name(*kind, std::vector<std::string>{"scenario"}).empty()
                   ? ""
                   : " (did you mean \"scenario\"?)");
    exit = Exit::usage;
  });
}

}  // namespace picklock::cli

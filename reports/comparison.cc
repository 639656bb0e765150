#include "reports/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/canvas.h"
#include "reports/escape.h"
#include "reports/property_json.h"
#include "reports/statistics.h"
#include "reports/table.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

Ink ink_of(Agreement agreement) {
  if (agreement == Agreement::differs) return Ink::wrong;
  return agreement == Agreement::agrees ? Ink::good : Ink::warn;
}

std::string_view sign(Agreement agreement, const TerminalStyle& style) {
  if (agreement == Agreement::differs) return symbol(Status::violated, style);
  return symbol(agreement == Agreement::agrees ? Status::holds : Status::undecided, style);
}

std::string_view word(Agreement agreement) {
  if (agreement == Agreement::differs) return "the worlds DISAGREE";
  return agreement == Agreement::agrees ? "the worlds agree" : "undecided";
}

// "violated in 17 of 20", "holds in 20", "nothing to judge"
std::string verdict_text(const PropertyResult& property) {
  const Mark mark = property_cell(property).mark;
  if (mark == Mark::vacuous) return "nothing to judge";
  const std::uint64_t concerned = mark == Mark::violated    ? property.violated_runs
                                  : mark == Mark::undecided ? property.undecided_runs
                                                            : property.runs;
  return fmt::format("{} in {} of {}", to_string(mark), concerned, property.runs);
}

std::string runs_text(const ComparedScenario& scenario) {
  return fmt::format("{} of {} real runs event by event the simulated ones", scenario.same_runs,
                     scenario.real.runs);
}

Json scenario_json(const ComparedScenario& scenario) {
  Json json;
  json["scenario"] = scenario.simulated.name;
  json["file"] = scenario.simulated.file;
  json["lock"] = scenario.simulated.lock;
  json["not_run"] = scenario.real.not_run;
  const bool compared = scenario.real.not_run.empty();
  json["agreement"] = compared ? Json(to_string(agreement(scenario))) : Json();
  json["first_seed"] = scenario.simulated.first_seed;
  json["simulated_runs"] = scenario.simulated.runs;
  json["real_runs"] = scenario.real.runs;
  json["same_runs"] = scenario.same_runs;
  json["parting"] = Json();
  if (const auto& parting = scenario.parting) {
    const auto event = [](const std::string& text) {
      return text.empty() ? Json() : Json::parse(text);
    };
    json["parting"] = {{"seed", parting->seed},
                       {"simulated", event(parting->simulated)},
                       {"real", event(parting->real)}};
  }
  const Json simulated = properties_json(scenario.simulated.properties);
  const Json real = properties_json(scenario.real.properties);
  json["properties"] = Json::object();
  for (std::size_t i = 0; i < scenario.real.properties.size(); ++i) {
    const PropertyResult& property = scenario.real.properties[i];
    Json one;
    one["agreement"] = to_string(agreement(scenario.simulated.properties[i], property));
    one["simulated"] = simulated[property.name];
    one["real"] = real[property.name];
    json["properties"][property.name] = std::move(one);
  }
  return json;
}

}  // namespace

std::string_view to_string(Agreement agreement) {
  if (agreement == Agreement::differs) return "differs";
  return agreement == Agreement::agrees ? "agrees" : "undecided";
}

Agreement agreement(const PropertyResult& simulated, const PropertyResult& real) {
  const Mark one = property_cell(simulated).mark;
  const Mark other = property_cell(real).mark;
  if (one == other) return Agreement::agrees;
  const bool undecided = one == Mark::undecided || other == Mark::undecided;
  return undecided ? Agreement::undecided : Agreement::differs;
}

Agreement agreement(const ComparedScenario& scenario) {
  Agreement worst = Agreement::agrees;
  for (std::size_t i = 0; i < scenario.real.properties.size(); ++i) {
    const Agreement one = agreement(scenario.simulated.properties[i], scenario.real.properties[i]);
    if (one == Agreement::differs) return one;
    if (one == Agreement::undecided) worst = one;
  }
  return worst;
}

std::string comparison_line(const ComparedScenario& scenario, const TerminalStyle& style) {
  const std::string name = printable(scenario.simulated.name, style);
  if (!scenario.real.not_run.empty()) {
    std::string out = fmt::format("{} {}  not run\n", vacuous_symbol(style), name);
    for (const std::string& why : scenario.real.not_run) out += fmt::format("  {}\n", why);
    return out;
  }
  const Agreement worst = agreement(scenario);
  return fmt::format("{} {} {}\n", inked(sign(worst, style), ink_of(worst), style),
                     padded(name, 42), inked(word(worst), ink_of(worst), style));
}

std::string comparison_text(const ComparedScenario& scenario, const TerminalStyle& style) {
  std::string out = comparison_line(scenario, style);
  if (!scenario.real.not_run.empty()) return out;
  std::string rows;
  for (std::size_t i = 0; i < scenario.real.properties.size(); ++i) {
    const PropertyResult& simulated = scenario.simulated.properties[i];
    const PropertyResult& real = scenario.real.properties[i];
    const bool nothing =
        property_cell(simulated).mark == Mark::vacuous && property_cell(real).mark == Mark::vacuous;
    if (nothing) continue;
    const Agreement one = agreement(simulated, real);
    rows += fmt::format("  {} {}{}{}{}\n", inked(sign(one, style), ink_of(one), style),
                        padded(real.name, 29), padded(real.id, 5),
                        padded(verdict_text(simulated), 24), verdict_text(real));
  }
  out += inked(fmt::format("    {}{}real servers\n", padded("", 34), padded("simulator", 24)),
               Ink::dim, style);
  out += rows;
  out += inked(fmt::format("  {}\n", runs_text(scenario)), Ink::dim, style);
  if (!scenario.parting) return out;
  const auto event = [](const std::string& text) { return text.empty() ? "nothing" : text; };
  out += fmt::format("  with seed {} they part at\n    simulator     {}\n    real servers  {}\n",
                     scenario.parting->seed, event(scenario.parting->simulated),
                     event(scenario.parting->real));
  return out;
}

std::string comparison_summary(const ComparisonDocument& document, const TerminalStyle& style) {
  std::size_t compared = 0;
  std::size_t agreeing = 0;
  for (const ComparedScenario& scenario : document.scenarios) {
    if (!scenario.real.not_run.empty()) continue;
    ++compared;
    if (agreement(scenario) == Agreement::agrees) ++agreeing;
  }
  const std::size_t left_out = document.scenarios.size() - compared;
  std::string text = fmt::format("{} of {} compared scenario{} agree{}", agreeing, compared,
                                 compared == 1 ? "" : "s", agreeing == 1 ? "s" : "");
  if (left_out > 0) text += fmt::format(", {} not run", left_out);
  if (document.interrupted) text += ", interrupted";
  text += fmt::format(" ({:.2f} s)", document.wall_seconds);
  return inked(text, agreeing == compared ? Ink::good : Ink::wrong, style) + "\n";
}

std::string comparison_json(const ComparisonDocument& document) {
  Json json;
  json["schema"] = "picklock-compare-1";
  json["version"] = document.version;
  json["interrupted"] = document.interrupted;
  json["results"] = Json::array();
  for (const ComparedScenario& scenario : document.scenarios) {
    json["results"].push_back(scenario_json(scenario));
  }
  json["timing"] = {{"wall_seconds", six_digits(document.wall_seconds)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace picklock

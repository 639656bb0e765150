#include "reports/testing/documents.h"

#include <string>
#include <utility>

#include "reports/testing/stories.h"

namespace picklock::testing {
namespace {

PropertyResult property(std::string name, std::string id, std::uint64_t violated,
                        std::uint64_t undecided, std::uint64_t judged, std::string expected,
                        bool met) {
  PropertyResult result{.name = std::move(name), .id = std::move(id)};
  result.status = violated > 0    ? Status::violated
                  : undecided > 0 ? Status::undecided
                                  : Status::holds;
  result.runs = 200;
  result.violated_runs = violated;
  result.undecided_runs = undecided;
  result.judged = judged;
  if (violated > 0) result.first_seed = 18446744073709551615ULL;
  result.expected = std::move(expected);
  result.met = met;
  return result;
}

}  // namespace

ResultDocument every_kind_of_cell() {
  ScenarioResult scenario{.name = "pause", .file = "pause.json", .about = "a story", .lock = "l"};
  scenario.runs = scenario.planned_runs = 200;
  scenario.expectation_met = false;
  scenario.strongest_spec = "M3";
  scenario.properties = {
      property("server-exclusion", "S1", 0, 0, 7, "holds", true),
      property("belief-exclusion", "S2", 50, 0, 7, "violated", true),
      property("no-lost-update", "S4", 200, 0, 7, "holds", false),
      property("deadlock-freedom", "LV1", 0, 200, 7, "", true),
      property("recovery-time", "LV2", 0, 0, 0, "", true),
      property("call-termination", "LV4", 3, 20, 7, "any", true),
  };
  scenario.problems = {"the fault \"x\" never took effect in any run"};
  scenario.first_violation = lost_update_after_pause();
  scenario.first_violation->plan = "{}";
  scenario.first_violation->reproduce = "picklock run pause.json --seed 1";
  scenario.violations = {*scenario.first_violation};
  scenario.fixes = {
      FixResult{
          .name = "fencing", .about = "f", .properties = {scenario.properties[1]}, .runs = 200},
      FixResult{
          .name = "nothing", .properties = {scenario.properties[2]}, .met = false, .runs = 200}};
  ScenarioResult quiet{.name = "quiet", .file = "quiet.json", .lock = "l"};
  quiet.runs = quiet.planned_runs = 200;
  quiet.properties = {property("server-exclusion", "S1", 0, 0, 7, "holds", true)};
  return {.version = "0.0.0", .results = {scenario, quiet}};
}

}  // namespace picklock::testing

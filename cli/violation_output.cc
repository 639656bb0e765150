#include "cli/violation_output.h"

#include <utility>

#include "cli/program.h"
#include "reports/history_json.h"

namespace picklock::cli {
Page page_of(const Scenario& scenario, const RunPicture& picture) {
  ScenarioResult result;
  result.name = scenario.name;
  result.file = scenario.name;
  result.about = scenario.about;
  result.pitfall = scenario.pitfall;
  result.lock = scenario.lock.algorithm;
  result.first_violation = picture;
  Page page{.version = PICKLOCK_VERSION, .command = picture.reproduce};
  page.results.results.push_back(std::move(result));
  return page;
}

Trace trace_of(const std::string& scenario_name, const RunPicture& picture) {
  return {.version = PICKLOCK_VERSION,
          .scenario_name = scenario_name,
          .scenario_json = picture.plan,
          .seed = picture.seed,
          .property = picture.property,
          .status = Status::violated,
          .counterexample = picture.counterexample,
          .digest = picture.digest,
          .choices = picture.choices,
          .history = picture.history};
}

bool write_violation(const std::vector<Output>& outputs, const Scenario& scenario,
                     const RunPicture& picture) {
  bool good = true;
  for (const Output& output : outputs) {
    if (output.kind == "html") {
      good &= write_file(output.path, html_page(page_of(scenario, picture)));
    } else if (output.kind == "trace") {
      good &= write_file(output.path, trace_json(trace_of(scenario.name, picture)));
    } else {
      good &= write_file(output.path, history_jsonl(picture.history));
    }
  }
  return good;
}

}  // namespace picklock::cli

#include "cli/violation_output.h"

#include <utility>

#include "base/require.h"
#include "checker/formats/history_reader.h"
#include "checker/formats/history_writer.h"
#include "cli/program.h"
#include "reports/history_json.h"
#include "reports/markdown.h"
#include "reports/perfetto.h"

namespace picklock::cli {
namespace {

// Its operations, as `check` reads them from the history.
std::string edn_of(const History& history) {
  const Result<ReadHistory> read = read_history(history_jsonl(history), {});
  require(read.has_value(), "a history that was written can be read");
  std::string out;
  write_edn(read->history, [&](std::string_view piece) { out += piece; });
  return out;
}

std::string content(const std::string& kind, const Scenario& scenario, const RunPicture& picture) {
  if (kind == "html") return html_page(page_of(scenario, picture));
  if (kind == "trace") return trace_json(trace_of(scenario.name, picture, PICKLOCK_VERSION));
  if (kind == "perfetto") return perfetto_json(picture.history);
  if (kind == "edn") return edn_of(picture.history);
  if (kind == "markdown") {
    return markdown_report(document_of(scenario, picture), picture.reproduce);
  }
  return history_jsonl(picture.history);
}

}  // namespace

ResultDocument document_of(const Scenario& scenario, const RunPicture& picture) {
  ScenarioResult result;
  result.name = scenario.name;
  result.file = scenario.name;
  result.about = scenario.about;
  result.pitfall = scenario.pitfall;
  result.lock = scenario.lock.algorithm;
  result.first_violation = picture;
  ResultDocument document;
  document.results.push_back(std::move(result));
  return document;
}

Page page_of(const Scenario& scenario, const RunPicture& picture) {
  return {.version = PICKLOCK_VERSION,
          .command = picture.reproduce,
          .results = document_of(scenario, picture)};
}

bool write_violation(const std::vector<Output>& outputs, const Scenario& scenario,
                     const RunPicture& picture) {
  bool good = true;
  for (const Output& output : outputs) {
    good &= write_file(output.path, content(output.kind, scenario, picture));
  }
  return good;
}

}  // namespace picklock::cli

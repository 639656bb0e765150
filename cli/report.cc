#include <fmt/core.h>

#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/input_file.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "reports/measurement_reader.h"
#include "reports/page.h"
#include "reports/result_reader.h"
#include "reports/trace_json.h"

namespace picklock::cli {
namespace {

struct ReportOptionsOfUser {
  std::vector<std::string> files;
  std::vector<std::string> outputs;
};

const std::vector<std::string> kReportOutputs{"html"};

// Gathers what the files say. Nothing is run and nothing is judged again.
class Report {
 public:
  explicit Report(const ReportOptionsOfUser& user) {
    page_.version = PICKLOCK_VERSION;
    page_.command = "picklock report";
    for (const std::string& file : user.files) page_.command += " " + shell_word(file);
  }

  // False, and why on the standard error, when the file is nothing that a report can show.
  bool add(const std::string& file) {
    const Result<InputFile> input = InputFile::open(file);
    if (!input) return refuse(input.error());
    const std::string_view text = input->text();
    const std::optional<SchemaName> schema = schema_of(text);
    if (schema && schema->stem == "picklock-check-") return add_check(text, file);
    if (schema && schema->stem == "picklock-trace-") return add_trace(text, file);
    const bool is_measured =
        schema && (schema->stem == "picklock-sweep-" || schema->stem == "picklock-throughput-");
    if (is_measured) return add_measurement(text, file);
    return add_result(text, file);
  }

  const Page& page() const { return page_; }

 private:
  static bool refuse(const Diagnostics& errors) {
    print(errors);
    return false;
  }

  bool add_result(std::string_view text, const std::string& file) {
    Result<ResultDocument> read = parse_result(text, file);
    if (!read) return refuse(read.error());
    ResultDocument document = std::move(read).value();
    page_.results.interrupted |= document.interrupted;
    note_version(document.version, file);
    for (ScenarioResult& result : document.results) {
      page_.results.results.push_back(std::move(result));
    }
    return true;
  }

  bool add_check(std::string_view text, const std::string& file) {
    Result<CheckDocument> read = parse_check(text, file);
    if (!read) return refuse(read.error());
    page_.results.interrupted |= read->interrupted;
    for (const CheckResult& result : read->results) {
      page_.histories.push_back({result, check_picture(result)});
    }
    return true;
  }

  bool add_measurement(std::string_view text, const std::string& file) {
    Result<MeasurementDocument> read = parse_measurement(text, file);
    if (!read) return refuse(read.error());
    page_.results.interrupted |= read->interrupted;
    note_version(read->version, file);
    page_.measurements.push_back(std::move(read).value());
    return true;
  }

  bool add_trace(std::string_view text, const std::string& file) {
    Result<Trace> read = parse_trace(text, file);
    if (!read) return refuse(read.error());
    Trace trace = std::move(read).value();
    note_version(trace.version, file);
    if (trace.status != Status::violated) {
      fmt::print(stderr, "picklock: {}: expected a trace of a violation, got one that {}\n", file,
                 status_name(trace.status));
      return false;
    }
    ScenarioResult result{.name = trace.scenario_name, .file = file};
    result.first_violation = RunPicture{.history = std::move(trace.history),
                                        .counterexample = std::move(trace.counterexample),
                                        .property = std::move(trace.property),
                                        .seed = trace.seed,
                                        .digest = trace.digest,
                                        .reproduce = "picklock replay " + shell_word(file)};
    page_.results.results.push_back(std::move(result));
    return true;
  }

  void note_version(const std::string& version, const std::string& file) {
    if (version == PICKLOCK_VERSION) return;
    page_.notes.push_back(fmt::format("{} was written by picklock {}, this page by {}", file,
                                      version, PICKLOCK_VERSION));
  }

  Page page_;
};

Exit report_command(const ReportOptionsOfUser& user) {
  Complaints wrong;
  const std::vector<Output> outputs = parse_outputs(user.outputs, kReportOutputs, wrong);
  for (const std::string& complaint : wrong) fmt::print(stderr, "picklock report: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  Report report(user);
  bool good = true;
  for (const std::string& file : user.files) good &= report.add(file);
  if (!good) return Exit::usage;
  const std::string html = html_page(report.page());
  for (const Output& output : outputs) {
    if (!write_file(output.path, html)) return Exit::environment;
    fmt::print("{}: {} bytes; it opens in a browser, without a network\n", output.path,
               html.size());
  }
  return Exit::met;
}

}  // namespace

void add_report(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ReportOptionsOfUser>();
  CLI::App* report = app.add_subcommand("report", "Makes one page of results");
  report
      ->add_option("RESULT", user->files,
                   "what run, check, sweep or throughput printed as JSON, or a trace")
      ->required();
  report->add_option("-o,--output", user->outputs, "write KIND=FILE: html")
      ->required()
      ->allow_extra_args(false);
  report->footer("Example: picklock report result.json -o html=report.html");
  report->callback([user, &exit] { exit = report_command(*user); });
}

}  // namespace picklock::cli

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/input_file.h"
#include "checker/formats/history_reader.h"
#include "checker/judgement.h"
#include "checker/one_pass.h"
#include "checker/specifications/candidates.h"
#include "cli/annotation_output.h"
#include "cli/arguments.h"
#include "cli/certificate_check.h"
#include "cli/check_advice.h"
#include "cli/check_options.h"
#include "cli/commands.h"
#include "cli/history_output.h"
#include "cli/judging.h"
#include "cli/progress.h"
#include "cli/specification_choice.h"
#include "reports/check_json.h"
#include "reports/check_text.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/page.h"

namespace picklock::cli {
namespace {

const std::vector<std::string> kCheckOutputs{"json", "html", "junit", "markdown", "edn", "jsonl"};

// The history itself, in another format.
bool is_conversion(const Output& output) {
  return output.kind == "edn" || output.kind == "jsonl";
}

// Everything that one invocation of the command carries from file to file.
class Check {
 public:
  Check(const CheckOptionsOfUser& user, std::vector<Specification> named,
        std::vector<Output> outputs)
      : user_(user), named_(std::move(named)), outputs_(std::move(outputs)) {
    page_.version = PICKLOCK_VERSION;
    page_.command = command_of(user);
  }

  Exit run() {
    listen_for_interrupt();
    for (const std::string& file : user_.files) {
      if (interrupted()) break;
      check_file(file);
    }
    document_.interrupted = page_.results.interrupted = interrupted();
    document_.peak_bytes = peak_bytes();
    if (user_.format == "json") {
      fmt::print("{}", check_json(document_));
    } else if (!document_.results.empty()) {
      const std::string next =
          next_check_command(document_, {.limits = limits(),
                                         .refusals_named = !user_.refusals.empty(),
                                         .skip_malformed = user_.skip_malformed,
                                         .verify = user_.verify});
      fmt::print("{}", check_summary(document_, next, terminal_style()));
    }
    for (const Output& output : outputs_) {
      unwritten_ |= !is_conversion(output) && !write_file(output.path, content(output.kind));
    }
    if (user_.format == "github") {
      unwritten_ |= !annotate(check_tables(document_.results), content("markdown"));
    }
    return exit_code();
  }

 private:
  std::string content(const std::string& kind) const {
    if (kind == "json") return check_json(document_);
    if (kind == "markdown") return markdown_report(document_, page_.command);
    if (kind == "html") return html_page(page_);
    return junit_xml(check_tables(document_.results));
  }

  void check_file(const std::string& file) {
    const double began = wall_seconds();
    Result<InputFile> input = InputFile::open(file);
    if (!input) return refuse(input.error());
    Progress progress("reading " + file, "bytes");
    const ReadOptions options{
        .file = file, .memory_limit = available_memory(), .progress = [&](std::size_t at) {
          input.value().release_before(at);
          progress.show(at, input->text().size());
          return !interrupted();
        }};
    if (user_.one_pass) return check_once(file, input->text(), options);
    Result<ReadHistory> read = read_history(input->text(), options);
    document_.read_seconds += wall_seconds() - began;
    if (!read) return refuse(read.error());
    if (read->stopped) return;
    complain_about_lines(*read);
    convert(read->history);
    judge_parts(file, std::move(read).value());
  }

  void check_once(const std::string& file, std::string_view text, const ReadOptions& options) {
    const double began = wall_seconds();
    Result<CheckResult> result =
        check_in_one_pass(file, text, with_refusals(named_.front()), options, user_.skip_malformed);
    document_.judge_seconds += wall_seconds() - began;
    if (!result) return refuse(result.error());
    if (!interrupted()) add(std::move(result).value());
  }

  void refuse(const Diagnostics& diagnostics) {
    print(diagnostics);
    refused_ = true;
  }

  void complain_about_lines(const ReadHistory& read) const {
    print(read.malformed);
    const std::uint64_t more = read.history.malformed - read.malformed.size();
    if (more > 0) fmt::print(stderr, "... and {} more\n", more);
  }

  void convert(const OperationHistory& history) {
    for (const Output& output : outputs_) {
      if (is_conversion(output) && !write_history(history, output)) unwritten_ = true;
    }
  }

  // Locks and data of one file are judged apart, each by a specification of its own.
  void judge_parts(const std::string& file, ReadHistory read) {
    std::vector<Operation> data = split_off_data(read.history);
    const bool both = !data.empty();
    judge_part(file, read, both);
    if (!both || interrupted()) return;
    read.history.operations = std::move(data);
    judge_part(file, read, both);
  }

  void judge_part(const std::string& file, ReadHistory& read, bool has_other_part) {
    SpecificationChoice choice = choose_specification(read.history, named_, has_other_part, file);
    if (!choice.specification) {
      refused_ = true;
      return fmt::print(stderr, "{}", choice.question);
    }
    choice.specification = with_refusals(*choice.specification);
    const double began = wall_seconds();
    JudgeLimits whole = limits();
    whole.linearization = user_.verify;
    Judgement judgement =
        judge_whole(file, read.history, *choice.specification, whole, user_.skip_malformed);
    CheckResult result =
        check_result(file, std::string(to_string(read.format)), read.history, std::move(judgement));
    if (user_.verify && result.judgement.status != Status::undecided) {
      verify_certificate(file, read.history, result);
    }
    document_.judge_seconds += wall_seconds() - began;
    if (wants_page()) {
      page_.histories.push_back({result, check_picture(read.history, result.judgement, limits())});
    }
    add(std::move(result));
  }

  void add(CheckResult result) {
    if (user_.format != "json") print_result(result);
    document_.results.push_back(std::move(result));
  }

  Specification with_refusals(Specification specification) const {
    if (!user_.refusals.empty()) {
      specification.refusals = user_.refusals == "strict" ? Refusals::strict : Refusals::ignored;
    }
    return specification;
  }

  JudgeLimits limits() const {
    JudgeLimits limits;
    if (user_.budget) limits.search_steps = *user_.budget;
    if (user_.budget) limits.steps_per_operation = 0;
    limits.jobs = std::max(1U, user_.jobs);
    return limits;
  }

  bool wants_page() const {
    return std::ranges::any_of(outputs_,
                               [](const Output& output) { return output.kind == "html"; });
  }

  // One result is told in full. Of many files, the first violation is.
  void print_result(const CheckResult& result) {
    const bool violated = result.judgement.status == Status::violated;
    const bool in_full = user_.files.size() == 1 || (violated && !drawn_);
    drawn_ = drawn_ || violated;
    if (in_full && !document_.results.empty()) fmt::print("\n");
    const TerminalStyle style = terminal_style();
    fmt::print("{}", in_full ? check_text(result, style) : check_line(result, style));
    std::fflush(stdout);
  }

  Exit exit_code() const {
    if (document_.interrupted) return Exit::interrupted;
    if (unwritten_) return Exit::environment;
    if (refused_) return Exit::usage;
    const auto any = [&](Status status) {
      return std::ranges::any_of(document_.results, [status](const CheckResult& result) {
        return result.judgement.status == status;
      });
    };
    if (any(Status::violated)) return Exit::violation;
    return any(Status::undecided) ? Exit::undecided : Exit::met;
  }

  const CheckOptionsOfUser& user_;
  std::vector<Specification> named_;
  std::vector<Output> outputs_;
  CheckDocument document_;
  Page page_;
  bool drawn_ = false;
  bool refused_ = false;
  bool unwritten_ = false;
};

Exit check_command(const CheckOptionsOfUser& user) {
  Complaints wrong;
  check_format(user.format, wrong, kVerdictFormats);
  std::vector<Output> outputs = parse_outputs(user.outputs, kCheckOutputs, wrong);
  if (!user.refusals.empty() && user.refusals != "strict" && user.refusals != "ignored") {
    wrong.push_back(fmt::format("--refusals: expected strict or ignored, got {}", user.refusals));
  }
  if (user.files.size() > 1 && std::ranges::any_of(outputs, is_conversion)) {
    wrong.emplace_back("-o: one history at a time can be converted");
  }
  std::vector<Specification> named;
  const bool only_judges = outputs.empty() && !user.verify && user.specifications.size() == 1;
  if (user.one_pass && !only_judges) {
    wrong.emplace_back("--one-pass: expected one --spec, and neither --verify nor -o");
  }
  for (const std::string& text : user.specifications) {
    const Result<Specification> parsed = parse_specification(text);
    if (parsed) {
      named.push_back(*parsed);
      if (user.one_pass && !allows_one_pass(parsed->kind)) {
        wrong.push_back(fmt::format("--one-pass: expected owner-mutex or fenced, got {}", text));
      }
    } else {
      for (const Diagnostic& one : parsed.error()) {
        wrong.push_back("--spec: " + to_string(one) + "; see picklock list specs");
      }
    }
  }
  for (const std::string& complaint : wrong) fmt::print(stderr, "picklock check: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  return Check(user, std::move(named), std::move(outputs)).run();
}

}  // namespace

void add_check(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<CheckOptionsOfUser>();
  CLI::App* check = app.add_subcommand("check", "Judges recorded histories, whoever recorded them");
  check
      ->add_option("FILE", user->files,
                   "histories: picklock JSON Lines, Jepsen EDN or JSON or log, CSV")
      ->required();
  check
      ->add_option("--spec", user->specifications,
                   "what the object promises, see picklock list specs; without it the operations "
                   "decide, if they can")
      ->allow_extra_args(false);
  check->add_option("--budget", user->budget, "steps that the search of one object may take");
  check->add_option("--refusals", user->refusals,
                    "strict: each must have had its reason; ignored: they are not judged");
  check->add_flag("--skip-malformed", user->skip_malformed,
                  "judge what could be read where some lines could not");
  check->add_flag("--verify", user->verify, "check each certificate again, by other code");
  check->add_flag("--one-pass", user->one_pass,
                  "judge while reading, in memory that depends on the clients only: owner-mutex "
                  "and fenced");
  check->add_option("-j,--jobs", user->jobs, "threads; the results are the same for any number");
  check->add_option("--format", user->format, "text, json or github");
  check
      ->add_option("-o,--output", user->outputs,
                   "write KIND=FILE: json, html, junit, markdown, edn, jsonl")
      ->allow_extra_args(false);
  check->footer("Example: picklock check history.edn --spec owner-mutex");
  check->callback([user, &exit] { exit = check_command(*user); });
}

}  // namespace picklock::cli

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "checker/properties.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/trace_input.h"
#include "cli/violation.h"
#include "cli/violation_output.h"
#include "reports/explanation.h"
#include "reports/steps.h"
#include "reports/terminal.h"
#include "search/counterfactual.h"
#include "search/pitfall.h"
#include "search/vocabulary.h"

namespace picklock::cli {
namespace {

struct ExplainOptionsOfUser {
  std::string path;
  std::string fix;
  std::string format = "text";
  std::uint64_t futures = CounterfactualOptions{}.futures;
  std::uint64_t seeds = CounterfactualOptions{}.seeds;
  std::vector<std::string> outputs;
};

constexpr std::size_t kMostSteps = 12;
const std::vector<std::string> kExplainOutputs{"json", "html"};

Explanation explain(const ViolatingTrace& found, RunPicture picture, const LockRegistry& locks,
                    const CounterfactualOptions& options) {
  const LoadedScenario& loaded = found.input.loaded;
  Explanation explanation;
  explanation.property_id = find_property(picture.property)->id;
  const PitfallClass* pitfall =
      pitfall_of(loaded.scenario, picture.history, picture.counterexample, picture.property);
  if (pitfall != nullptr) {
    explanation.pitfall = pitfall->id;
    explanation.cause = pitfall->name;
    explanation.moral = pitfall->moral;
  }
  std::vector<TrueTime> instants;
  for (Step& step : story_of(picture, kMostSteps)) {
    instants.push_back(step.at);
    explanation.steps.push_back(
        {.at = step.at, .text = std::move(step.text), .is_wrong = step.is_wrong});
  }
  const std::vector<Share> shares = inevitability(loaded.scenario, found.input.choices,
                                                  picture.property, instants, locks, options);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    explanation.steps[i].futures = shares[i].runs;
    explanation.steps[i].violated = shares[i].violated;
  }
  for (const Trial& trial :
       try_fixes(loaded, found.input.choices, picture.property, locks, options)) {
    explanation.trials.push_back({.fix = trial.fix,
                                  .about = trial.about,
                                  .on_schedule = trial.on_schedule,
                                  .grants = trial.grants,
                                  .runs = trial.aimed_anew.runs,
                                  .violated = trial.aimed_anew.violated});
  }
  explanation.run = std::move(picture);
  return explanation;
}

// The schedule with each of the scenario's fixes. What does not break is drawn over the same time.
std::vector<ExplainedRun::Variant> variants_of(const ViolatingTrace& found,
                                               const RunPicture& picture,
                                               const LockRegistry& locks) {
  const LoadedScenario& loaded = found.input.loaded;
  std::vector<ExplainedRun::Variant> variants;
  for (const Fix& fix : loaded.scenario.fixes) {
    const Result<LoadedScenario> fixed = apply_fix(loaded, fix, vocabulary_of(locks));
    if (!fixed) continue;
    Recording run = replay_run(fixed->scenario, locks, found.input.choices);
    Verdict verdict = find_property(picture.property)->judge(Timeline(run.history), Limits{});
    ExplainedRun::Variant& variant = variants.emplace_back();
    variant.fix = fix.name;
    variant.status = verdict.status;
    variant.run = {.counterexample = {.reason = "safe on this schedule",
                                      .from = picture.counterexample.from,
                                      .until = picture.counterexample.until},
                   .property = picture.property,
                   .seed = picture.seed,
                   .digest = run.digest};
    if (verdict.counterexample) variant.run.counterexample = std::move(*verdict.counterexample);
    if (verdict.status == Status::undecided) {
      variant.run.counterexample.reason = verdict.undecided_because;
    }
    variant.run.history = std::move(run.history);
  }
  return variants;
}

// The same schedule with one of the scenario's fixes.
Exit replay_with(const ExplainOptionsOfUser& user, const ViolatingTrace& found,
                 const LockRegistry& locks) {
  const LoadedScenario& loaded = found.input.loaded;
  std::vector<std::string> names;
  for (const Fix& fix : loaded.scenario.fixes) names.push_back(fix.name);
  const auto fix = std::ranges::find(loaded.scenario.fixes, user.fix, &Fix::name);
  if (fix == loaded.scenario.fixes.end()) {
    const std::string hint = did_you_mean(user.fix, names);
    fmt::print(stderr,
               "picklock explain: --with: expected one of the {} fixes of the scenario, got {}{}\n",
               names.size(), user.fix, hint.empty() ? "" : " (" + hint + ")");
    return Exit::usage;
  }
  const Result<LoadedScenario> fixed = apply_fix(loaded, *fix, vocabulary_of(locks));
  Recording run = replay_run(fixed->scenario, locks, found.input.choices);
  const std::string& property = found.input.trace.property;
  const Verdict verdict = find_property(property)->judge(Timeline(run.history), Limits{});
  const TerminalStyle style = terminal_style();
  fmt::print("{} with {}: {} {} on this schedule\n", loaded.scenario.name, fix->name,
             symbol(verdict.status, style), status_name(verdict.status));
  if (!fix->about.empty()) fmt::print("  {}\n", printable(fix->about, style));
  if (verdict.status != Status::violated) return Exit::met;
  RunPicture picture = as_recorded(*fixed, std::move(run), property, Limits{});
  picture.seed = found.input.trace.seed;
  fmt::print("{}", violation_text(picture, style));
  return Exit::met;
}

std::string explained_page(const ViolatingTrace& found, const Explanation& explanation,
                           const LockRegistry& locks) {
  Page page = page_of(found.input.loaded.scenario, explanation.run);
  page.explained = ExplainedRun{.explanation = explanation,
                                .variants = variants_of(found, explanation.run, locks)};
  return html_page(page);
}

Exit explain_command(const ExplainOptionsOfUser& user) {
  Complaints wrong;
  check_format(user.format, wrong);
  const std::vector<Output> outputs = parse_outputs(user.outputs, kExplainOutputs, wrong);
  if (user.futures == 0 || user.seeds == 0) {
    wrong.emplace_back("--futures, --seeds: expected a number above 0, got 0");
  }
  for (const std::string& complaint : wrong)
    fmt::print(stderr, "picklock explain: {}\n", complaint);
  if (!wrong.empty()) return Exit::usage;
  const LockRegistry locks = builtin_locks();
  std::optional<ViolatingTrace> found = read_violation(user.path, locks);
  if (!found) return Exit::usage;
  listen_for_interrupt();
  if (!user.fix.empty()) return replay_with(user, *found, locks);
  RunPicture picture = as_recorded(found->input.loaded, std::move(found->recording),
                                   found->input.trace.property, Limits{});
  picture.seed = found->input.trace.seed;
  picture.reproduce = "picklock explain " + shell_word(user.path);
  const Explanation explanation = [&] {
    Progress progress("trying what else might have happened", "runs", Total::unknown);
    CounterfactualOptions options{
        .futures = user.futures, .seeds = user.seeds, .stop = &interrupted()};
    options.progress = [&](std::uint64_t runs) { progress.show(runs); };
    return explain(*found, std::move(picture), locks, options);
  }();
  const std::string json = explanation_json(explanation, PICKLOCK_VERSION);
  if (user.format == "json") {
    fmt::print("{}", json);
  } else {
    const TerminalStyle style = terminal_style();
    const auto& fixes = found->input.loaded.scenario.fixes;
    fmt::print("{}\n{} picklock {} {}{}\n", explanation_text(explanation, style),
               printable("→", style), fixes.empty() ? "replay" : "explain", shell_word(user.path),
               fixes.empty() ? "" : " --with " + shell_word(fixes.front().name));
  }
  for (const Output& output : outputs) {
    const bool is_page = output.kind == "html";
    const bool written =
        write_file(output.path, is_page ? explained_page(*found, explanation, locks) : json);
    if (!written) return Exit::environment;
  }
  return interrupted() ? Exit::interrupted : Exit::met;
}

}  // namespace

void add_explain(CLI::App& app, Exit& exit) {
  auto user = std::make_shared<ExplainOptionsOfUser>();
  CLI::App* explain = app.add_subcommand(
      "explain", "Says what happened in a trace, why, since when, and what would have helped");
  explain->add_option("TRACE", user->path, "a trace of a violation")->required();
  explain->add_option("--with", user->fix, "replay the schedule with this fix of the scenario");
  explain->add_option("--futures", user->futures, "futures that are tried from each step on");
  explain->add_option("--seeds", user->seeds, "runs of each fix with the faults aimed anew");
  explain->add_option("--format", user->format, "text or json");
  explain->add_option("-o,--output", user->outputs, "also write KIND=FILE: json or html")
      ->allow_extra_args(false);
  explain->footer("Example: picklock explain run.trace.json");
  explain->callback([user, &exit] { exit = explain_command(*user); });
}

}  // namespace picklock::cli

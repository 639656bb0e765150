#include "reports/exploration.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/canvas.h"
#include "reports/json.h"
#include "reports/statistics.h"
#include "reports/terminal.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

// 1234567 as "1,234,567".
std::string bound_text(const ExplorationResult& result) {
  return fmt::format("{}, {}, {}", counted(result.faults, "fault"),
                     counted(result.clients, "client"), counted(result.rounds, "round"));
}

// What has been shown about runs with fewer faults.
std::string certificate(const ExplorationResult& result) {
  if (result.violation && result.placed_faults == 0) return "it needs no fault";
  if (result.none_below == 0 && result.none_below_deviations > 0) {
    return fmt::format(
        "there is none with fewer than {} (placed faults, and clients that are interrupted while "
        "they could go on)",
        counted(result.none_below_deviations, "deviation"));
  }
  if (result.none_below == 0) return "nothing was tried to its end";
  const std::string_view where =
      result.strategy == "exhaustive" ? "in any order" : "in a run that is dull otherwise";
  if (result.none_below == 1) return fmt::format("without a placed fault there is none {}", where);
  return fmt::format("there is none with fewer than {} {}",
                     counted(result.none_below, "placed fault"), where);
}

std::string found_text(const ExplorationResult& result) {
  return fmt::format("found in run {} by {}, with {}; {}", grouped(result.found_in_run),
                     result.found_by, counted(result.placed_faults, "placed fault"),
                     certificate(result));
}

// What is counted beside runs.
std::string counts_text(const ExplorationResult& result) {
  std::string text;
  if (result.states > 0) text += ", " + counted(result.states, "state");
  if (result.sampled > 0) {
    text += fmt::format(", {} of {} drawn ones different", grouped(result.different),
                        grouped(result.sampled));
  }
  return text + fmt::format(", {} deep", counted(result.depth, "event"));
}

// Of what a run that is drawn would still be new: Good's estimate of what has not been seen.
double unseen(const ExplorationResult& result) {
  return static_cast<double>(result.once) / static_cast<double>(result.sampled);
}

// How far it came with what it tries one by one. Empty where nothing is known.
std::string reach_text(const ExplorationResult& result) {
  if (result.done == 0) return "";
  const std::string what =
      result.trying == 0 ? "the plan itself"
                         : fmt::format("the placements of {}", counted(result.trying, "fault"));
  return fmt::format("about {} of {}", percent(result.done, false), what);
}

std::string nothing_text(const ExplorationResult& result) {
  if (result.complete) {
    return fmt::format("no violation within {}: {}, complete{}", bound_text(result),
                       counted(result.runs, "run"), counts_text(result));
  }
  std::string text = fmt::format(
      "no violation found within {}: {} of a budget of {}{}, not complete", bound_text(result),
      counted(result.runs, "run"), grouped(result.budget), counts_text(result));
  if (const std::string reach = reach_text(result); !reach.empty()) text += ", " + reach;
  if (result.sampled > 0) {
    text += fmt::format("; the next run that is drawn would be new with a chance of {}",
                        percent(unseen(result), true));
  }
  if (result.interrupted) text += ", interrupted";
  if (result.undecided_runs > 0) {
    text += fmt::format("; {} could not be decided", counted(result.undecided_runs, "run"));
  }
  return text + "; " + certificate(result);
}

std::string paragraph(std::string_view text, const TerminalStyle& style) {
  std::string out;
  const auto width = static_cast<std::size_t>(std::max(style.width, 40)) - 2;
  for (const std::string& line : wrapped(printable(text, style), width)) out += "  " + line + "\n";
  return out;
}

Status status_of(const ExplorationResult& result) {
  if (result.violation) return Status::violated;
  return result.complete ? Status::holds : Status::undecided;
}

}  // namespace

std::string exploration_text(const ExplorationResult& result, std::string_view next_command,
                             const TerminalStyle& style) {
  const Status status = status_of(result);
  const std::string_view word = status == Status::violated ? "VIOLATION"
                                : status == Status::holds  ? "NONE"
                                                           : "UNDECIDED";
  const Ink ink = status == Status::violated ? Ink::wrong
                  : status == Status::holds  ? Ink::good
                                             : Ink::warn;
  std::string out = inked(fmt::format("{} {}", symbol(status, style), word), ink, style);
  out += fmt::format("  {}\n", printable(result.name, style));
  out += paragraph(result.violation ? found_text(result) : nothing_text(result), style);
  if (result.violation) out += violation_text(*result.violation, style);
  if (!next_command.empty()) {
    out += fmt::format("\n{} {}\n", printable("→", style), printable(next_command, style));
  }
  return out;
}

std::string exploration_progress(const ExplorationResult& so_far, double seconds) {
  if (so_far.runs == 0 || seconds <= 0) return fmt::format("exploring {}", so_far.name);
  const auto runs = static_cast<double>(so_far.runs);
  std::string text =
      fmt::format("exploring {}: {}, {}/s{}", so_far.name, counted(so_far.runs, "run"),
                  grouped(static_cast<std::uint64_t>(runs / seconds)), counts_text(so_far));
  const double budget_left = static_cast<double>(so_far.budget) - runs;
  if (so_far.done > 0) {
    const auto these = static_cast<double>(so_far.runs - so_far.trying_since);
    const double rest = std::min(budget_left, these * (1 - so_far.done) / so_far.done);
    text += ", " + reach_text(so_far);
    const bool is_last = so_far.trying == so_far.faults && so_far.sampled == 0;
    if (is_last && rest < budget_left) {
      return text + fmt::format(", about {} left", span_text(rest * seconds / runs));
    }
    text += fmt::format(" ({} more)", span_text(rest * seconds / runs));
  }
  return text + fmt::format(", at most {} left", span_text(budget_left * seconds / runs));
}

std::string exploration_json(const ExplorationResult& result, const std::string& version) {
  Json json;
  json["schema"] = "picklock-exploration-1";
  json["version"] = version;
  json["scenario"] = result.name;
  json["file"] = result.file;
  json["about"] = result.about;
  json["strategy"] = result.strategy;
  json["bound"] = {
      {"faults", result.faults}, {"clients", result.clients}, {"rounds", result.rounds}};
  json["properties"] = result.properties;
  json["verdict"] = status_name(status_of(result));
  json["runs"] = result.runs;
  json["budget"] = result.budget;
  json["states"] = result.states;
  json["depth"] = result.depth;
  json["sampled_runs"] = {{"all", result.sampled}, {"different", result.different}};
  json["sampled_runs"]["next_is_new"] = Json();
  if (result.sampled > 0) json["sampled_runs"]["next_is_new"] = six_digits(unseen(result));
  json["trying"] = {{"faults", result.trying}, {"done", six_digits(result.done)}};
  json["undecided_runs"] = result.undecided_runs;
  json["none_below_faults"] = result.none_below;
  json["none_below_deviations"] = result.none_below_deviations;
  json["complete"] = result.complete;
  json["interrupted"] = result.interrupted;
  json["found"] = Json();
  if (result.violation) {
    json["found"] = {{"by", result.found_by},
                     {"run", result.found_in_run},
                     {"placed_faults", result.placed_faults}};
    json["found"]["violation"] =
        Json::parse(recorded_run_json(*result.violation, result.name, version));
  }
  json["timing"]["wall_seconds"] = six_digits(result.wall_seconds);
  if (result.wall_seconds > 0) {
    const double rate = static_cast<double>(result.runs) / result.wall_seconds;
    json["timing"]["runs_per_second"] = six_digits(rate);
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace picklock

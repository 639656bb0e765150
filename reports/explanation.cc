#include "reports/explanation.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/table.h"
#include "reports/terminal.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

// Words, times and shares in columns; what is too long goes on below.
class Columns {
 public:
  Columns(const TerminalStyle& style, std::size_t from, std::size_t until)
      : style_(style), from_(from), width_(std::max<std::size_t>(until, from + 16) - from) {}

  // The lines of one entry: its words, and beside the first of them `left` and `right`.
  std::string entry(const std::string& left, const std::string& words, Ink ink,
                    const std::string& right, Ink right_ink) const {
    std::string out;
    bool is_first = true;
    for (const std::string& part : wrapped(printable(words, style_), width_)) {
      CellLine line;
      if (is_first) line.write(0, left, Ink::dim);
      line.write(from_, part, ink);
      if (is_first) line.write(from_ + width_ + 2, printable(right, style_), right_ink);
      out += line.text(style_) + "\n";
      is_first = false;
    }
    return out;
  }

 private:
  const TerminalStyle& style_;
  std::size_t from_;
  std::size_t width_;
};

std::size_t reading_width(const TerminalStyle& style) {
  return static_cast<std::size_t>(std::clamp(style.width, 40, 120));
}

std::string steps_text(const Explanation& explanation, const TerminalStyle& style) {
  std::size_t longest = 0;
  for (const auto& step : explanation.steps) {
    longest = std::max(longest, instant_text(step.at).size());
  }
  constexpr std::size_t kShare = 24;  // "50 of 50 ← no way back"
  const std::size_t from = 6 + longest + 2;
  const Columns columns(style, from, reading_width(style) - kShare);
  const std::size_t fatal = point_of_no_return(explanation);
  std::string out =
      columns.entry("  what happened", " ", Ink::plain, "broken in futures", Ink::dim);
  for (std::size_t i = 0; i < explanation.steps.size(); ++i) {
    const Explanation::Step& step = explanation.steps[i];
    const std::string left = fmt::format("  {:>2}  {:>{}}", i + 1, instant_text(step.at), longest);
    std::string share = fmt::format("{} of {}", step.violated, step.futures);
    if (i == fatal) share += " ← no way back";
    out += columns.entry(left, step.text, step.is_wrong ? Ink::wrong : Ink::plain, share,
                         i >= fatal ? Ink::wrong : Ink::dim);
  }
  return out;
}

PropertyResult as_property(const Explanation::Trial& trial) {
  return {.runs = trial.runs, .violated_runs = trial.violated};
}

Cell on_schedule_cell(const Explanation::Trial& trial) {
  Cell cell{.is_asked = true};
  if (trial.on_schedule == Status::violated) {
    cell.mark = Mark::violated;
    cell.text = "broken";
  } else if (trial.on_schedule == Status::undecided) {
    cell.mark = Mark::undecided;
    cell.text = "undecided";
  } else {
    cell.mark = trial.grants == 0 ? Mark::vacuous : Mark::holds;
    cell.text = trial.grants == 0 ? "no lock" : "safe";
  }
  return cell;
}

Cell aimed_anew_cell(const Explanation::Trial& trial) {
  if (trial.runs == 0) return {.mark = Mark::vacuous, .text = "no fault to aim", .is_asked = true};
  return {.mark = trial.violated > 0 ? Mark::violated : Mark::holds,
          .text = frequency_text(as_property(trial)),
          .is_asked = true};
}

std::string cell_text(const Cell& cell, const TerminalStyle& style) {
  const std::string_view mark = cell.mark == Mark::violated    ? symbol(Status::violated, style)
                                : cell.mark == Mark::undecided ? symbol(Status::undecided, style)
                                : cell.mark == Mark::holds     ? symbol(Status::holds, style)
                                                               : vacuous_symbol(style);
  return std::string(mark) + " " + cell.text;
}

std::string trials_text(const Explanation& explanation, const TerminalStyle& style) {
  if (explanation.trials.empty()) return {};
  std::size_t longest = 24;
  for (const auto& trial : explanation.trials) longest = std::max(longest, cells(trial.fix));
  longest = std::min(longest, reading_width(style) / 2);
  std::string out =
      inked("\n  " + padded("which change defeats it", longest + 2), Ink::dim, style) +
      inked(padded("this schedule", 15) + "its faults aimed anew", Ink::dim, style) + "\n";
  for (const auto& trial : explanation.trials) {
    const bool is_bad = trial.violated > 0 || trial.on_schedule == Status::violated;
    const std::string name = trial.fix.empty() ? "(none)" : printable(trial.fix, style);
    out += "  " + padded(name, longest + 2) +
           padded(cell_text(on_schedule_cell(trial), style), 15) +
           inked(cell_text(aimed_anew_cell(trial), style), is_bad ? Ink::wrong : Ink::good, style) +
           "\n";
  }
  return out;
}

std::string why_text(const Explanation& explanation, const TerminalStyle& style) {
  std::string out = "\n";
  if (explanation.pitfall.empty()) {
    return out + inked("  why: unclassified; no rule knows this story", Ink::bold, style) + "\n";
  }
  out += inked(fmt::format("  why: {} ({})", explanation.cause, explanation.pitfall), Ink::bold,
               style) +
         "\n";
  for (const std::string& line : wrapped(explanation.moral, reading_width(style) - 4)) {
    out += "  " + printable(line, style) + "\n";
  }
  return out;
}

}  // namespace

Table trial_table(const Explanation& explanation) {
  Table table{.title = "Which change defeats it?"};
  table.columns = {{.name = "this schedule"}, {.name = "its faults aimed anew"}};
  for (const Explanation::Trial& trial : explanation.trials) {
    table.rows.push_back({.name = trial.fix.empty() ? "no change" : trial.fix,
                          .note = trial.about,
                          .cells = {on_schedule_cell(trial), aimed_anew_cell(trial)}});
  }
  return table;
}

std::size_t point_of_no_return(const Explanation& explanation) {
  std::size_t first = explanation.steps.size();
  while (first > 0) {
    const Explanation::Step& step = explanation.steps[first - 1];
    if (step.futures == 0 || step.violated < step.futures) break;
    --first;
  }
  return first;
}

std::string explanation_text(const Explanation& explanation, const TerminalStyle& style) {
  std::string out =
      inked(fmt::format("\n  {} ({})", explanation.run.property, explanation.property_id),
            Ink::bold, style) +
      "\n";
  for (const std::string& line :
       wrapped(explanation.run.counterexample.reason, reading_width(style) - 4)) {
    out += inked("  " + printable(line, style), Ink::wrong, style) + "\n";
  }
  out += "\n" + steps_text(explanation, style);
  return out + why_text(explanation, style) + trials_text(explanation, style);
}

std::string explanation_json(const Explanation& explanation, const std::string& version) {
  Json json;
  json["schema"] = "picklock-explanation-1";
  json["version"] = version;
  json["property"] = explanation.run.property;
  json["reason"] = explanation.run.counterexample.reason;
  json["seed"] = explanation.run.seed;
  json["digest"] = hex_digest(explanation.run.digest);
  json["pitfall"] = explanation.pitfall.empty() ? Json() : Json(explanation.pitfall);
  json["cause"] = explanation.pitfall.empty() ? "unclassified" : explanation.cause;
  json["moral"] = explanation.moral;
  const std::size_t fatal = point_of_no_return(explanation);
  json["no_way_back_from"] = fatal < explanation.steps.size() ? Json(fatal + 1) : Json();
  json["steps"] = Json::array();
  for (const auto& step : explanation.steps) {
    json["steps"].push_back({{"at_ns", nanoseconds(step.at)},
                             {"text", step.text},
                             {"futures", step.futures},
                             {"violated", step.violated}});
  }
  json["trials"] = Json::array();
  for (const auto& trial : explanation.trials) {
    Json one;
    one["fix"] = trial.fix.empty() ? Json() : Json(trial.fix);
    one["about"] = trial.about;
    one["on_schedule"] = status_name(trial.on_schedule);
    one["grants"] = trial.grants;
    one["aimed_anew"] = {{"runs", trial.runs}, {"violated_runs", trial.violated}};
    json["trials"].push_back(std::move(one));
  }
  return json.dump(2) + "\n";
}

}  // namespace picklock

#include "reports/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/properties.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

std::uint64_t decided_runs(const PropertyResult& property) {
  return property.runs - property.undecided_runs;
}

Mark mark_of(const PropertyResult& property) {
  if (property.status == Status::violated) return Mark::violated;
  if (property.status == Status::undecided) return Mark::undecided;
  return property.judged == 0 ? Mark::vacuous : Mark::holds;
}

std::string share_of(const PropertyResult& property, Mark mark) {
  if (mark == Mark::vacuous || decided_runs(property) == 0) return "";
  if (mark == Mark::violated) return percent(rate(property), false);
  return "< " + percent(upper_bound_95(property), true);
}

std::string expectation_text(const PropertyResult& property) {
  if (property.expected.empty() || property.expected == "any") return "";
  return property.met ? "expected" : fmt::format("NOT met: expected {}", property.expected);
}

bool is_harmful(const PropertyResult& property) {
  return property.status == Status::violated && property.id != "S2";
}

std::string runs_text(std::uint64_t runs) {
  return fmt::format("{} run{}", runs, runs == 1 ? "" : "s");
}

const PropertyResult* find(const ScenarioResult& result, std::string_view name) {
  const auto found = std::ranges::find(result.properties, name, &PropertyResult::name);
  return found == result.properties.end() ? nullptr : &*found;
}

// Which lock, and where it was tried.
std::string place_text(const ScenarioResult& result) {
  std::string place = result.lock;
  if (result.world == "real") place += ", on real servers";
  if (result.not_run.empty()) return place;
  return fmt::format("{}: not run: {}", place, fmt::join(result.not_run, "; "));
}

// Why the property is violated, as far as a run of it was kept.
std::string detail_of(const ScenarioResult& result, const std::string& property) {
  const auto text = [](const RunPicture& run) {
    return run.counterexample.reason + (run.reproduce.empty() ? "" : "\n" + run.reproduce);
  };
  const auto run = std::ranges::find(result.violations, property, &RunPicture::property);
  if (run != result.violations.end()) return text(*run);
  const bool is_drawn = result.first_violation && result.first_violation->property == property;
  return is_drawn ? text(*result.first_violation) : "";
}

Cell check_cell(const CheckResult& result) {
  const Judgement& judgement = result.judgement;
  Cell cell;
  cell.is_asked = true;
  cell.is_alarm = judgement.status != Status::holds;
  cell.text = status_name(judgement.status);
  if (judgement.status == Status::holds) {
    cell.mark = Mark::holds;
  } else if (judgement.status == Status::violated) {
    cell.mark = Mark::violated;
    cell.detail = judgement.reason;
  } else {
    cell.mark = Mark::undecided;
    cell.detail = judgement.undecided_because;
  }
  return cell;
}

}  // namespace

std::string_view to_string(Mark mark) {
  switch (mark) {
    case Mark::holds:
      return "holds";
    case Mark::violated:
      return "violated";
    case Mark::undecided:
      return "undecided";
    case Mark::figure:
      return "figure";
    case Mark::vacuous:
      break;
  }
  return "vacuous";
}

std::string_view sign_of(Mark mark) {
  switch (mark) {
    case Mark::holds:
      return "✓";
    case Mark::violated:
      return "✗";
    case Mark::undecided:
      return "?";
    case Mark::figure:
      return "";
    case Mark::vacuous:
      break;
  }
  return "○";
}

std::string frequency_text(const PropertyResult& property) {
  const std::uint64_t decided = decided_runs(property);
  std::string text = fmt::format("{} of {}", property.violated_runs, decided);
  if (decided > 0 && property.violated_runs > 0) {
    text += ": " + percent(rate(property), false);
  } else if (decided > 0) {
    text += fmt::format(": < {} (95 %)", percent(upper_bound_95(property), true));
  }
  if (property.undecided_runs > 0) text += fmt::format(", {} undecided", property.undecided_runs);
  return text;
}

Cell property_cell(const PropertyResult& property) {
  Cell cell;
  cell.mark = mark_of(property);
  cell.share = share_of(property, cell.mark);
  cell.text = cell.mark == Mark::vacuous ? "nothing to judge" : frequency_text(property);
  cell.note = expectation_text(property);
  cell.is_asked = !cell.note.empty();
  cell.is_alarm = !property.met;
  cell.rate = rate(property);
  cell.upper_bound_95 = upper_bound_95(property);
  cell.violated = property.violated_runs;
  cell.decided = decided_runs(property);
  cell.high = cell.upper_bound_95;
  if (cell.violated > 0) {
    const RateInterval interval = interval_95(cell.violated, cell.decided);
    cell.low = interval.low;
    cell.high = interval.high;
  }
  return cell;
}

Cell interval_cell(const PropertyResult& property) {
  Cell cell = property_cell(property);
  cell.note.clear();
  cell.is_asked = true;
  cell.is_alarm = false;
  if (cell.share.empty()) return cell;
  cell.text = cell.share;
  if (cell.violated > 0) {
    cell.text += fmt::format(" ({} to {})", percent_down(cell.low), percent(cell.high, true));
  }
  if (property.undecided_runs > 0) {
    cell.text += fmt::format(", {} undecided", property.undecided_runs);
  }
  return cell;
}

Cell fix_cell(const FixResult& fix) {
  const PropertyResult* worst = nullptr;
  bool violated = false;
  bool undecided = false;
  for (const PropertyResult& property : fix.properties) {
    violated = violated || property.status == Status::violated;
    undecided = undecided || property.status == Status::undecided;
    if (!is_harmful(property)) continue;
    if (worst == nullptr || property.violated_runs > worst->violated_runs) worst = &property;
  }
  Cell cell{.mark = Mark::holds, .is_asked = true, .is_alarm = !fix.met};
  if (worst != nullptr) {
    cell = property_cell(*worst);
    cell.text = fmt::format("still broken: {} {}", worst->name, cell.text);
    cell.is_asked = true;
    cell.is_alarm = !fix.met;
  } else if (violated) {
    cell.text = fmt::format("safe in {}: mistaken holders do no harm", runs_text(fix.runs));
  } else if (undecided) {
    cell.mark = Mark::undecided;
    cell.text = "undecided";
  } else {
    cell.text = "safe in " + runs_text(fix.runs);
  }
  cell.note = fix.met ? "" : "NOT as expected";
  return cell;
}

Table verdict_table(const std::vector<ScenarioResult>& results) {
  Table table{.title = "Verdicts"};
  for (const Property& property : properties()) {
    const bool judged = std::ranges::any_of(results, [&](const ScenarioResult& result) {
      const PropertyResult* found = find(result, property.name);
      return found != nullptr && property_cell(*found).mark != Mark::vacuous;
    });
    if (!judged) continue;
    table.columns.push_back(
        {std::string(property.name), std::string(property.id), std::string(property.title)});
  }
  for (const ScenarioResult& result : results) {
    Row row{.name = result.name,
            .note = place_text(result),
            .is_alarm = !result.expectation_met && result.not_run.empty(),
            .file = result.file,
            .problems = result.problems};
    for (const Column& column : table.columns) {
      const PropertyResult* found = find(result, column.name);
      Cell& cell = row.cells.emplace_back(Cell{.text = "not judged"});
      if (found == nullptr) continue;
      cell = property_cell(*found);
      if (cell.mark == Mark::violated) cell.detail = detail_of(result, column.name);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table fix_table(const ScenarioResult& result) {
  Table table{.title = "The same seeds and faults with", .subject = result.name};
  table.columns.push_back({.name = "the same seeds, the same faults"});
  for (const FixResult& fix : result.fixes) {
    table.rows.push_back({.name = fix.name,
                          .note = fix.about,
                          .cells = {fix_cell(fix)},
                          .is_alarm = !fix.met,
                          .file = result.file});
  }
  return table;
}

std::vector<Table> result_tables(const std::vector<ScenarioResult>& results) {
  std::vector<Table> tables{verdict_table(results)};
  for (const ScenarioResult& result : results) {
    if (!result.fixes.empty()) tables.push_back(fix_table(result));
  }
  return tables;
}

std::vector<Table> check_tables(const std::vector<CheckResult>& results) {
  Table table{.title = "Histories"};
  table.columns.push_back({.name = "verdict"});
  for (const CheckResult& result : results) {
    table.rows.push_back({.name = result.file,
                          .note = to_string(result.judgement.specification),
                          .cells = {check_cell(result)},
                          .is_alarm = result.judgement.status != Status::holds,
                          .file = result.file});
  }
  return {table};
}

}  // namespace picklock

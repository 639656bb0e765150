#include "reports/markdown.h"

#include <fmt/core.h>

#include <algorithm>

#include "reports/escape.h"
#include "reports/shrinking_text.h"
#include "reports/steps.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

constexpr std::size_t kMostStories = 20;

std::string cell_words(const Cell& cell) {
  std::string words = markdown_text(cell.text);
  if (cell.mark != Mark::figure) words = fmt::format("{} {}", sign_of(cell.mark), words);
  if (cell.is_alarm) return fmt::format("**{}; {}**", words, markdown_text(cell.note));
  return cell.note.empty() ? words : words + "; " + markdown_text(cell.note);
}

std::string heading(const Column& column) {
  return markdown_text(column.id.empty() ? column.name : column.id + " " + column.name);
}

std::string row_name(const Row& row) {
  return markdown_text(row.note.empty() ? row.name : fmt::format("{} ({})", row.name, row.note));
}

std::string story(const ScenarioResult& result) {
  const RunPicture& run = *result.first_violation;
  std::string out =
      fmt::format("### ✗ {}: {}\n\n", markdown_text(result.name), markdown_text(run.property));
  if (!result.about.empty()) out += markdown_text(result.about) + "\n\n";
  out += fmt::format("{}\n\n", markdown_text(run.counterexample.reason));
  if (run.shrinking) out += markdown_text(shrinking_text(*run.shrinking)) + "\n\n";
  int number = 0;
  for (const Step& step : story_of(run, kStepsOfStory)) {
    out += fmt::format("{}. {} {}\n", ++number, instant_text(step.at), markdown_text(step.text));
  }
  out += "\n```mermaid\n" + mermaid_sequence(run) + "```\n\n";
  if (!result.fixes.empty()) out += markdown_table(fix_table(result)) + "\n";
  if (!run.reproduce.empty()) out += markdown_code(run.reproduce) + "\n\n";
  return out;
}

std::string head(const std::string& command, bool interrupted) {
  std::string out = "## picklock\n\n" + markdown_code(command) + "\n\n";
  if (interrupted) out += "**Interrupted: the figures are partial.**\n\n";
  return out;
}

}  // namespace

std::string markdown_table(const Table& table) {
  std::string out;
  if (table.rows.size() == 1 && table.columns.size() > 1 && table.axes.empty()) {
    const Row& row = table.rows.front();
    out += fmt::format("| | {} |\n| --- | --- |\n", row_name(row));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      out += fmt::format("| {} | {} |\n", heading(table.columns[i]), cell_words(row.cells[i]));
    }
    return out;
  }
  out += fmt::format("| {} |", markdown_text(table.title));
  for (const std::string& axis : table.axes) out += fmt::format(" {} |", markdown_text(axis));
  for (const Column& column : table.columns) out += fmt::format(" {} |", heading(column));
  out += "\n| --- |";
  for (std::size_t i = 0; i < table.axes.size() + table.columns.size(); ++i) out += " --- |";
  out += "\n";
  for (const Row& row : table.rows) {
    out += fmt::format("| {} |", row_name(row));
    for (const std::string& setting : row.settings) {
      out += fmt::format(" {} |", markdown_text(setting));
    }
    for (const Cell& cell : row.cells) out += fmt::format(" {} |", cell_words(cell));
    out += "\n";
  }
  return out;
}

std::string markdown_report(const ResultDocument& document, const std::string& command) {
  std::string out = head(command, document.interrupted);
  out += markdown_table(verdict_table(document.results)) + "\n";
  std::size_t stories = 0;
  for (const ScenarioResult& result : document.results) {
    for (const std::string& problem : result.problems) {
      out += fmt::format("**{}: {}**\n\n", markdown_text(result.name), markdown_text(problem));
    }
    if (result.first_violation && stories++ < kMostStories) out += story(result);
  }
  if (stories > kMostStories) {
    out += fmt::format("{} more scenarios with a violation are not told here.\n",
                       stories - kMostStories);
  }
  return out;
}

std::string markdown_report(const CheckDocument& document, const std::string& command) {
  const Table table = check_tables(document.results).front();
  std::string out = head(command, document.interrupted) + markdown_table(table) + "\n";
  for (const Row& row : table.rows) {
    const Cell& cell = row.cells.front();
    if (cell.detail.empty()) continue;
    out += fmt::format("{} {}: {}\n\n", sign_of(cell.mark), markdown_text(row.name),
                       markdown_text(cell.detail));
  }
  return out;
}

std::string markdown_report(const MeasurementDocument& document) {
  return head(document.command, document.interrupted) + markdown_table(measurement_table(document));
}

}  // namespace picklock

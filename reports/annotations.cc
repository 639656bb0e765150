#include "reports/annotations.h"

#include <fmt/core.h>

#include "reports/escape.h"

namespace picklock {
namespace {

std::string command(std::string_view kind, const std::string& file, int line,
                    std::string_view title, std::string_view message) {
  std::string place;
  if (!file.empty()) place += fmt::format("file={},", workflow_property(file));
  if (!file.empty() && line > 0) place += fmt::format("line={},", line);
  return fmt::format("::{} {}title={}::{}\n", kind, place, workflow_property(title),
                     workflow_message(message));
}

std::string message_of(const Cell& cell) {
  std::string message = cell.text;
  if (!cell.note.empty()) message += "; " + cell.note;
  if (!cell.detail.empty()) message += "\n" + cell.detail;
  return message;
}

}  // namespace

std::string annotations(std::span<const Table> tables, const LineOf& line_of) {
  std::string out;
  for (const Table& table : tables) {
    for (const Row& row : table.rows) {
      const std::string subject =
          table.subject.empty() ? row.name : table.subject + " with " + row.name;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Cell& cell = row.cells[i];
        if (!cell.is_alarm) continue;
        const bool is_decided = cell.mark == Mark::violated || cell.mark == Mark::holds;
        const std::string& about = table.subject.empty() ? table.columns[i].name : row.name;
        out += command(is_decided ? "error" : "warning", row.file, line_of(row.file, about),
                       fmt::format("{}: {}", subject, table.columns[i].name), message_of(cell));
      }
      for (const std::string& problem : row.problems) {
        out += command("error", row.file, 0, subject, problem);
      }
    }
  }
  return out;
}

}  // namespace picklock

#include <fmt/format.h>

#include <algorithm>

#include "reports/measurement.h"
#include "reports/statistics.h"
#include "reports/terminal.h"

namespace picklock {
namespace {

using Line = std::vector<std::string>;

std::string sign(Mark mark, const TerminalStyle& style) {
  if (mark == Mark::figure) return "";
  return printable(sign_of(mark), style) + " ";
}

Ink ink_of(const Cell& cell) {
  if (cell.mark == Mark::violated) return Ink::wrong;
  if (cell.mark == Mark::undecided) return Ink::warn;
  return cell.mark == Mark::figure ? Ink::plain : Ink::dim;
}

// What a reader looks for: everything that was measured, and the properties that broke or stayed open somewhere.
std::vector<std::size_t> interesting(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool tells = std::ranges::any_of(table.rows, [&](const Row& row) {
      const Mark mark = row.cells[i].mark;
      return mark == Mark::figure || mark == Mark::violated || mark == Mark::undecided;
    });
    if (tells) columns.push_back(i);
  }
  return columns;
}

// "/lock/ttl=1s", and the scenario where there are several.
std::string label_of(const Table& table, const Row& row, bool alone, const TerminalStyle& style) {
  std::string label = alone ? "" : row.name;
  for (std::size_t i = 0; i < table.axes.size(); ++i) {
    label += fmt::format("{}{}={}", label.empty() ? "" : " ", table.axes[i], row.settings[i]);
  }
  return printable(label.empty() ? row.name : label, style);
}

std::string aligned(const std::vector<Line>& lines, const std::vector<std::size_t>& widths,
                    const Table& table, const std::vector<std::size_t>& columns,
                    const TerminalStyle& style) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string line = "  ";
    for (std::size_t j = 0; j < widths.size(); ++j) {
      const bool last = j + 1 == widths.size();
      const std::string text = last ? lines[i][j] : padded(lines[i][j], widths[j]) + "  ";
      const Ink ink = i == 0   ? Ink::dim
                      : j == 0 ? Ink::plain
                               : ink_of(table.rows[i - 1].cells[columns[j - 1]]);
      line += inked(text, ink, style);
    }
    out += line + "\n";
  }
  return out;
}

// A point in as many lines as it has figures; a figure that does not fit beside its name stands under it.
std::string stacked(const std::vector<Line>& lines, const Table& table,
                    const std::vector<std::size_t>& columns, const TerminalStyle& style) {
  const auto width = static_cast<std::size_t>(style.width);
  std::size_t widest = 0;
  for (const std::string& heading : lines[0]) widest = std::max(widest, cells(heading));
  std::string out;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    for (const std::string& line : wrapped(lines[i][0], width - 2)) {
      out += "  " + inked(line, Ink::bold, style) + "\n";
    }
    for (std::size_t j = 1; j < lines[i].size(); ++j) {
      const std::string& text = lines[i][j];
      const bool fits = 4 + widest + 2 + cells(text) <= width;
      const std::string name = fits ? padded(lines[0][j], widest) : lines[0][j];
      out += "    " + inked(name, Ink::dim, style) + (fits ? "  " : "\n      ");
      out += inked(text, ink_of(table.rows[i - 1].cells[columns[j - 1]]), style) + "\n";
    }
  }
  return out;
}

std::string grid(const Table& table, const std::vector<std::size_t>& columns, bool alone,
                 const TerminalStyle& style) {
  std::vector<Line> lines{{""}};
  for (const std::size_t column : columns) lines[0].push_back(table.columns[column].name);
  for (const Row& row : table.rows) {
    Line& line = lines.emplace_back(Line{label_of(table, row, alone, style)});
    for (const std::size_t column : columns) {
      const Cell& cell = row.cells[column];
      line.push_back(sign(cell.mark, style) + printable(cell.text, style));
    }
  }
  std::vector<std::size_t> widths(columns.size() + 1);
  std::size_t total = 2;
  for (std::size_t j = 0; j < widths.size(); ++j) {
    for (const Line& line : lines) widths[j] = std::max(widths[j], cells(line[j]));
    total += widths[j] + (j + 1 < widths.size() ? 2 : 0);
  }
  const bool fits = total <= static_cast<std::size_t>(style.width);
  return fits ? aligned(lines, widths, table, columns, style)
              : stacked(lines, table, columns, style);
}

std::string paragraph(const std::string& text, Ink ink, const TerminalStyle& style) {
  std::string out;
  for (const std::string& line :
       wrapped(printable(text, style), static_cast<std::size_t>(style.width))) {
    out += inked(line, ink, style) + "\n";
  }
  return out;
}

// The properties without a column: none of their runs was violated.
std::string quiet_properties(const Table& table, const std::vector<std::size_t>& shown) {
  const std::size_t quiet = table.columns.size() - shown.size();
  if (quiet == 0) return "";
  double worst = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (std::ranges::find(shown, i) != shown.end()) continue;
    for (const Row& row : table.rows) {
      if (row.cells[i].decided > 0) worst = std::max(worst, row.cells[i].upper_bound_95);
    }
  }
  return fmt::format(
      "{} propert{} broke nowhere: each in less than {} of the runs of a point (95 %)", quiet,
      quiet == 1 ? "y" : "ies", percent(worst, true));
}

}  // namespace

std::string measurement_text(const MeasurementDocument& document, std::string_view next_command,
                             const TerminalStyle& wanted) {
  TerminalStyle style = wanted;
  style.width = std::clamp(style.width, 40, 400);
  const Table table = measurement_table(document);
  if (table.rows.empty()) return "";
  const std::vector<std::size_t> columns = interesting(table);
  const bool alone = std::ranges::all_of(
      document.points, [&](const MeasuredPoint& one) { return one.file == table.rows[0].file; });
  std::uint64_t runs = 0;
  for (const MeasuredPoint& point : document.points) runs += point.runs;
  const std::string title = alone ? fmt::format("{} ({})", table.rows[0].name, table.rows[0].note)
                                  : fmt::format("{} points", table.rows.size());
  std::string out = paragraph(title, Ink::bold, style) + "\n";
  out += grid(table, columns, alone, style) + "\n";
  if (document.kind == MeasurementKind::sweep) {
    const std::string quiet = quiet_properties(table, columns);
    if (!quiet.empty()) out += paragraph(quiet, Ink::dim, style);
  }
  const bool is_real = document.kind == MeasurementKind::real_throughput;
  out +=
      paragraph(fmt::format("{} {} of {} point{}{} ({:.2f} s)", runs, is_real ? "rounds" : "runs",
                            table.rows.size(), table.rows.size() == 1 ? "" : "s",
                            document.interrupted ? ", interrupted: the figures are partial" : "",
                            document.wall_seconds),
                document.interrupted ? Ink::warn : Ink::plain, style);
  if (!next_command.empty()) {
    out +=
        inked(printable("→", style), Ink::dim, style) + " " + printable(next_command, style) + "\n";
  }
  return out;
}

}  // namespace picklock

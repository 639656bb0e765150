#include "reports/terminal.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "reports/picture.h"
#include "reports/shrinking_text.h"
#include "reports/table.h"

namespace picklock {
namespace {

// A paragraph with an indent, in one ink.
std::string paragraph(std::string_view text, std::size_t indent, Ink ink,
                      const TerminalStyle& style) {
  std::string out;
  for (const std::string& line : wrapped(printable(text, style), width_of(style) - indent)) {
    out += std::string(indent, ' ') + inked(line, ink, style) + "\n";
  }
  return out;
}

Ink ink_of(Status status) {
  if (status == Status::violated) return Ink::wrong;
  return status == Status::holds ? Ink::good : Ink::warn;
}

bool is_violated(const PropertyResult& property) {
  return property.status == Status::violated;
}

Status overall(const std::vector<PropertyResult>& properties) {
  Status worst = Status::holds;
  for (const PropertyResult& property : properties) {
    if (is_violated(property)) return Status::violated;
    if (property.status == Status::undecided) worst = Status::undecided;
  }
  return worst;
}

std::string_view word_of(Status status) {
  if (status == Status::violated) return "VIOLATION";
  return status == Status::holds ? "NONE FOUND" : "UNDECIDED";
}

Ink ink_of(Mark mark) {
  switch (mark) {
    case Mark::violated:
      return Ink::wrong;
    case Mark::holds:
      return Ink::good;
    case Mark::undecided:
      return Ink::warn;
    case Mark::vacuous:
    case Mark::figure:
      break;
  }
  return Ink::dim;
}

std::string_view symbol(Mark mark, const TerminalStyle& style) {
  switch (mark) {
    case Mark::violated:
      return symbol(Status::violated, style);
    case Mark::holds:
      return symbol(Status::holds, style);
    case Mark::undecided:
      return symbol(Status::undecided, style);
    case Mark::vacuous:
    case Mark::figure:
      break;
  }
  return vacuous_symbol(style);
}

// One property a line in columns; on narrow terminals its figures stand on a second line.
std::string properties_table(const std::vector<PropertyResult>& properties,
                             const TerminalStyle& style) {
  std::size_t name_width = 0;
  std::size_t frequency_width = 0;
  for (const PropertyResult& property : properties) {
    name_width = std::max(name_width, cells(property.name));
    frequency_width = std::max(frequency_width, frequency_text(property).size());
  }
  const bool one_line = 4 + name_width + 2 + 4 + frequency_width + 2 + 8 <= width_of(style);
  std::string out;
  for (const PropertyResult& property : properties) {
    const Cell cell = property_cell(property);
    out += "  " + inked(symbol(cell.mark, style), ink_of(cell.mark), style) + " ";
    out += padded(printable(property.name, style), name_width) + "  ";
    out += inked(padded(property.id, 4), Ink::dim, style);
    if (one_line) {
      out += cell.note.empty() ? cell.text : padded(cell.text, frequency_width + 2);
    } else {
      while (out.ends_with(' ')) out.pop_back();
      out += "\n      " + cell.text;
      if (!cell.note.empty()) out += "\n      ";
    }
    out += inked(cell.note, cell.is_alarm ? Ink::wrong : Ink::dim, style) + "\n";
  }
  return out;
}

std::string fixes_table(const ScenarioResult& result, const TerminalStyle& style) {
  if (result.fixes.empty()) return "";
  std::size_t name_width = 0;
  const Table table = fix_table(result);
  for (const Row& fix : table.rows) name_width = std::max(name_width, cells(fix.name));
  name_width = std::min(name_width, width_of(style) / 2);
  std::string out = "\n" + inked("  the same seeds and faults with", Ink::bold, style) + "\n";
  for (const Row& fix : table.rows) {
    const Cell& cell = fix.cells.front();
    const Ink ink = cell.is_alarm ? Ink::wrong : ink_of(cell.mark);
    const std::string text = cell.text + (cell.note.empty() ? "" : " - " + cell.note);
    const std::string name = padded(printable(fix.name, style), name_width);
    out += fmt::format("  {} {}", inked(symbol(cell.mark, style), ink, style), name);
    const bool beside = cells(name) == name_width && width_of(style) >= 60;
    const std::size_t indent = beside ? 4 + name_width + 2 : 6;
    if (!beside) {
      while (out.ends_with(' ')) out.pop_back();
      out += "\n";
    }
    bool first = beside;
    for (const std::string& line : wrapped(printable(text, style), width_of(style) - indent)) {
      out += std::string(first ? 2 : indent, ' ') + inked(line, ink, style) + "\n";
      first = false;
    }
  }
  return out;
}

// Verdict and name on the left, the figures on the right when both fit.
std::string verdict_line(const ScenarioResult& result, const TerminalStyle& style) {
  const Status status = overall(result.properties);
  const std::string name = printable(result.name, style);
  std::string figures = counted(result.runs, "run");
  if (result.interrupted || result.runs != result.planned_runs) {
    figures = fmt::format("{} of {}", result.runs, counted(result.planned_runs, "run"));
  }
  if (!result.expectation_met) figures += ", NOT as expected";
  const std::string verdict = fmt::format("{} {}", symbol(status, style), word_of(status));
  const std::size_t used = cells(verdict) + 2 + cells(name);
  const std::size_t width = width_of(style);
  const bool fits = used + 2 + figures.size() <= width;
  std::string out = inked(verdict, ink_of(status), style) + "  " + inked(name, Ink::bold, style);
  out += fits ? std::string(width - used - figures.size(), ' ') : "\n  ";
  return out + inked(figures, result.expectation_met ? Ink::dim : Ink::wrong, style) + "\n";
}

}  // namespace

std::string_view symbol(Status status, const TerminalStyle& style) {
  switch (status) {
    case Status::violated:
      return style.unicode ? "✗" : "x";
    case Status::holds:
      return style.unicode ? "✓" : "o";
    case Status::undecided:
      break;
  }
  return "?";
}

std::string_view vacuous_symbol(const TerminalStyle& style) {
  return style.unicode ? "○" : "-";
}

std::string_view specification_meaning(std::string_view rung) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kMeanings{
      {{"M0", "a mutex: never two holders"},
       {"M1", "a lease whose end its holder can foretell"},
       {"M2", "a timed lease: one holder at a time, until its lease runs out"},
       {"M3", "a lease that may be taken away early: holders may be mistaken"},
       {"M4", "such a lease whose fencing tokens rise: mistaken holders can be refused"},
       {"none", "no lock at all: two holders at one time with nothing to excuse it"},
       {"undecided", "the search for it ran out of steps"}}};
  const auto* const found =
      std::ranges::find(kMeanings, rung, &std::pair<std::string_view, std::string_view>::first);
  return found == kMeanings.end() ? std::string_view{} : found->second;
}

std::string scenario_line(const ScenarioResult& result, const TerminalStyle& style) {
  // What the scenario asked about; everything, if it asked about nothing.
  std::vector<PropertyResult> asked;
  for (const PropertyResult& property : result.properties) {
    if (!property.expected.empty()) asked.push_back(property);
  }
  if (asked.empty()) asked = result.properties;
  const Status status = overall(asked);
  std::string violated;
  std::string_view last;
  for (const PropertyResult& property : asked) {
    if (!is_violated(property) || property.id == last) continue;
    violated += (violated.empty() ? "" : ", ") + property.id;
    last = property.id;
  }
  const std::string_view expectation = result.expectation_met ? "as expected" : "NOT as expected";
  const std::string name = printable(result.name, style);
  std::string out = inked(symbol(status, style), ink_of(status), style) + " ";
  const bool one_line = width_of(style) >= 76 && cells(name) <= 42;
  out += one_line ? padded(name, 43) + padded(violated, 15) + " " : name + "\n  " + violated;
  if (!one_line && !violated.empty()) out += "  ";
  out += inked(expectation, result.expectation_met ? Ink::dim : Ink::wrong, style);
  return out + "\n";
}

std::string violation_text(const RunPicture& run, const TerminalStyle& style) {
  const std::string head = fmt::format("{}, seed {}", run.property, run.seed);
  std::string out = "\n" + paragraph(head, 2, Ink::bold, style);
  out += paragraph(run.counterexample.reason, 2, Ink::wrong, style);
  if (run.shrinking) out += paragraph(shrinking_text(*run.shrinking), 2, Ink::dim, style);
  return out + "\n" + draw_picture(run, style);
}

std::string scenario_text(const ScenarioResult& result, const TerminalStyle& style) {
  std::string out = verdict_line(result, style);
  if (!result.about.empty()) out += paragraph(result.about, 2, Ink::plain, style);
  if (result.interrupted)
    out += paragraph("interrupted: the figures are partial", 2, Ink::warn, style);
  out += "\n" + properties_table(result.properties, style);
  if (!result.strongest_spec.empty()) {
    const std::string_view meaning = specification_meaning(result.strongest_spec);
    out += paragraph(fmt::format("the lock itself is {}{}{}", result.strongest_spec,
                                 meaning.empty() ? "" : ", ", meaning),
                     2, Ink::dim, style);
  }
  for (const std::string& problem : result.problems) {
    out += paragraph("problem: " + problem, 2, Ink::wrong, style);
  }
  if (result.first_violation) out += violation_text(*result.first_violation, style);
  return out + fixes_table(result, style);
}

std::string summary_text(const ResultDocument& document, std::string_view next_command,
                         const TerminalStyle& style) {
  std::uint64_t met = 0;
  bool bound_shown = false;
  for (const ScenarioResult& result : document.results) {
    if (result.expectation_met) ++met;
    for (const PropertyResult& property : result.properties) {
      bound_shown = bound_shown || !is_violated(property);
    }
  }
  const std::size_t all = document.results.size();
  std::string head = fmt::format("{} of {} as expected", met, counted(all, "scenario"));
  if (document.interrupted) head += ", interrupted";
  head += fmt::format(" ({:.2f} s)", document.wall_seconds);
  std::string out = paragraph(head, 0, met == all ? Ink::good : Ink::wrong, style);
  if (bound_shown) {
    out += paragraph(
        "A property that held is bounded, not proved: \"< p\" is what these runs do not refute.", 0,
        Ink::dim, style);
  }
  if (!next_command.empty()) {
    out +=
        inked(style.unicode ? "→ " : "> ", Ink::dim, style) + printable(next_command, style) + "\n";
  }
  return out;
}

}  // namespace picklock

#include "reports/junit.h"

#include <fmt/core.h>

#include "reports/escape.h"

namespace picklock {
namespace {

struct Suite {
  std::string cases;
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
  std::uint64_t errors = 0;
  std::uint64_t skipped = 0;
};

// `kind` "failure" or "error".
std::string complaint(std::string_view kind, std::string_view message, const std::string& type,
                      std::string_view detail) {
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", kind, xml_text(message),
                     type, xml_text(detail));
}

void add_case(Suite& suite, const Row& row, const Column& column, const Cell& cell) {
  ++suite.count;
  suite.cases +=
      fmt::format("    <testcase classname=\"{}\" name=\"{}\">\n",
                  xml_text(row.file.empty() ? row.name : row.file), xml_text(column.name));
  const std::string message = cell.note.empty() ? cell.text : cell.text + "; " + cell.note;
  if (cell.is_alarm) {
    const bool is_undecided = cell.mark == Mark::undecided || cell.mark == Mark::vacuous;
    ++(is_undecided ? suite.errors : suite.failures);
    suite.cases += complaint(is_undecided ? "error" : "failure", message,
                             std::string(to_string(cell.mark)), cell.detail);
  } else if (cell.mark == Mark::vacuous) {
    ++suite.skipped;
    suite.cases += "      <skipped/>\n";
  }
  suite.cases += fmt::format("      <system-out>{}&#10;{}&#10;{}</system-out>\n    </testcase>\n",
                             sign_of(cell.mark), xml_text(cell.text), xml_text(cell.note));
}

void add_problems(Suite& suite, const Row& row) {
  for (const std::string& problem : row.problems) {
    ++suite.count;
    ++suite.failures;
    suite.cases += fmt::format("    <testcase classname=\"{}\" name=\"the scenario itself\">\n{}",
                               xml_text(row.file), complaint("failure", problem, "problem", ""));
    suite.cases += "    </testcase>\n";
  }
}

std::string attributes(const Suite& suite) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", suite.count,
                     suite.failures, suite.errors, suite.skipped);
}

}  // namespace

std::string junit_xml(std::span<const Table> tables) {
  Suite all;
  std::string suites;
  for (const Table& table : tables) {
    for (const Row& row : table.rows) {
      Suite suite;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        add_case(suite, row, table.columns[i], row.cells[i]);
      }
      add_problems(suite, row);
      const std::string name =
          table.subject.empty() ? row.name : table.subject + " with " + row.name;
      suites += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml_text(name),
                            attributes(suite), suite.cases);
      all.count += suite.count;
      all.failures += suite.failures;
      all.errors += suite.errors;
      all.skipped += suite.skipped;
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"picklock\" {}>\n"
      "{}</testsuites>\n",
      attributes(all), suites);
}

}  // namespace picklock

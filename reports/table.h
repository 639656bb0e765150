// Tables of verdicts: the one model from which the terminal, the JSON and the page draw. What a cell says is
// decided here, once; an exporter chooses no words and computes no figure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/check_result.h"
#include "reports/result.h"

namespace picklock {

enum class Mark : std::uint8_t {
  holds,
  violated,
  undecided,
  vacuous,
  figure,  // no verdict, but what was measured
};
std::string_view to_string(Mark mark);
// "✗", "✓", "?", "○"; nothing for a figure.
std::string_view sign_of(Mark mark);

struct Cell {
  Mark mark = Mark::vacuous;
  std::string share;          // "25 %", "< 1.5 %", or "" when there is nothing to tell
  std::string text;           // "50 of 200: 25 %", "0 of 200: < 1.5 % (95 %)", "nothing to judge"
  std::string note;           // "expected", "NOT met: expected holds", or ""
  std::string detail;         // of a violation: why it is one, and the command that shows it again
  bool is_asked = false;      // the scenario, or the fix, says what it expects
  bool is_alarm = false;      // and that was not met
  double rate = 0;            // of the runs that were decided
  double upper_bound_95 = 1;  // of the true rate
  // The two-sided interval of the true rate, 95 %; of a zero, from it to the one-sided bound.
  double low = 0;
  double high = 1;
  std::uint64_t violated = 0;  // runs
  std::uint64_t decided = 0;   // runs
  std::optional<double>
      figure;  // of Mark::figure: in seconds where it is a length of time; nothing: there is none
};

struct Column {
  std::string name;   // "belief-exclusion"
  std::string id;     // "S2", or ""
  std::string title;  // a sentence
};

struct Row {
  std::string name;
  std::string note;
  std::vector<Cell> cells;  // one a column
  bool is_alarm = false;
  std::string file;                   // as the user named it, or ""
  std::vector<std::string> problems;  // what makes the whole row void
  std::vector<std::string> settings;  // one an axis
};

struct Table {
  std::string title;
  std::string subject;            // the scenario whose fixes these are, or ""
  std::vector<std::string> axes;  // what was varied from row to row: JSON pointers
  std::vector<Column> columns;
  std::vector<Row> rows;
};

Cell property_cell(const PropertyResult& property);
// The same with its interval in words: "25 % (19 % to 32 %)", "< 1.5 %". No expectation.
Cell interval_cell(const PropertyResult& property);

// One cell for a fix: the property that it leaves broken, or safe. A fix is harmless when the only property
// left violated is belief exclusion (S2): fencing does not keep a paused client from its wrong belief, it makes
// the belief harmless.
Cell fix_cell(const FixResult& fix);

// Scenarios against properties. A property that nothing was there to judge for in any of them has no column;
// the cell of a scenario that was not asked about one is vacuous.
Table verdict_table(const std::vector<ScenarioResult>& results);

// The fixes of one scenario, in one column.
Table fix_table(const ScenarioResult& result);

// The verdicts, and the fixes of each scenario that has some.
std::vector<Table> result_tables(const std::vector<ScenarioResult>& results);

// Recorded histories against what was judged about them: one table of one column, with a row for each specification.
std::vector<Table> check_tables(const std::vector<CheckResult>& results);

// "0 of 200: < 1.5 % (95 %)", "50 of 200: 25 %".
std::string frequency_text(const PropertyResult& property);

}  // namespace picklock

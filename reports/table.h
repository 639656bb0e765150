// Tables of verdicts: the one model from which the terminal, the JSON and the page draw. What a cell says is
// decided here, once; an exporter chooses no words and computes no figure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/result.h"

namespace picklock {

enum class Mark : std::uint8_t { holds, violated, undecided, vacuous };
std::string_view to_string(Mark mark);

struct Cell {
  Mark mark = Mark::vacuous;
  std::string share;          // "25 %", "< 1.5 %", or "" when there is nothing to tell
  std::string text;           // "50 of 200: 25 %", "0 of 200: < 1.5 % (95 %)", "nothing to judge"
  std::string note;           // "expected", "NOT met: expected holds", or ""
  bool is_asked = false;      // the scenario, or the fix, says what it expects
  bool is_alarm = false;      // and that was not met
  double rate = 0;            // of the runs that were decided
  double upper_bound_95 = 1;  // of the true rate
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
};

struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<Row> rows;
};

Cell property_cell(const PropertyResult& property);

// One cell for a fix: the property that it leaves broken, or safe. A fix is harmless when the only property
// left violated is belief exclusion (S2): fencing does not keep a paused client from its wrong belief, it makes
// the belief harmless.
Cell fix_cell(const FixResult& fix);

// Scenarios against properties. A property that nothing was there to judge for in any of them has no column;
// the cell of a scenario that was not asked about one is vacuous.
Table verdict_table(const std::vector<ScenarioResult>& results);

// The fixes of one scenario, in one column.
Table fix_table(const ScenarioResult& result);

// "0 of 200: < 1.5 % (95 %)", "50 of 200: 25 %".
std::string frequency_text(const PropertyResult& property);

}  // namespace picklock

// Every exporter says in every cell what the table says: each output is read back by a parser of its language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/annotations.h"
#include "reports/escape.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/perfetto.h"
#include "reports/table.h"
#include "reports/testing/documents.h"
#include "reports/testing/stories.h"

namespace picklock {
namespace {

using boost::property_tree::ptree;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kHostile =
    "</failure>]]><x a=\"'\">&amp; | ``` :: %0A\n::error::x\n<script>\x01\xff*_[]#;end\xEF\xBF\xBF";

// Row and column.
using Place = std::pair<std::string, std::string>;
struct Words {
  std::string sign;
  std::string text;
  std::string note;
  friend bool operator==(const Words&, const Words&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Words& words) {
    return out << words.sign << " " << words.text << " (" << words.note << ")";
  }
};
using Cells = std::map<Place, Words>;

std::string name_of(const Table& table, const Row& row) {
  return table.subject.empty() ? row.name : table.subject + " with " + row.name;
}

Cells cells_of(const std::vector<Table>& tables, bool alarms_only = false) {
  Cells cells;
  for (const Table& table : tables) {
    for (const Row& row : table.rows) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Cell& cell = row.cells[i];
        if (alarms_only && !cell.is_alarm) continue;
        cells[{name_of(table, row), table.columns[i].name}] = {std::string(sign_of(cell.mark)),
                                                               cell.text, cell.note};
      }
    }
  }
  return cells;
}

std::vector<Table> tables() {
  return result_tables(testing::every_kind_of_cell().results);
}

ptree parse_xml(const std::string& text) {
  std::istringstream in(text);
  ptree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}

std::vector<std::string> split(const std::string& text, const std::string& at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(at); end != std::string::npos; end = text.find(at, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + at.size();
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    text.replace(at, what.size(), by);
  }
  return text;
}

TEST(JUnit, SaysWhatTheTableSays) {
  const ptree suites = parse_xml(junit_xml(tables())).get_child("testsuites");
  Cells seen;
  int failures = 0;
  int problems = 0;
  for (const auto& [kind, suite] : suites) {
    if (kind != "testsuite") continue;
    for (const auto& [tag, one] : suite) {
      if (tag != "testcase") continue;
      const std::string name = one.get<std::string>("<xmlattr>.name");
      failures += one.count("failure") > 0 ? 1 : 0;
      if (name == "the scenario itself") {
        ++problems;
        continue;
      }
      const auto lines = split(one.get<std::string>("system-out"), "\n");
      ASSERT_EQ(lines.size(), 3U);
      seen[{suite.get<std::string>("<xmlattr>.name"), name}] = {lines[0], lines[1], lines[2]};
    }
  }
  EXPECT_EQ(seen, cells_of(tables()));
  EXPECT_EQ(problems, 1);
  EXPECT_EQ(failures, 3) << "no-lost-update, the fix that does nothing, the problem";
  EXPECT_EQ(suites.get<int>("<xmlattr>.failures"), failures);
  EXPECT_EQ(suites.get<int>("<xmlattr>.skipped"), 4) << "the quiet scenario was asked one thing";
}

TEST(JUnit, AnUndecidedAlarmIsAnError) {
  ResultDocument document = testing::every_kind_of_cell();
  PropertyResult& property = document.results[0].properties[3];
  property.expected = "holds";
  property.met = false;
  const std::string xml = junit_xml(result_tables(document.results));
  EXPECT_THAT(xml, HasSubstr("<error message=\"0 of 0, 200 undecided; NOT met: expected holds\" "
                             "type=\"undecided\">"));
}

// Tables of Markdown, back to what was written.
std::vector<std::vector<std::string>> markdown_cells(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split(text, "\n")) {
    if (!line.starts_with("|")) continue;
    std::vector<std::string> cells;
    for (std::string& cell : split(line.substr(1, line.size() - 2), "|")) {
      cell = replaced(replaced(cell, "&lt;", "<"), "&gt;", ">");
      cells.push_back(cell.size() < 2 ? "" : cell.substr(1, cell.size() - 2));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

TEST(Markdown, SaysWhatTheTableSays) {
  std::size_t compared = 0;
  for (const Table& table : tables()) {
    const auto rows = markdown_cells(markdown_table(table));
    ASSERT_EQ(rows.size(), table.rows.size() + 2);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      ASSERT_EQ(rows[i + 2].size(), table.columns.size() + 1);
      for (std::size_t j = 0; j < table.columns.size(); ++j) {
        const Cell& cell = table.rows[i].cells[j];
        std::string words = std::string(sign_of(cell.mark)) + " " + cell.text;
        if (!cell.note.empty()) words += "; " + cell.note;
        EXPECT_EQ(rows[i + 2][j + 1], cell.is_alarm ? "**" + words + "**" : words);
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 12U);
}

TEST(Markdown, ASingleRowStandsUpright) {
  std::vector<ScenarioResult> one{testing::every_kind_of_cell().results[0]};
  const Table table = verdict_table(one);
  const auto rows = markdown_cells(markdown_table(table));
  ASSERT_EQ(rows.size(), table.columns.size() + 2);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    EXPECT_EQ(rows[i + 2][0], table.columns[i].id + " " + table.columns[i].name);
    EXPECT_THAT(rows[i + 2][1], HasSubstr(table.rows[0].cells[i].text));
  }
}

std::string decoded(const std::string& text) {
  return replaced(replaced(replaced(replaced(text, "%0A", "\n"), "%3A", ":"), "%2C", ","), "%25",
                  "%");
}

TEST(Annotations, SpeakOfWhatIsNotAsExpected) {
  const std::string text = annotations(tables(), [](const std::string& file, const std::string&) {
    return file == "pause.json" ? 7 : 1;
  });
  Cells seen;
  int problems = 0;
  for (const std::string& line : split(text, "\n")) {
    if (line.empty()) continue;
    EXPECT_THAT(line, StartsWith("::error file=pause.json,"));
    const std::size_t title = line.find("title=") + 6;
    const std::size_t end = line.find("::", title);
    const std::string name = decoded(line.substr(title, end - title));
    const std::string first = decoded(line.substr(end + 2)).substr(0, line.size());
    const std::size_t colon = name.find(": ");
    if (colon == std::string::npos) {
      ++problems;
      continue;
    }
    EXPECT_THAT(line, HasSubstr("line=7"));
    const std::string message = split(first, "\n")[0];
    const std::size_t semicolon = message.rfind("; ");
    seen[{name.substr(0, colon), name.substr(colon + 2)}] = {"✗", message.substr(0, semicolon),
                                                             message.substr(semicolon + 2)};
  }
  EXPECT_EQ(seen, cells_of(tables(), true));
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(problems, 1);
}

TEST(Exporters, HostileTextStaysText) {
  ResultDocument document = testing::every_kind_of_cell();
  ScenarioResult& result = document.results[0];
  result.name = result.file = result.about = result.problems[0] = kHostile;
  result.violations[0].counterexample.reason = kHostile;
  result.violations[0].reproduce.clear();
  result.first_violation = result.violations[0];
  const std::vector<Table> hostile = result_tables(document.results);
  const ptree suites = parse_xml(junit_xml(hostile)).get_child("testsuites");
  EXPECT_EQ(suites.size(), 5U) << "attributes, two scenarios, two fixes";
  EXPECT_EQ(suites.begin()->second.size(), 5U);
  const std::string said = annotations(hostile, [](const auto&, const auto&) { return 1; });
  for (const std::string& line : split(said, "\n")) {
    EXPECT_TRUE(line.empty() || line.starts_with("::error file=")) << line;
  }
  const std::string report = markdown_report(document, "picklock");
  EXPECT_EQ(report.find("<script"), std::string::npos);
  EXPECT_EQ(split(report, "```").size(), 3U) << "one diagram, and nothing that ends it";
  EXPECT_EQ(markdown_cells(markdown_table(hostile[0]))[2].size(), hostile[0].columns.size() + 1);
}

TEST(Exporters, CodeOfMarkdownEndsWhereItShould) {
  EXPECT_EQ(markdown_code("a`b|c\nd"), "`a'b\\|c d`");
}

TEST(Exporters, FieldsOfCsvAreFields) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
  EXPECT_EQ(csv_field("=1+1"), "'=1+1");
}

TEST(Mermaid, TellsTheStoryInOrder) {
  const std::string text = mermaid_sequence(testing::lost_update_after_pause());
  EXPECT_THAT(text, StartsWith("sequenceDiagram\n  participant n"));
  std::size_t at = 0;
  for (int step = 1; step <= 3; ++step) {
    const std::size_t next = text.find(": " + std::to_string(step) + " (", at);
    ASSERT_NE(next, std::string::npos) << text;
    at = next;
  }
  EXPECT_THAT(text, HasSubstr("->>"));
  EXPECT_THAT(text, HasSubstr("✗ "));
}

TEST(Mermaid, OfFiftyClientsThoseThatMatter) {
  const std::string text = mermaid_sequence(testing::fifty_clients());
  EXPECT_LE(split(text, "participant").size() - 1, 4U + 2U);
  EXPECT_LE(split(text, "\n").size(), 1U + 6U + 12U + 40U + 1U);
}

TEST(Perfetto, SlicesOfATrackNeverOverlap) {
  for (const RunPicture& run : {testing::lost_update_after_pause(), testing::fifty_clients(),
                                testing::redlock_amnesia(), testing::crash_without_ttl()}) {
    const json trace = json::parse(perfetto_json(run.history));
    std::map<int, double> busy_until;
    std::map<std::string, int> kinds;
    std::map<int, int> flows;
    for (const json& event : trace["traceEvents"]) {
      const std::string kind = event["ph"];
      ++kinds[kind];
      if (kind == "s" || kind == "f") flows[event["id"]] += kind == "s" ? 1 : -1;
      if (kind != "X") continue;
      const double from = event["ts"];
      const auto [track, is_new] = busy_until.try_emplace(event["tid"], from);
      EXPECT_LE(track->second, from);
      EXPECT_GE(event["dur"], 0);
      track->second = from + event["dur"].get<double>();
    }
    EXPECT_GT(kinds["X"], 3);
    EXPECT_GT(kinds["M"], 2);
    EXPECT_GT(flows.size(), 0U);
    for (const auto& [id, open] : flows) EXPECT_EQ(open, 0) << "a flow begins and ends";
  }
}

TEST(Perfetto, TellsWhoBelievedForHowLong) {
  const RunPicture run = testing::lost_update_after_pause();
  const json trace = json::parse(perfetto_json(run.history));
  std::vector<json> beliefs;
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] == "X" && event["name"] == "believes") beliefs.push_back(event);
  }
  ASSERT_EQ(beliefs.size(), 2U);
  const auto until = [](const json& one) {
    return one["ts"].get<double>() + one["dur"].get<double>();
  };
  EXPECT_LT(beliefs[1]["ts"].get<double>(), until(beliefs[0])) << "two believe at once";
}

}  // namespace
}  // namespace picklock

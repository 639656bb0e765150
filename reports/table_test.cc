// One table of verdicts: the terminal, the JSON, the page, and a result that was stored and read again say the
// same in every cell.
#include "reports/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/json.h"
#include "reports/page.h"
#include "reports/page_template.h"
#include "reports/result_reader.h"
#include "reports/statistics.h"
#include "reports/terminal.h"
#include "reports/testing/documents.h"

namespace picklock {
namespace {

using nlohmann::json;
using testing::every_kind_of_cell;
using ::testing::HasSubstr;

json page_data(const ResultDocument& results) {
  const std::string html = html_page({"0.0.0", "picklock", results});
  const std::size_t begin = page_before_data().size();
  return json::parse(html.substr(begin, html.size() - begin - page_after_data().size()));
}

TEST(Table, EveryKindOfCell) {
  const Table table = verdict_table(every_kind_of_cell().results);
  ASSERT_EQ(table.columns.size(), 5U) << "what nothing was there to judge for has no column";
  ASSERT_EQ(table.rows.size(), 2U);
  const std::vector<Cell>& cells = table.rows[0].cells;
  EXPECT_EQ(cells[0].mark, Mark::holds);
  EXPECT_EQ(cells[0].share, "< 1.5 %");
  EXPECT_EQ(cells[0].text, "0 of 200: < 1.5 % (95 %)");
  EXPECT_EQ(cells[1].share, "25 %");
  EXPECT_EQ(cells[1].note, "expected");
  EXPECT_TRUE(cells[2].is_alarm);
  EXPECT_EQ(cells[2].note, "NOT met: expected holds");
  EXPECT_EQ(cells[3].mark, Mark::undecided);
  EXPECT_EQ(cells[3].share, "");
  EXPECT_EQ(cells[4].text, "3 of 180: 1.7 %, 20 undecided");
  EXPECT_FALSE(cells[4].is_asked);
  EXPECT_EQ(table.rows[1].cells[1].text, "not judged");
}

TEST(Table, SaysWhatWasTriedOnRealServersAndWhatCouldNotBe) {
  ResultDocument results = every_kind_of_cell();
  results.results.resize(1);
  results.results[0].world = "real";
  results.results.push_back({.name = "lossy", .lock = "redis_token", .expectation_met = false});
  results.results[1].world = "real";
  results.results[1].not_run = {"streams lose nothing", "no time"};
  const Result<ResultDocument> read = parse_result(result_json(results), "result.json");
  ASSERT_TRUE(read) << to_string(read.error().front());
  EXPECT_EQ(read->results[0].world, "real");
  const Table table = verdict_table(read->results);
  EXPECT_THAT(table.rows[0].note, HasSubstr("on real servers"));
  EXPECT_THAT(table.rows[1].note, HasSubstr("not run: streams lose nothing; no time"));
  EXPECT_FALSE(table.rows[1].is_alarm) << "nothing was found wrong about it";
  results.results[0].world = "moon";
  EXPECT_FALSE(parse_result(result_json(results), "result.json"));
}

TEST(Table, TheTerminalThePageAndTheJsonSayTheSame) {
  const ResultDocument results = every_kind_of_cell();
  const Table table = verdict_table(results.results);
  const json page = page_data(results)["verdicts"];
  const json stored = json::parse(result_json(results));
  ASSERT_EQ(page["rows"].size(), table.rows.size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::string text = scenario_text(results.results[i], {.width = 200});
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      const Cell& cell = table.rows[i].cells[j];
      const json& shown = page["rows"][i]["cells"][j];
      EXPECT_EQ(shown["text"], cell.text);
      EXPECT_EQ(shown["mark"], to_string(cell.mark));
      EXPECT_EQ(shown["note"], cell.note);
      EXPECT_EQ(shown["alarm"], cell.is_alarm);
      const json& properties = stored["results"][i]["properties"];
      const std::string& name = table.columns[j].name;
      if (!properties.contains(name)) continue;
      EXPECT_THAT(text, HasSubstr(cell.text));
      EXPECT_EQ(properties[name]["rate"], six_digits(cell.rate));
      EXPECT_EQ(properties[name]["upper_bound_95"], six_digits(cell.upper_bound_95));
      EXPECT_EQ(properties[name]["met"], !cell.is_alarm);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 6U);
  const Table fixes = fix_table(results.results[0]);
  const std::string text = scenario_text(results.results[0], {.width = 200});
  EXPECT_EQ(fixes.rows[0].cells[0].text, "safe in 200 runs: mistaken holders do no harm");
  for (const Row& row : fixes.rows) EXPECT_THAT(text, HasSubstr(row.cells[0].text));
}

TEST(ResultReader, GivesBackWhatWasPrinted) {
  const ResultDocument results = every_kind_of_cell();
  const Result<ResultDocument> read = parse_result(result_json(results), "r.json");
  ASSERT_TRUE(read) << to_string(read.error().front());
  json before = page_data(results);
  json after = page_data(*read);
  EXPECT_EQ(before, after);
}

class Edited : public ::testing::TestWithParam<std::pair<const char*, json>> {};
TEST_P(Edited, IsRefusedWhereItIsWrong) {
  const auto& [pointer, value] = GetParam();
  json edited = json::parse(result_json(every_kind_of_cell()));
  edited[json::json_pointer(pointer)] = value;
  const Result<ResultDocument> read = parse_result(edited.dump(2), "r.json");
  ASSERT_FALSE(read);
  EXPECT_THAT(to_string(read.error().front()), HasSubstr("r.json"));
}
INSTANTIATE_TEST_SUITE_P(
    Places, Edited,
    ::testing::Values(std::pair("/schema", json("picklock-result-2")),
                      std::pair("/schema", json(1)), std::pair("/results", json(7)),
                      std::pair("/results/0/runs", json(-1)),
                      std::pair("/results/0/properties/belief-exclusion/violated_runs", json(201)),
                      std::pair("/results/0/properties/belief-exclusion/violated_runs", json(0)),
                      std::pair("/results/0/properties/belief-exclusion/status", json("fine")),
                      std::pair("/results/0/properties/nonsense", json::object()),
                      std::pair("/results/0/violations/0/trace/seed", json("x")),
                      std::pair("/results/0/violations/0/trace/events/0/at", json(1)),
                      std::pair("/results/0/fixes/0/runs", json("many"))));

TEST(ResultReader, ANewerSchemaIsToldAsOne) {
  json newer = json::parse(result_json(every_kind_of_cell()));
  newer["schema"] = "picklock-result-2";
  const Result<ResultDocument> read = parse_result(newer.dump(), "r.json");
  ASSERT_FALSE(read);
  EXPECT_THAT(to_string(read.error().front()), HasSubstr("a newer picklock wrote this"));
}

TEST(ResultReader, ATruncatedDocumentIsRefused) {
  const std::string whole = result_json(every_kind_of_cell());
  for (std::size_t length = 0; length < whole.size() - 1; length += 97) {
    EXPECT_FALSE(parse_result(whole.substr(0, length), "r.json"));
  }
}

}  // namespace
}  // namespace picklock

// A grid: what its table says, and that every output says the same.
#include "reports/measurement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "reports/curves.h"
#include "reports/markdown.h"
#include "reports/measurement_reader.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

PropertyResult property(std::string name, std::uint64_t violated, std::uint64_t runs = 200) {
  PropertyResult result{.name = std::move(name), .id = "S2"};
  result.status = violated > 0 ? Status::violated : Status::holds;
  result.runs = runs;
  result.violated_runs = violated;
  result.judged = runs;
  if (violated > 0) result.first_seed = 7;
  return result;
}

MeasuredPoint point(const std::string& ttl, std::uint64_t violated) {
  MeasuredPoint point{.scenario = "pause", .file = "pause.json", .lock = "redis_token"};
  point.settings = {ttl};
  point.runs = point.planned_runs = 200;
  point.digest = hex_digest(1);
  point.properties = {property("server-exclusion", 0), property("belief-exclusion", violated)};
  point.asked = 400;
  point.granted = violated > 0 ? 399 : 400;
  return point;
}

MeasurementDocument sweep_document() {
  return {.version = "0.0.0",
          .command = "picklock sweep pause.json",
          .axes = {"/lock/ttl"},
          .points = {point("1s", 200), point("10s", 50), point("100s", 0)}};
}

MeasurementDocument throughput_document() {
  MeasuredPoint one{.scenario = "a", .file = "a.json", .lock = "l", .settings = {"1"}};
  one.runs = one.planned_runs = 20;
  one.digest = hex_digest(2);
  one.asked = one.granted = 1000;
  one.active = 24s;
  one.lock_messages = 4000;
  one.server_operations = 2000;
  one.waits = quantiles_of(std::vector<Duration>(1000, 1ms));
  one.fairness_millionths = 1'000'000;
  one.wait_distribution = {{1ms, 1'000'000}};
  MeasuredPoint ten = one;
  ten.settings = {"10"};
  ten.waits = quantiles_of(std::vector<Duration>(99, 3ms));
  ten.holder_crashes = 20;
  ten.recovered = 19;
  GrantSeries series{.scenario = "a", .lock = "l", .step = 1s, .runs = 2, .grants = {10, 0, 3}};
  series.faults = {{.from = true_time(1'000'000'000), .text = "a pause"}};
  return {.kind = MeasurementKind::throughput,
          .version = "0.0.0",
          .command = "picklock throughput a.json",
          .axes = {"/clients/count"},
          .points = {one, ten},
          .series = {series}};
}

MeasurementDocument real_document() {
  MeasuredPoint one{.scenario = "a", .file = "a.json", .lock = "l", .settings = {"1"}};
  one.runs = one.planned_runs = 3;
  one.rounds = {{.pairs = 4000, .length = 100ms, .ceiling = 50'000},
                {.pairs = 9000, .length = 200ms, .ceiling = 45'000},
                {.pairs = 10, .length = 100ms, .ceiling = 60'000}};
  one.asked = one.granted = 13'010;
  one.waits = quantiles_of(std::vector<Duration>(13'010, 12us));
  one.wait_distribution = {{12us, 1'000'000}};
  MeasuredPoint none = one;
  none.settings = {"10"};
  for (PairRound& round : none.rounds) round.ceiling.reset();
  return {.kind = MeasurementKind::real_throughput,
          .version = "0.0.0",
          .command = "picklock throughput a.json --real",
          .axes = {"/clients/count"},
          .points = {one, none}};
}

TEST(Interval, OfClopperAndPearson) {  // exact binomial sums in rational arithmetic gave these
  EXPECT_NEAR(interval_95(50, 200).low, 0.1916071696225864, 1e-9);
  EXPECT_NEAR(interval_95(50, 200).high, 0.3159628333298691, 1e-9);
  EXPECT_NEAR(interval_95(1, 20).low, 0.0012650894979497895, 1e-9);
  EXPECT_NEAR(interval_95(1, 20).high, 0.2487327627720278, 1e-9);
  EXPECT_NEAR(interval_95(20, 20).low, 0.8315665290169146, 1e-9);
  EXPECT_EQ(interval_95(20, 20).high, 1);
  EXPECT_EQ(interval_95(0, 20).low, 0);
}

TEST(Interval, IsRoundedOutwards) {
  EXPECT_EQ(percent_down(0.0199), "1.9 %");
  EXPECT_EQ(percent_down(0.999), "99 %");
  EXPECT_EQ(percent_down(0), "0 %");
}

TEST(Sweep, ItsTableHasIntervalsAndAvailability) {
  const Table table = measurement_table(sweep_document());
  ASSERT_EQ(table.columns.size(), 3U);
  EXPECT_EQ(table.columns[2].name, "availability");
  EXPECT_EQ(table.rows[0].cells[1].text, "100 % (98 % to 100 %)");
  EXPECT_EQ(table.rows[1].cells[1].text, "25 % (19 % to 32 %)");
  EXPECT_EQ(table.rows[2].cells[1].text, "< 1.5 %");
  EXPECT_EQ(table.rows[2].cells[1].low, 0);
  EXPECT_EQ(table.rows[1].cells[2].text, "> 99 % (399 of 400)");
  EXPECT_EQ(table.rows[2].cells[2].text, "100 % (400 of 400)");
}

// "no such column" when there is none.
std::string text_of(const Table& table, std::size_t row, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return table.rows[row].cells[i].text;
  }
  return "no such column";
}

TEST(Throughput, ItsTableSaysOnlyWhatItsSamplesCanTell) {
  const Table table = measurement_table(throughput_document());
  const auto cell = [&](std::size_t row, const std::string& name) {
    return text_of(table, row, name);
  };
  EXPECT_EQ(cell(0, "grants per second"), "41.7");
  EXPECT_EQ(cell(0, "wait p99.9"), "1ms");
  EXPECT_EQ(cell(1, "wait p50"), "3ms");
  EXPECT_EQ(cell(1, "wait p99"), "too few");
  EXPECT_EQ(cell(0, "messages"), "4");
  EXPECT_EQ(cell(0, "operations"), "2");
  EXPECT_EQ(cell(0, "hand-off p50"), "too few");
  EXPECT_EQ(cell(0, "Jain index"), "1");
  EXPECT_EQ(cell(0, "recovery"), "not tried");
  EXPECT_EQ(cell(1, "recovery"), "never in 1 of 20");
}

// One round in which the machine did something else does not count.
TEST(RealThroughput, ItsFiguresAreThoseOfTheMedianRound) {
  const Table table = measurement_table(real_document());
  EXPECT_EQ(text_of(table, 0, "pairs per second"), "40000");
  EXPECT_EQ(text_of(table, 0, "ceiling"), "50000");
  EXPECT_EQ(text_of(table, 0, "of the ceiling"), "0.8");
  EXPECT_EQ(text_of(table, 0, "acquire p99.9"), "12us");
  EXPECT_EQ(text_of(table, 1, "pairs per second"), "40000");
  EXPECT_EQ(text_of(table, 1, "ceiling"), "-");
  EXPECT_EQ(text_of(table, 1, "of the ceiling"), "-");
}

TEST(RealThroughput, SaysInWhichWorldItWasMeasured) {
  EXPECT_EQ(json::parse(measurement_json(real_document()))["world"], "real");
  EXPECT_EQ(json::parse(measurement_json(throughput_document()))["world"], "sim");
  json moon = json::parse(measurement_json(real_document()));
  moon["world"] = "moon";
  EXPECT_FALSE(parse_measurement(moon.dump(), "m.json"));
}

TEST(RealThroughput, ARoundWithoutLengthIsRefused) {
  json wrong = json::parse(measurement_json(real_document()));
  wrong["points"][0]["throughput"]["rounds"][1]["length_ns"] = 0;
  const auto read = parse_measurement(wrong.dump(2), "m.json");
  ASSERT_FALSE(read);
  EXPECT_THAT(to_string(read.error().front()), HasSubstr("/rounds/1/length_ns"));
}

class Measurements : public ::testing::TestWithParam<MeasurementKind> {
 protected:
  static MeasurementDocument document() {
    if (GetParam() == MeasurementKind::sweep) return sweep_document();
    return GetParam() == MeasurementKind::throughput ? throughput_document() : real_document();
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, Measurements,
                         ::testing::Values(MeasurementKind::sweep, MeasurementKind::throughput,
                                           MeasurementKind::real_throughput));

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  if (line.ends_with(',')) fields.emplace_back();
  return fields;
}

TEST_P(Measurements, TheCsvHasEveryCell) {
  const Table table = measurement_table(document());
  std::istringstream in(table_csv(table));
  std::string line;
  std::getline(in, line);
  line.pop_back();
  const std::vector<std::string> names = fields(line);
  for (const Row& row : table.rows) {
    ASSERT_TRUE(std::getline(in, line));
    line.pop_back();
    const std::vector<std::string> values = fields(line);
    ASSERT_EQ(values.size(), names.size()) << line;
    const auto value = [&](const std::string& name) {
      const auto found = std::ranges::find(names, name);
      EXPECT_NE(found, names.end()) << name;
      return values[static_cast<std::size_t>(found - names.begin())];
    };
    EXPECT_EQ(value(table.axes[0]), row.settings[0]);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const Cell& cell = row.cells[i];
      const std::string& name = table.columns[i].name;
      if (cell.mark == Mark::figure) {
        EXPECT_EQ(value(name).empty(), !cell.figure.has_value());
        if (cell.figure) {
          EXPECT_EQ(std::stod(value(name)), six_digits(*cell.figure));
        }
        continue;
      }
      EXPECT_EQ(std::stod(value(name)), six_digits(cell.rate));
      EXPECT_EQ(std::stod(value(name + " low")), six_digits(cell.low));
      EXPECT_EQ(std::stod(value(name + " high")), six_digits(cell.high));
      EXPECT_EQ(value(name + " violated"), std::to_string(cell.violated));
      EXPECT_EQ(value(name + " decided"), std::to_string(cell.decided));
    }
  }
}

TEST_P(Measurements, MarkdownAndTerminalSayWhatTheTableSays) {
  const MeasurementDocument measured = document();
  const Table table = measurement_table(measured);
  const std::string markdown = markdown_report(measured);
  for (const int width : {40, 400}) {
    const std::string text = measurement_text(measured, "", {.width = width});
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool is_quiet = table.columns[i].name == "server-exclusion";
      EXPECT_EQ(text.find(table.columns[i].name) == std::string::npos, is_quiet);
      for (const Row& row : table.rows) {
        EXPECT_TRUE(is_quiet || text.find(row.cells[i].text) != std::string::npos);
      }
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(cells(line), static_cast<std::size_t>(width)) << line;
    }
  }
  EXPECT_THAT(markdown, HasSubstr("| " + table.title + " | " + table.axes[0] + " |"));
}

TEST_P(Measurements, AreReadAsTheyWereWritten) {
  const std::string text = measurement_json(document());
  const auto read = parse_measurement(text, "m.json");
  ASSERT_TRUE(read) << to_string(read.error().front());
  EXPECT_EQ(measurement_json(*read), text);
}

TEST_P(Measurements, ThatWereEditedAreRefused) {
  const json whole = json::parse(measurement_json(document()));
  for (const auto& [pointer, value] :
       {std::pair("/schema", json("picklock-sweep-2")), std::pair("/points/0/runs", json(-1)),
        std::pair("/points/0/settings", json::array()), std::pair("/points/0/granted", json(99999)),
        std::pair("/axes", json(1)), std::pair("/series", json("x"))}) {
    json edited = whole;
    edited[json::json_pointer(pointer)] = value;
    const auto read = parse_measurement(edited.dump(2), "m.json");
    ASSERT_FALSE(read) << pointer;
    EXPECT_THAT(to_string(read.error().front()), HasSubstr("m.json"));
  }
  const std::string text = measurement_json(document());
  for (std::size_t length = 0; length < text.size() - 1; length += 61) {
    EXPECT_FALSE(parse_measurement(text.substr(0, length), "m.json"));
  }
}

TEST(Curves, OfASweep) {
  const json curves = curves_json(sweep_document());
  ASSERT_EQ(curves.size(), 2U) << "the property that broke, and the availability";
  EXPECT_EQ(curves[0]["title"], "How often belief-exclusion breaks");
  EXPECT_EQ(curves[0]["x"]["scale"], "log");
  EXPECT_EQ(curves[0]["x"]["unit"], "s");
  const json& points = curves[0]["lines"][0]["points"];
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[1][0], 10);
  EXPECT_EQ(points[1][1], 0.25);
  EXPECT_EQ(points[2][1], 0);
  EXPECT_EQ(points[2][3], six_digits(upper_bound_95(0, 200)));
}

TEST(Curves, OfThroughput) {
  const json curves = curves_json(throughput_document());
  ASSERT_EQ(curves.size(), 3U);
  EXPECT_EQ(curves[0]["lines"][0]["points"][1][0], 10);
  EXPECT_EQ(curves[1]["title"], "Time to acquire");
  const json& through = curves[2];
  EXPECT_EQ(through["spans"][0]["from"], 1);
  EXPECT_TRUE(through["spans"][0]["until"].is_null());
  EXPECT_EQ(through["lines"][0]["points"][0], json({0.5, 5}));
}

TEST(Curves, OfThroughputOnRealServersHaveTheCeilingBeside) {
  const json curves = curves_json(real_document());
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0]["lines"][0]["points"], json({{1, 40'000}, {10, 40'000}}));
  EXPECT_EQ(curves[0]["lines"][1]["name"], "ceiling of a");
  EXPECT_EQ(curves[0]["lines"][1]["points"], json({{1, 50'000}}));
  EXPECT_EQ(curves[1]["title"], "Time to acquire");
}

TEST(Curves, NothingIsDrawnAgainstWords) {
  MeasurementDocument document = sweep_document();
  document.points[1].settings = {"redlock"};
  EXPECT_EQ(curves_json(document).size(), 0U);
}

TEST(RoughLength, HasThreeDigits) {
  EXPECT_EQ(rough_length(1234567ns), "1.23ms");
  EXPECT_EQ(rough_length(999999ns), "1ms");
  EXPECT_EQ(rough_length(14s), "14s");
  EXPECT_EQ(rough_length(0ns), "0s");
}

}  // namespace
}  // namespace picklock

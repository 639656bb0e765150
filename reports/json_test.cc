#include "reports/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace picklock {
namespace {

ResultDocument sample() {
  PropertyResult broken{.name = "belief-exclusion", .id = "S2", .status = Status::violated};
  broken.runs = 200;
  broken.violated_runs = 50;
  broken.judged = 400;
  broken.first_seed = 18446744073709551615ULL;
  broken.expected = "violated";
  PropertyResult fine{.name = "server-exclusion", .id = "S1"};
  fine.runs = 200;
  ScenarioResult scenario{.name = "pause", .file = "a\xff.json", .lock = "redis_token"};
  scenario.runs = 200;
  scenario.planned_runs = 200;
  scenario.digest = "00000000000000ff";
  scenario.strongest_spec = "M3";
  scenario.properties = {fine, broken};
  scenario.wall_seconds = 0.5;
  RunPicture run{.property = "belief-exclusion", .seed = 7, .digest = 255};
  run.counterexample.reason = "two believers";
  run.counterexample.operations = {OpId(1), OpId(4)};
  scenario.first_violation = run;
  scenario.fixes = {FixResult{.name = "fencing", .properties = {fine}, .runs = 200}};
  return ResultDocument{.version = "0.1.0", .results = {scenario}, .wall_seconds = 0.5, .jobs = 2};
}

TEST(ResultJson, HasWhatTheSchemaPromises) {
  const auto json = nlohmann::json::parse(result_json(sample()));
  EXPECT_EQ(json["schema"], "picklock-result-1");
  const auto& scenario = json["results"][0];
  EXPECT_EQ(scenario["scenario"], "pause");
  EXPECT_EQ(scenario["strongest_spec"], "M3");
  const auto& property = scenario["properties"]["belief-exclusion"];
  EXPECT_EQ(property["status"], "violated");
  EXPECT_EQ(property["violated_runs"], 50);
  EXPECT_EQ(property["rate"], 0.25);
  EXPECT_EQ(property["first_seed"], 18446744073709551615ULL);
  EXPECT_EQ(property["expected"], "violated");
  EXPECT_EQ(scenario["properties"]["server-exclusion"]["upper_bound_95"], 0.014867);
  EXPECT_TRUE(scenario["properties"]["server-exclusion"]["first_seed"].is_null());
  EXPECT_EQ(scenario["first_violation"]["digest"], "00000000000000ff");
  EXPECT_EQ(scenario["fixes"][0]["name"], "fencing");
}

TEST(ResultJson, KeepsTheOrderOfProperties) {
  const std::string text = result_json(sample());
  EXPECT_LT(text.find("server-exclusion"), text.find("belief-exclusion"));
  EXPECT_LT(text.find("\"schema\""), text.find("\"results\""));
}

TEST(ResultJson, HasTheWallClockInTimingOnly) {
  ResultDocument slow = sample();
  slow.wall_seconds = 99;
  slow.results[0].wall_seconds = 98;
  slow.jobs = 1;
  auto one = nlohmann::ordered_json::parse(result_json(sample()));
  auto other = nlohmann::ordered_json::parse(result_json(slow));
  EXPECT_NE(one.dump(), other.dump());
  one.erase("timing");
  other.erase("timing");
  EXPECT_EQ(one.dump(), other.dump());
}

TEST(ResultJson, IsValidUtf8WhateverTheFileIsCalled) {
  EXPECT_EQ(nlohmann::json::parse(result_json(sample()))["results"][0]["file"],
            "a\xEF\xBF\xBD.json");
}

TEST(HexDigest, ReadsWhatItWrites) {
  EXPECT_EQ(hex_digest(255), "00000000000000ff");
  EXPECT_EQ(parse_hex_digest("00000000000000ff"), 255U);
  EXPECT_EQ(parse_hex_digest("ff"), std::nullopt);
  EXPECT_EQ(parse_hex_digest("00000000000000FF"), std::nullopt);
  EXPECT_EQ(parse_hex_digest("00000000000000fg"), std::nullopt);
}

TEST(Rate, CountsDecidedRunsOnly) {
  PropertyResult property{.runs = 10, .violated_runs = 1, .undecided_runs = 5};
  EXPECT_EQ(rate(property), 0.2);
  property = {.runs = 5, .undecided_runs = 5};
  EXPECT_EQ(rate(property), 0);
  EXPECT_EQ(upper_bound_95(property), 1);
}

}  // namespace
}  // namespace picklock

#include "reports/exploration.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

namespace picklock {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Everything within two faults, three clients, two rounds.
ExplorationResult searched() {
  ExplorationResult result{.name = "token", .strategy = "bounded"};
  result.faults = 2;
  result.clients = 3;
  result.rounds = 2;
  result.runs = 184'203;
  result.budget = 1'000'000;
  result.depth = 96;
  result.trying = 2;
  result.trying_since = 1'203;
  result.done = 1;
  result.none_below = 3;
  result.complete = true;
  return result;
}

// With two thirds of the budget to go, and a quarter of the placements of one fault behind it.
ExplorationResult on_its_way() {
  ExplorationResult result = searched();
  result.runs = 10'000;
  result.budget = 30'000;
  result.trying = 1;
  result.trying_since = 8'000;
  result.done = 0.25;
  result.complete = false;
  return result;
}

std::string text_of(const ExplorationResult& result) {
  TerminalStyle wide;
  wide.width = 400;
  return exploration_text(result, "", wide);
}

TEST(ExplorationText, SaysWhatACompleteSearchCovered) {
  EXPECT_THAT(text_of(searched()), HasSubstr("no violation within 2 faults, 3 clients, 2 rounds: "
                                             "184,203 runs, complete, 96 events deep"));
}

TEST(ExplorationText, SaysHowFarItCame) {
  EXPECT_THAT(text_of(on_its_way()), HasSubstr("about 25 % of the placements of 1 fault"));
}

TEST(ExplorationText, SaysWhatMoreSamplesWouldShow) {
  ExplorationResult sampled = on_its_way();
  sampled.trying = 0;
  sampled.done = 0;
  sampled.sampled = 10'000;
  sampled.different = 4'000;
  sampled.once = 1'500;
  EXPECT_THAT(text_of(sampled), HasSubstr("4,000 of 10,000 drawn ones different"));
  EXPECT_THAT(text_of(sampled), HasSubstr("would be new with a chance of 15 %"));
  EXPECT_THAT(text_of(sampled), Not(HasSubstr("placements")));
}

TEST(ExplorationProgress, EstimatesWhatIsLeft) {
  // 2,000 runs for a quarter: 6,000 more, at 100 a second, of the 20,000 that are left.
  EXPECT_EQ(exploration_progress(on_its_way(), 100),
            "exploring token: 10,000 runs, 100/s, 96 events deep, about 25 % of the placements of "
            "1 fault "
            "(60 s more), at most 3 min left");
  ExplorationResult last = on_its_way();
  last.trying = 2;
  EXPECT_THAT(exploration_progress(last, 100), HasSubstr("2 faults, about 60 s left"));
  last.budget = 11'000;
  EXPECT_THAT(exploration_progress(last, 100), HasSubstr("at most 10 s left"));
}

TEST(ExplorationProgress, CountsStates) {
  ExplorationResult exhaustive = on_its_way();
  exhaustive.states = 12'345;
  exhaustive.trying = 0;
  EXPECT_THAT(exploration_progress(exhaustive, 100),
              HasSubstr(", 12,345 states, 96 events deep, "));
  EXPECT_THAT(exploration_progress(exhaustive, 100), HasSubstr("about 25 % of the plan itself"));
}

TEST(ExplorationProgress, BeforeTheFirstRunKnowsNothing) {
  EXPECT_EQ(exploration_progress({.name = "token"}, 0), "exploring token");
}

TEST(ExplorationJson, SaysWhatIsKnownOfTheRest) {
  ExplorationResult result = on_its_way();
  const auto json = nlohmann::json::parse(exploration_json(result, "1"));
  EXPECT_EQ(json.at("trying").at("faults"), 1);
  EXPECT_EQ(json.at("trying").at("done"), 0.25);
  EXPECT_TRUE(json.at("sampled_runs").at("next_is_new").is_null());
}

}  // namespace
}  // namespace picklock

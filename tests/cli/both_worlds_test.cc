// `picklock compare` and `picklock replay --real`: one run in both worlds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tests/cli/real_fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class BothWorlds : public Real {};

TEST_F(BothWorlds, WorldsAgreeEventByEvent) {
  const Finished finished = run_program(prepared_real(
      {"compare", "pause.json", "--seeds", "1-3", "--repeat", "2", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err << finished.out;
  const json document = json::parse(finished.out);
  EXPECT_EQ(document["schema"], "picklock-compare-1");
  const json& result = document["results"][0];
  EXPECT_EQ(result["agreement"], "agrees");
  EXPECT_EQ(result["simulated_runs"], 3);
  EXPECT_EQ(result["real_runs"], 6);
  EXPECT_EQ(result["same_runs"], 6);
  EXPECT_TRUE(result["parting"].is_null());
  const json& belief = result["properties"]["belief-exclusion"];
  EXPECT_EQ(belief["simulated"]["violated_runs"], 3);
  EXPECT_EQ(belief["real"]["violated_runs"], 6);
}

// A counterexample's schedule, message by message: real servers give the answers that the models gave.
TEST_F(BothWorlds, CounterexamplesHappenOnRealServersAsInTheirTraces) {
  for (const char* name :
       {"redis_token_pause_past_ttl", "redis_set_nx_blind_delete", "redis_get_then_delete_race",
        "redlock_one_clock_step", "redlock_amnesia", "redis_failover_forgets",
        "redis_wait_wrong_replica"}) {
    const std::string file = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/" + name + ".json";
    ASSERT_EQ(picklock({"run", file, "-o", "trace=one.trace.json"}).code, 0) << name;
    const Finished finished = run_program(prepared_real({"replay", "one.trace.json", "--real"}));
    EXPECT_EQ(finished.code, 0) << finished.err << finished.out;
    EXPECT_THAT(finished.out, HasSubstr("on real servers, each at the nanosecond of the trace"));
    EXPECT_THAT(finished.out, HasSubstr("): violated"));
  }
  EXPECT_TRUE(is_clean());
}

// The same check can fail: a trace in which somebody changed what happened.
TEST_F(BothWorlds, TraceThatSaysOtherwiseParts) {
  ASSERT_EQ(picklock({"run", "pause.json", "-o", "trace=one.trace.json"}).code, 0);
  json trace = json::parse(read("one.trace.json"));
  trace["events"].erase(trace["events"].size() - 1);
  std::ofstream(folder_ / "other.trace.json") << trace;
  const std::string refused = picklock({"replay", "other.trace.json"}).err;
  constexpr std::string_view kLabel = "expected ";
  trace["events_digest"] = refused.substr(refused.find(kLabel) + kLabel.size(), 16);
  std::ofstream(folder_ / "other.trace.json") << trace;
  const Finished finished = run_program(prepared_real({"replay", "other.trace.json", "--real"}));
  EXPECT_EQ(finished.code, 1) << finished.err << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("the real run parts from the trace"));
}

TEST_F(BothWorlds, FailoversAndWaitsAreThoseOfTheSimulatorTwentyTimesOfTwenty) {
  const std::string scenarios = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/";
  const Finished finished = run_program(prepared_real(
      {"compare", scenarios + "redis_failover_forgets.json",
       scenarios + "redis_old_primary_grants.json", scenarios + "redis_wait_wrong_replica.json",
       scenarios + "redis_failover_fence_repeats.json", scenarios + "redis_replica_says_mine.json",
       "--seeds", "1-20", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const json results = json::parse(finished.out)["results"];
  EXPECT_EQ(results.size(), 5U);
  for (const json& result : results) {
    EXPECT_EQ(result["same_runs"], 20) << result["parting"].dump();
  }
  EXPECT_TRUE(is_clean());
}

// Whom real sentinels elect and promote, and when, the simulated ones do.
TEST_F(BothWorlds, SentinelsAreThoseOfTheSimulator) {
  const std::string scenarios = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/";
  const Finished finished = run_program(prepared_real(
      {"compare", scenarios + "redis_sentinel_forgets.json",
       scenarios + "redis_sentinel_old_primary_grants.json",
       scenarios + "redis_sentinel_minority.json", "--seeds", "1-5", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const json results = json::parse(finished.out)["results"];
  EXPECT_EQ(results.size(), 3U);
  for (const json& result : results) {
    EXPECT_EQ(result["same_runs"], 5) << result["parting"].dump();
  }
  EXPECT_TRUE(is_clean());
}

// A client that writes its own key again renews it, in both worlds.
TEST_F(BothWorlds, WorldsAgreeAboutAKeyThatItsOwnerOverwrites) {
  write("again.json", R"({ "name": "again", "clients": { "count": 1 },
                           "lock": { "algorithm": "redis_set_then_exists", "wait": "2s" } })");
  const Finished finished =
      run_program(prepared_real({"compare", "again.json", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const json result = json::parse(finished.out)["results"][0];
  EXPECT_EQ(result["same_runs"], 1) << result["parting"].dump();
}

TEST_F(BothWorlds, ComparisonInWordsNamesBothWorlds) {
  const Finished finished = run_program(prepared_real({"compare", "pause.json"}));
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("violated in 1 of 1"));
  EXPECT_THAT(finished.out, HasSubstr("1 of 1 real runs event by event the simulated ones"));
}

TEST_F(BothWorlds, WhatCannotBeComparedIsNotRunAndDoesNotAgree) {
  const std::vector<std::string> datagrams{"compare", "pause.json", "--set",
                                           R"(/network={"transport": "datagrams"})"};
  const Finished finished = run_program(prepared_real(datagrams));
  EXPECT_EQ(finished.code, 5) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("not run"));
  EXPECT_THAT(finished.out, HasSubstr("real connections are streams"));
}

}  // namespace
}  // namespace picklock::testing

// picklock explain: what happened, why, since when, and what would have helped.
#include <gmock/gmock.h>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class Explain : public CommandLine {
 protected:
  void record(const std::string& scenario) {
    const std::string file = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/" + scenario + ".json";
    const Finished finished = picklock({"run", file, "--no-fixes", "-o", "trace=trace.json"});
    ASSERT_EQ(finished.code, 0) << finished.err;
  }
};

TEST_F(Explain, ThePauseThatOutlastsTheLease) {
  record("redis_token_pause_past_ttl");
  const Finished finished = picklock({"explain", "trace.json"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  for (const std::string part :
       {"client-1 freezes for 14s", "50 of 50 ← no way back", "a pause longer than the lease (P14)",
        "fencing-token", "✓ safe         ✓ 0 of 200: < 1.5 % (95 %)",
        "picklock explain trace.json --with fencing-token"}) {
    EXPECT_THAT(finished.out, HasSubstr(part));
  }
}

TEST_F(Explain, AsJson) {
  record("redis_token_pause_past_ttl");
  const Finished finished =
      picklock({"explain", "trace.json", "--format", "json", "-o", "json=why.json"});
  EXPECT_EQ(finished.out, read("why.json"));
  const json why = json::parse(finished.out);
  EXPECT_EQ(why.at("schema"), "picklock-explanation-1");
  EXPECT_EQ(why.at("pitfall"), "P14");
  EXPECT_LE(why.at("steps").size(), 12U);
  const json& fatal = why.at("steps").at(why.at("no_way_back_from").get<std::size_t>() - 1);
  EXPECT_THAT(fatal.at("text").get<std::string>(), HasSubstr("freezes"));
  EXPECT_EQ(why.at("trials").size(), 5U);
}

TEST_F(Explain, WithAFixTheScheduleIsReplayed) {
  record("redis_token_pause_past_ttl");
  const Finished safe = picklock({"explain", "trace.json", "--with", "fencing-token"});
  EXPECT_EQ(safe.code, 0);
  EXPECT_THAT(safe.out, HasSubstr("✓ holds on this schedule"));
  const Finished typo = picklock({"explain", "trace.json", "--with", "fencing-tokn"});
  EXPECT_EQ(typo.code, 3);
  EXPECT_THAT(typo.err, HasSubstr("did you mean \"fencing-token\"?"));
}

TEST_F(Explain, AFixThatDoesNotHelpIsDrawn) {
  record("redis_set_nx_blind_delete");
  const Finished finished = picklock({"explain", "trace.json", "--with", "compare-and-delete"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("✗ violated on this schedule"));
  EXPECT_THAT(finished.out, HasSubstr("client-1 thinks"));
}

TEST_F(Explain, FitsFortyColumnsAndAscii) {
  record("redis_token_pause_past_ttl");
  Start start = prepared({"explain", "trace.json"});
  start.environment = {"LC_ALL=C", "NO_COLOR=1"};
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 0);
  for (const char c : finished.out) ASSERT_GE(c, 0) << finished.out;
}

// Its tries have timed out and arrive late, each with the request that takes back what it may have set.
TEST_F(Explain, WhatAnAcquireTakesBackIsNoRelease) {
  write("late.json", R"({ "name": "late", "duration": "20s", "progress": "10s", "seeds": [1, 1],
    "lock": { "algorithm": "redis_token", "ttl": "10s" }, "clients": { "count": 1 },
    "faults": [{ "delay": "client-1 -> redis-1 SET", "by": "10s" }] })");
  const Finished run = picklock({"run", "late.json", "--no-shrink", "-o", "trace=trace.json"});
  ASSERT_EQ(run.code, 1) << run.err;
  const Finished finished = picklock({"explain", "trace.json", "--format", "json"});
  ASSERT_EQ(finished.code, 0) << finished.err;
  std::vector<std::string> texts;
  const json why = json::parse(finished.out);
  for (const json& step : why.at("steps")) texts.push_back(step.at("text"));
  EXPECT_THAT(texts, Contains(HasSubstr("gets the lock")));
  EXPECT_THAT(texts, Each(Not(HasSubstr("releases"))));
}

TEST_F(Explain, WhatIsNoViolationIsRefused) {
  record("redis_token_pause_past_ttl");
  json trace = json::parse(read("trace.json"));
  trace["property"] = "server-exclusion";
  write("safe.json", trace.dump());
  EXPECT_EQ(picklock({"explain", "safe.json"}).code, 3);
  EXPECT_EQ(picklock({"explain", "nowhere.json"}).code, 3);
  EXPECT_EQ(picklock({"explain", "trace.json", "--futures", "0"}).code, 3);
  EXPECT_EQ(picklock({"explain", "trace.json", "-o", "json=/nowhere/x"}).code, 4);
}

}  // namespace
}  // namespace picklock::testing

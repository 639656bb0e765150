// picklock explore: what nobody planned.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::string_view kQuiet = R"({
  "name": "quiet",
  "lock": { "algorithm": "redis_token", "ttl": "10s" },
  "clients": { "count": 2, "stagger": "1ms" },
  "duration": "40s"
})";

class Explore : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    write("quiet.json", kQuiet);
  }
};

TEST_F(Explore, EndsWithASmallViolationThatReplays) {
  const Finished finished = picklock({"explore", "quiet.json", "--property", "no-lost-update",
                                      "--faults", "1", "-o", "trace=found.json"});
  EXPECT_EQ(finished.code, 1) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("VIOLATION"));
  EXPECT_THAT(finished.out, HasSubstr("with 1 placed fault"));
  EXPECT_THAT(finished.out, HasSubstr("nothing more can be taken away"));
  EXPECT_THAT(finished.out, HasSubstr("picklock explain found.json"));
  const Finished again = picklock({"replay", "found.json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(json::parse(read("found.json")).at("scenario").at("faults").size(), 1U);
}

TEST_F(Explore, SaysWhatACompleteSearchCovered) {
  const Finished finished =
      picklock({"explore", "quiet.json", "--property", "server-exclusion", "--faults", "1",
                "--strategy", "bounded", "--kinds", "pause,crash"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("no violation within 1 fault, 2 clients, 1 round: "));
  EXPECT_THAT(finished.out, HasSubstr(", complete"));
}

TEST_F(Explore, SaysHowFarItCame) {
  const Finished finished = picklock({"explore", "quiet.json", "--property", "server-exclusion",
                                      "--kinds", "pause", "--budget", "20", "--format", "json"});
  EXPECT_EQ(finished.code, 2) << finished.err;
  const json result = json::parse(finished.out);
  EXPECT_EQ(result.at("verdict"), "undecided");
  EXPECT_EQ(result.at("complete"), false);
  EXPECT_EQ(result.at("runs"), 20);
  EXPECT_TRUE(result.at("found").is_null());
}

TEST_F(Explore, TriesEveryOrderOrSaysHowFarItCame) {
  std::vector<std::string> words{"explore",  "quiet.json", "--set",      "/clients/stagger=0s",
                                 "--faults", "0",          "--strategy", "exhaustive",
                                 "--format", "json",       "--property", "belief-exclusion"};
  const Finished all = picklock(words);
  EXPECT_EQ(all.code, 0) << all.err;
  const json complete = json::parse(all.out);
  EXPECT_EQ(complete.at("complete"), true);
  EXPECT_GT(complete.at("states"), complete.at("runs"));
  words.insert(words.end(), {"--budget", "1"});
  const Finished one = picklock(words);
  EXPECT_EQ(one.code, 2) << one.err;
  EXPECT_EQ(json::parse(one.out).at("verdict"), "undecided");
}

TEST_F(Explore, TakesTheBoundFromTheCommandLine) {
  const Finished finished =
      picklock({"explore", "quiet.json", "--clients", "3", "--depth", "2", "--faults", "0",
                "--strategy", "bounded", "--format", "json"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  const json bound = json::parse(finished.out).at("bound");
  EXPECT_EQ(bound.at("clients"), 3);
  EXPECT_EQ(bound.at("rounds"), 2);
  EXPECT_EQ(bound.at("faults"), 0);
}

TEST_F(Explore, NamesAllThatIsWrongWithTheCommandLine) {
  const Finished finished =
      picklock({"explore", "quiet.json", "--strategy", "swarn", "--kinds", "pause,crush",
                "--property", "no-lost-updates", "--budget", "0", "--clients", "0"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_THAT(finished.err, HasSubstr("--strategy: expected one of portfolio, bounded"));
  EXPECT_THAT(finished.err, HasSubstr("did you mean \"swarm\"?"));
  EXPECT_THAT(finished.err, HasSubstr("did you mean \"crash\"?"));
  EXPECT_THAT(finished.err, HasSubstr("did you mean \"no-lost-update\"?"));
  EXPECT_THAT(finished.err, HasSubstr("--budget: expected a number of runs above 0, got 0"));
  EXPECT_THAT(finished.err, HasSubstr("--set /clients/count"));
}

// Seeds that draw their own faults, which are then a plan like any other.
constexpr std::string_view kSwarm = R"({
  "name": "swarm",
  "lock": { "algorithm": "redis_token", "ttl": "10s" },
  "clients": { "count": 2, "stagger": "1ms" },
  "faults": { "swarm": { "most": 3, "kinds": ["pause", "delay", "suspend"] } },
  "duration": "40s",
  "seeds": [1, 400],
  "expect": { "no-lost-update": "violated", "server-exclusion": "holds" },
  "fixes": [ { "name": "fence",
               "set": { "/lock/algorithm": "redis_fenced", "/resource": { "fencing": "first_operation" } },
               "expect": { "no-lost-update": "holds" } } ]
})";

class SwarmOfFaults : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    write("swarm.json", kSwarm);
  }
};

TEST_F(SwarmOfFaults, IsInTheTraceOfItsSeed) {
  ASSERT_EQ(picklock({"lint", "swarm.json"}).code, 0);
  const Finished finished =
      picklock({"run", "swarm.json", "--no-shrink", "-o", "trace=trace.json"});
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  const json trace = json::parse(read("trace.json"));
  const json& faults = trace.at("scenario").at("faults");
  ASSERT_TRUE(faults.is_array());
  EXPECT_GE(faults.size(), 1U);
  EXPECT_LE(faults.size(), 3U);
  const Finished again = picklock({"replay", "trace.json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("the same to the bit"));
  const Finished small = picklock({"shrink", "trace.json", "-o", "trace=small.json"});
  EXPECT_EQ(small.code, 0) << small.err;
  EXPECT_EQ(json::parse(read("small.json")).at("scenario").at("faults").size(), 1U);
  const Finished explained = picklock({"explain", "small.json", "--seeds", "20"});
  EXPECT_EQ(explained.code, 0) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("fence"));
}

TEST_F(SwarmOfFaults, ThatStrikesNobodyIsAProblem) {
  int idle = 0;
  for (int seed = 1; seed <= 20; ++seed) {
    const Finished finished = picklock({"run", "swarm.json", "--no-shrink", "--no-fixes", "--set",
                                        "/faults/swarm/fewest=0", "--seed", std::to_string(seed)});
    if (finished.out.find("no fault of the swarm took effect in any run") == std::string::npos)
      continue;
    EXPECT_EQ(finished.code, 1) << finished.out;
    ++idle;
  }
  EXPECT_GT(idle, 0);
  EXPECT_LT(idle, 20);
}

TEST_F(SwarmOfFaults, NamesTheKindsThatASearchPlaces) {
  const Finished finished = picklock({"explore", "swarm.json", "--property", "no-lost-update",
                                      "--format", "json", "--no-shrink", "-o", "trace=found.json"});
  EXPECT_EQ(finished.code, 1) << finished.err;
  const json trace = json::parse(read("found.json"));
  for (const json& fault : trace.at("scenario").at("faults")) {
    EXPECT_TRUE(fault.contains("pause") || fault.contains("delay") || fault.contains("suspend"))
        << fault;
  }
}

}  // namespace
}  // namespace picklock::testing

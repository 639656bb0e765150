// picklock shrink, and the small counterexamples of picklock run.
#include <gmock/gmock.h>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// A pause that breaks the lock, beside much that has nothing to do with it.
constexpr std::string_view kNoisy = R"({
  "name": "noisy",
  "lock": { "algorithm": "redis_token", "ttl": "10s" },
  "clients": { "count": 4, "rounds": 2, "stagger": "1ms" },
  "network": { "delay": { "uniform": ["200us", "3ms"] } },
  "faults": [
    { "pause": "client-3", "for": "5ms", "at": "1s" },
    { "pause": "client-1", "for": "14s", "when": "client-1 read" },
    { "crash": "client-4", "at": "40s" }
  ],
  "seeds": [1, 20],
  "expect": { "no-lost-update": "violated" }
})";

class Shrink : public CommandLine {
 protected:
  void record(std::vector<std::string> more) {
    write("noisy.json", kNoisy);
    std::vector<std::string> arguments{"run", "noisy.json", "-o", "trace=trace.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished finished = picklock(arguments);
    ASSERT_EQ(finished.code, 0) << finished.err;
  }
};

TEST_F(Shrink, WritesATraceThatReplaysToTheBit) {
  record({"--no-shrink"});
  const Finished finished = picklock({"shrink", "trace.json", "-o", "trace=small.json"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("1 fault instead of 3, 2 clients instead of 4"));
  EXPECT_THAT(finished.out, HasSubstr("nothing more can be taken away"));
  EXPECT_THAT(finished.out, HasSubstr("picklock replay small.json"));
  const json small = json::parse(read("small.json"));
  EXPECT_EQ(small.at("scenario").at("faults").size(), 1U);
  EXPECT_TRUE(small.at("choices").empty());
  const Finished again = picklock({"replay", "small.json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("the same to the bit"));
}

TEST_F(Shrink, RunDoesItWithoutBeingAsked) {
  record({});
  const json trace = json::parse(read("trace.json"));
  EXPECT_EQ(trace.at("scenario").at("faults").size(), 1U);
  const Finished finished = picklock({"run", "noisy.json", "--format", "json"});
  const json shrunk =
      json::parse(finished.out).at("results").at(0).at("first_violation").at("shrunk");
  EXPECT_EQ(shrunk.at("before").at("faults"), 3);
  EXPECT_EQ(shrunk.at("after").at("faults"), 1);
  EXPECT_EQ(shrunk.at("minimal"), true);
}

TEST_F(Shrink, OfASmallTraceIsTheTraceItself) {
  record({});
  ASSERT_EQ(picklock({"shrink", "trace.json", "-o", "trace=small.json"}).code, 0);
  EXPECT_EQ(json::parse(read("small.json")), json::parse(read("trace.json")));
}

TEST_F(Shrink, ATraceWithoutAViolationIsRefused) {
  record({});
  json trace = json::parse(read("trace.json"));
  trace["property"] = "server-exclusion";
  write("safe.json", trace.dump());
  const Finished safe = picklock({"shrink", "safe.json"});
  EXPECT_EQ(safe.code, 3);
  EXPECT_THAT(safe.err, HasSubstr("expected a run that breaks server-exclusion, which is holds"));
  trace["property"] = "";
  write("none.json", trace.dump());
  const Finished none = picklock({"shrink", "none.json"});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("got one without a property"));
}

TEST_F(Shrink, GarbageAndUnwritableOutputs) {
  write("garbage.json", "{");
  EXPECT_EQ(picklock({"shrink", "garbage.json"}).code, 3);
  EXPECT_EQ(picklock({"shrink", "nowhere.json"}).code, 3);
  record({});
  EXPECT_EQ(picklock({"shrink", "trace.json", "-o", "trace=/nowhere/at/all.json"}).code, 4);
  EXPECT_EQ(picklock({"shrink", "trace.json", "-o", "pdf=x"}).code, 3);
}

}  // namespace
}  // namespace picklock::testing

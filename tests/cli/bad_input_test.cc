// Input that is wrong, cut off, absurd or interrupted: a clear error, the right exit code, no crash.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class BadFile : public CommandLine {
 protected:
  // Every command that reads files names it and says why it refuses it, in words of this pattern.
  void expect_refused(const std::string& file, const std::string& pattern) {
    for (const std::string command : {"run", "lint", "replay"}) {
      SCOPED_TRACE(command);
      const Finished finished = picklock({command, file});
      EXPECT_EQ(finished.code, 3) << finished.err;
      EXPECT_EQ(finished.out, "");
      EXPECT_THAT(finished.err, HasSubstr(file));
      EXPECT_THAT(finished.err, ContainsRegex(pattern));
      EXPECT_LT(finished.err.size(), 10000U);
    }
  }
};

TEST_F(BadFile, Missing) {
  expect_refused("nowhere.json", "does not exist|No such file");
}

TEST_F(BadFile, Directory) {
  std::filesystem::create_directory(folder_ / "folder.json");
  expect_refused("folder.json", "directory");
}

TEST_F(BadFile, Empty) {
  write("empty.json", "");
  expect_refused("empty.json", "empty");
}

TEST_F(BadFile, HundredMegabytesOfGarbage) {
  constexpr std::size_t kBlock = 1'000'000;
  std::string block(kBlock, '\0');
  std::uint64_t state = 1;
  for (char& c : block) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>(state >> 56);
  }
  {
    std::ofstream file(folder_ / "garbage.json", std::ios::binary);
    for (int i = 0; i < 100; ++i) file << block;
  }
  expect_refused("garbage.json", "garbage.json.*: ");
  std::filesystem::remove(folder_ / "garbage.json");
}

TEST_F(BadFile, InvalidUtf8) {
  write("bytes.json", "{ \"name\": \"a\xff\xfe\" }");
  expect_refused("bytes.json", "UTF-8");
}

TEST_F(BadFile, DeepNesting) {
  write("deep.json", std::string(1'000'000, '['));
  expect_refused("deep.json", "the end of the file|nest");
  write("deep.json", std::string(1'000'000, '[') + std::string(1'000'000, ']'));
  expect_refused("deep.json", "nest|expected an object");
}

using BadNumber = CommandLine;

TEST_F(BadNumber, SeedBeyond64Bits) {
  expect_usage_error({"run", "pause.json", "--seed", "18446744073709551616"}, "64-bit");
  expect_usage_error({"run", "pause.json", "--seeds", "1-18446744073709551616"}, "64-bit");
  expect_usage_error({"run", "pause.json", "--seed", "-1"}, "--seed");
  expect_usage_error({"run", "pause.json", "--seed", "1e3"}, "64-bit");
  expect_usage_error({"run", "pause.json", "--set", "/seeds=[1, 18446744073709551616]"}, "/seeds");
}

TEST_F(BadNumber, TheLargestSeedIsFine) {
  const Finished finished =
      picklock({"run", "pause.json", "--seeds", "18446744073709551614-18446744073709551615",
                "--format", "json", "-j", "2"});
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(json::parse(finished.out).at("results")[0].at("runs"), 2);
}

TEST_F(BadNumber, RangeInReverse) {
  expect_usage_error({"run", "pause.json", "--seeds", "9-1"}, "9 is after 1");
  expect_usage_error({"run", "pause.json", "--seeds", "9"}, "range");
}

TEST_F(BadNumber, DurationsThatAreNone) {
  for (const std::string duration :
       {"nan", "NaN", "inf", "1e99s", "99999999999999999999s", "-1s"}) {
    expect_usage_error({"run", "pause.json", "--set", "/lock/ttl=" + duration}, "/lock/ttl");
  }
}

TEST_F(BadNumber, AllMistakesOfACommandLineAtOnce) {
  const Finished finished = picklock({"run", "pause.json", "nowhere.json", "--seed", "x",
                                      "--format", "y", "--set", "/lock/ttl=1"});
  EXPECT_EQ(finished.code, 3);
  for (const std::string part : {"--seed", "--format", "/lock/ttl", "nowhere.json"}) {
    EXPECT_THAT(finished.err, HasSubstr(part));
  }
}

class Interrupt : public CommandLine {
 protected:
  // A sweep that would take hours, stopped once it is under way.
  Finished interrupt(std::vector<std::string> more) {
    std::vector<std::string> arguments{"run", "pause.json", "--seeds", "1-100000000", "-j", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Start start = prepared(std::move(arguments));
    start.while_running = [](pid_t process) {
      ASSERT_TRUE(wait_until_busy(process, SIGINT, 300)) << "it never began";
      kill(process, SIGINT);
    };
    return run_program(start);
  }

  static void expect_partial(const json& document) {
    EXPECT_EQ(document.at("interrupted"), true);
    const json& result = document.at("results").at(0);
    EXPECT_EQ(result.at("interrupted"), true);
    EXPECT_GT(result.at("runs"), 0);
    EXPECT_LT(result.at("runs"), 100000000);
    EXPECT_EQ(result.at("planned_runs"), 100000000);
    EXPECT_EQ(result.at("properties").at("belief-exclusion").at("violated_runs"),
              result.at("runs"));
  }
};

TEST_F(Interrupt, KeepsWhatIsDoneAndMarksIt) {
  const Finished finished = interrupt({"--format", "json", "-o", "json=partial.json"});
  EXPECT_EQ(finished.code, 130) << finished.err;
  expect_partial(json::parse(finished.out));
  expect_partial(json::parse(read("partial.json")));
}

TEST_F(Interrupt, PrintsTheVerdictsSoFar) {
  const Finished finished = interrupt({});
  EXPECT_EQ(finished.code, 130) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("interrupted"));
  EXPECT_THAT(finished.out, HasSubstr("belief-exclusion"));
}

// Forty writes at once and a read that none of them explains: more orders than anybody can try.
std::string hard_history() {
  std::string lines;
  const auto event = [&](int process, std::string_view type, std::string_view what) {
    lines += fmt::format("{{:process {}, :type :{}, :f :{}}}\n", process, type, what);
  };
  for (int i = 0; i < 40; ++i) event(i, "invoke", fmt::format("write, :value {}", i));
  event(99, "invoke", "read, :value nil");
  event(99, "ok", "read, :value 1000");
  for (int i = 0; i < 40; ++i) event(i, "ok", fmt::format("write, :value {}", i));
  return lines;
}

TEST_F(Interrupt, EndsAJudgmentAsUndecided) {
  write("easy.edn",
        "{:process 0, :type :invoke, :f :write, :value 1}\n"
        "{:process 0, :type :ok, :f :write, :value 1}\n");
  write("hard.edn", hard_history());
  Start start = prepared({"check", "easy.edn", "hard.edn", "--budget", "1000000000000", "--format",
                          "json", "-o", "json=partial.json"});
  start.while_running = [](pid_t process) {
    ASSERT_TRUE(wait_until_busy(process, SIGINT, 300)) << "it never began";
    kill(process, SIGINT);
  };
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 130) << finished.err;
  EXPECT_EQ(finished.out, read("partial.json"));
  const json document = json::parse(finished.out);
  EXPECT_EQ(document.at("interrupted"), true);
  EXPECT_EQ(document.at("results").at(0).at("verdict"), "holds");
  EXPECT_EQ(document.at("results").at(1).at("verdict"), "undecided");
  EXPECT_EQ(document.at("results").at(1).at("reason"), "it was interrupted");
}

class Replay : public CommandLine {
 protected:
  void record() {
    ASSERT_EQ(picklock({"run", "pause.json", "-o", "trace=trace.json"}).code, 0);
    trace_ = read("trace.json");
    ASSERT_FALSE(trace_.empty());
  }

  void expect_refused(const std::string& text) {
    write("changed.json", text);
    const Finished finished = picklock({"replay", "changed.json"});
    EXPECT_EQ(finished.code, 3) << finished.out << finished.err;
    EXPECT_THAT(finished.err, HasSubstr("changed.json"));
  }

  std::string trace_;
};

TEST_F(Replay, GivesTheSameHistory) {
  record();
  std::filesystem::remove(folder_ / "pause.json");  // a trace is self-contained
  const Finished finished = picklock({"replay", "trace.json"});
  EXPECT_EQ(finished.code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("the same to the bit"));
  EXPECT_THAT(finished.out, HasSubstr("violated"));
}

TEST_F(Replay, SaysWhereAnotherScenarioDiverges) {
  record();
  const std::size_t place = trace_.find("14s");
  ASSERT_NE(place, std::string::npos);
  write("changed.json", trace_.replace(place, 3, "13s"));
  const Finished finished = picklock({"replay", "changed.json"});
  EXPECT_EQ(finished.code, 1) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("diverged at event"));
}

TEST_F(Replay, RefusesATraceThatWasCutOff) {
  record();
  expect_refused(trace_.substr(0, trace_.size() / 2));
  expect_refused(trace_.substr(0, trace_.rfind('}')));
}

TEST_F(Replay, RefusesATraceWhoseEventsWereEdited) {
  record();
  json trace = json::parse(trace_);
  trace.at("events").erase(trace.at("events").size() / 2);
  expect_refused(trace.dump());
}

TEST_F(Replay, RefusesAScenario) {
  write("changed.json", kPause);
  expect_refused(std::string(kPause));
}

}  // namespace
}  // namespace picklock::testing

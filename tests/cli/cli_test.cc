// The program as its users meet it: exit codes, outputs, and what it says about mistakes.
#include <gmock/gmock.h>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

using ExitCode = CommandLine;

TEST_F(ExitCode, ZeroWhenEveryExpectationIsMet) {
  EXPECT_EQ(picklock({"run", "pause.json"}).code, 0);
}

TEST_F(ExitCode, OneWhenAnExpectedViolationIsMissing) {
  const Finished finished = picklock({"run", "pause.json", "--set", "/faults=[]"});
  EXPECT_EQ(finished.code, 1) << finished.out << finished.err;
}

TEST_F(ExitCode, OneForAViolationThatNobodyExpected) {
  const Finished finished =
      picklock({"run", "pause.json", "--set", "/expect/belief-exclusion=holds"});
  EXPECT_EQ(finished.code, 1) << finished.out << finished.err;
}

TEST_F(ExitCode, OneWhenAPlannedFaultNeverStrikes) {
  const Finished finished = picklock({"run", "pause.json", "--set", "/faults/0/when=client-1 lost",
                                      "--set", "/expect={\"server-exclusion\":\"holds\"}"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.out, HasSubstr("never took effect"));
}

TEST_F(ExitCode, TwoWhenABudgetRunsOut) {
  const Finished finished =
      picklock({"run", "pause.json", "--budget", "1", "--set",
                "/expect={\"resource-linearizability\":\"holds\"}", "--set", "/faults=[]"});
  EXPECT_EQ(finished.code, 2) << finished.out << finished.err;
}

TEST_F(ExitCode, ThreeForAWrongScenario) {
  expect_usage_error({"run", "pause.json", "--set", "/lock/ttl=30"}, "/lock/ttl");
}

TEST_F(ExitCode, FourWhenAnOutputCannotBeWritten) {
  const Finished finished = picklock({"run", "pause.json", "-o", "json=no/such/folder.json"});
  EXPECT_EQ(finished.code, 4);
  EXPECT_THAT(finished.err, HasSubstr("no/such/folder.json"));
}

TEST_F(ExitCode, FiveWhenThereIsNothingToRun) {
  Start start = prepared({"list", "scenarios"});
  std::filesystem::create_directory(folder_ / "empty");
  start.environment.push_back("PICKLOCK_SCENARIOS=empty");
  EXPECT_EQ(run_program(start).code, 5);
}

using FullDisk = CommandLine;

TEST_F(FullDisk, IsNoticedOnTheStandardOutput) {
  for (const std::string format : {"text", "json"}) {
    Start start = prepared({"run", "pause.json", "--format", format});
    start.out = "/dev/full";
    const Finished finished = run_program(start);
    EXPECT_EQ(finished.code, 4) << format;
    EXPECT_THAT(finished.err, HasSubstr("cannot write to the standard output")) << format;
  }
}

TEST_F(FullDisk, IsNoticedByShortCommands) {
  for (const std::string command : {"list", "lint", "schema"}) {
    Start start = prepared({command});
    if (command == "lint") start.arguments.emplace_back("pause.json");
    if (command == "schema") start.arguments.emplace_back("scenario");
    start.out = "/dev/full";
    const Finished finished = run_program(start);
    EXPECT_EQ(finished.code, 4) << command;
    EXPECT_THAT(finished.err, HasSubstr("cannot write to the standard output")) << command;
  }
}

TEST_F(FullDisk, IsNoticedInAFileAndTheVerdictIsStillPrinted) {
  for (const std::string kind : {"json", "trace", "history"}) {
    const Finished finished = picklock({"run", "pause.json", "-o", kind + "=/dev/full"});
    EXPECT_EQ(finished.code, 4) << kind;
    EXPECT_THAT(finished.err, HasSubstr("cannot write /dev/full: No space left")) << kind;
    EXPECT_THAT(finished.out, HasSubstr("belief-exclusion")) << kind;
  }
}

using Output = CommandLine;

TEST_F(Output, InJsonIsOneDocumentAndNothingElse) {
  const Finished finished = picklock({"run", "pause.json", "pause.json", "--format", "json"});
  const json document = json::parse(finished.out);
  EXPECT_EQ(document.at("schema"), "picklock-result-1");
  EXPECT_EQ(document.at("results").size(), 2U);
  EXPECT_EQ(document.at("results")[0].at("runs"), 3);
  EXPECT_EQ(document.at("results")[0].at("properties").at("belief-exclusion").at("violated_runs"),
            3);
  EXPECT_TRUE(finished.out.ends_with("}\n"));
}

TEST_F(Output, ToAFileIsTheSameAsToTheStandardOutput) {
  const Finished finished =
      picklock({"run", "pause.json", "--format", "json", "-o", "json=result.json"});
  json printed = json::parse(finished.out);
  json written = json::parse(read("result.json"));
  printed.erase("timing");
  written.erase("timing");
  EXPECT_EQ(printed, written);
}

TEST_F(Output, DrawsACounterexampleAndNamesTheNextCommand) {
  const Finished finished = picklock({"run", "pause.json"});
  EXPECT_THAT(finished.out, HasSubstr("client-1"));
  EXPECT_THAT(finished.out, HasSubstr("picklock run pause.json --seed 1 -o trace="));
}

TEST_F(Output, HasNoColoursOutsideATerminalOrWithNoColor) {
  const std::string escape = "\x1b[";
  EXPECT_THAT(picklock({"run", "pause.json"}).out, Not(HasSubstr(escape)));
  Start start = prepared({"run", "pause.json"});
  start.environment.emplace_back("NO_COLOR=1");
  EXPECT_THAT(run_program(start).out, Not(HasSubstr(escape)));
  start = prepared({"run", "pause.json"});
  start.environment.emplace_back("CLICOLOR_FORCE=1");
  EXPECT_THAT(run_program(start).out, HasSubstr(escape));
}

TEST_F(Output, KeepsToAsciiInAnAsciiLocale) {
  Start start = prepared({"run", "pause.json"});
  start.environment.emplace_back("LC_ALL=C");
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 0);
  for (const char c : finished.out) ASSERT_GE(c, 0) << finished.out;
}

using Help = CommandLine;

TEST_F(Help, OfEveryCommandHasAnExample) {
  for (const std::string command : {"run", "replay", "list", "lint", "schema"}) {
    const Finished finished = picklock({command, "--help"});
    EXPECT_EQ(finished.code, 0) << command;
    EXPECT_THAT(finished.out, HasSubstr("Example: picklock " + command));
  }
  EXPECT_THAT(picklock({"--help"}).out, HasSubstr("Example: picklock "));
}

using Neighbours = CommandLine;

TEST_F(Neighbours, OfACommand) {
  expect_usage_error({"runn", "pause.json"}, "did you mean \"run\"");
}

TEST_F(Neighbours, OfAFlag) {
  expect_usage_error({"run", "pause.json", "--sede", "1"}, "did you mean \"--seed\"");
  expect_usage_error({"run", "pause.json", "--formt=json"}, "did you mean \"--format\"");
}

TEST_F(Neighbours, OfAChoice) {
  expect_usage_error({"run", "pause.json", "--format", "jsn"}, "did you mean \"json\"");
  expect_usage_error({"run", "pause.json", "-o", "trce=x"}, "did you mean \"trace\"");
  expect_usage_error({"list", "lock"}, "did you mean \"locks\"");
}

TEST_F(Neighbours, OfALock) {
  expect_usage_error({"run", "pause.json", "--set", "/lock/algorithm=redis_tokn"},
                     "did you mean \"redis_token\"");
}

TEST_F(Neighbours, OfAFault) {
  expect_usage_error(
      {"run", "pause.json", "--set", R"(/faults/0={"pase":"client-1","for":"1s","at":"1s"})"},
      "did you mean \"pause\"");
}

TEST_F(Neighbours, OfAKeyAndAProperty) {
  expect_usage_error({"run", "pause.json", "--set", "/lock/tll=1s"}, "did you mean \"ttl\"");
  expect_usage_error({"run", "pause.json", "--set", "/expect/belief-exclusio=holds"},
                     "did you mean \"belief-exclusion\"");
}

}  // namespace
}  // namespace picklock::testing

// picklock check and picklock history as their users meet them.
#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kGood = R"({:process 0, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :ok, :f :acquire, :value nil}
{:process 0, :type :invoke, :f :release, :value nil}
{:process 0, :type :ok, :f :release, :value nil}
{:process 1, :type :invoke, :f :acquire, :value nil}
{:process 1, :type :ok, :f :acquire, :value nil}
)";

constexpr std::string_view kBad = R"({:process 0, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :ok, :f :acquire, :value nil}
{:process 1, :type :invoke, :f :acquire, :value nil}
{:process 1, :type :ok, :f :acquire, :value nil}
{:process 0, :type :invoke, :f :release, :value nil}
{:process 0, :type :ok, :f :release, :value nil}
)";

constexpr std::string_view kRefused = R"({:process 0, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :fail, :f :acquire, :value nil}
)";

class CheckCommand : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    write("good.edn", kGood);
    write("bad.edn", kBad);
    write("refused.edn", kRefused);
  }

  json check_json(std::vector<std::string> arguments, int code) const {
    arguments.insert(arguments.begin(), "check");
    arguments.insert(arguments.end(), {"--format", "json"});
    const Finished finished = picklock(std::move(arguments));
    EXPECT_EQ(finished.code, code) << finished.err;
    return json::parse(finished.out, nullptr, false);
  }
};

TEST_F(CheckCommand, ExitCodesFollowTheVerdicts) {
  EXPECT_EQ(picklock({"check", "good.edn", "--spec", "owner-mutex"}).code, 0);
  EXPECT_EQ(picklock({"check", "bad.edn", "--spec", "owner-mutex"}).code, 1);
  EXPECT_EQ(picklock({"check", "good.edn", "bad.edn", "--spec", "mutex"}).code, 1);
  EXPECT_EQ(picklock({"check", "nowhere.edn", "--spec", "mutex"}).code, 3);
  EXPECT_EQ(picklock({"check", "good.edn", "--spec", "mutex", "-o", "edn=no/such.edn"}).code, 4);
}

// The same as of a history that is kept, but for what was measured.
TEST_F(CheckCommand, JudgesInOnePass) {
  ASSERT_EQ(picklock({"history", "--clients", "5", "--operations", "2000", "--try", "--inject",
                      "double-grant", "-o", "jsonl=h.jsonl"})
                .code,
            0);
  json whole = check_json({"h.jsonl", "--spec", "owner-mutex"}, 1);
  json once = check_json({"h.jsonl", "--spec", "owner-mutex", "--one-pass"}, 1);
  whole.erase("timing");
  once.erase("timing");
  EXPECT_EQ(once, whole);
  const Finished asked = picklock({"check", "h.jsonl", "--spec", "rw-lock", "--one-pass"});
  EXPECT_EQ(asked.code, 3);
  EXPECT_THAT(asked.err, HasSubstr("--one-pass: expected owner-mutex or fenced, got rw-lock"));
  EXPECT_EQ(picklock({"check", "h.jsonl", "--one-pass"}).code, 3);
  const Finished edn = picklock({"check", "good.edn", "--spec", "fenced", "--one-pass"});
  EXPECT_EQ(edn.code, 3);
  EXPECT_THAT(edn.err, HasSubstr("picklock operations or CSV"));
}

TEST_F(CheckCommand, TellsAStrangerWhatIsWrong) {
  const Finished finished = picklock({"check", "bad.edn", "--spec", "owner-mutex"});
  EXPECT_THAT(finished.out, HasSubstr("✗ VIOLATED  bad.edn"));
  EXPECT_THAT(finished.out, HasSubstr("owner-mutex:refusals=strict,timeouts=go-on"));
  EXPECT_THAT(finished.out, HasSubstr("one owner at a time"));
  EXPECT_THAT(finished.out, HasSubstr("from here on nothing explains it"));
  EXPECT_THAT(finished.out, ContainsRegex("1  process 0  acquire → ok  1 to 2, line 1"));
  EXPECT_THAT(finished.out, HasSubstr("→ picklock check bad.edn --spec owner-mutex --verify"));
  EXPECT_EQ(finished.err, "");
}

TEST_F(CheckCommand, AnAmbiguousFileIsAskedAbout) {
  const Finished finished = picklock({"check", "good.edn"});
  EXPECT_EQ(finished.code, 3);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr("do not tell what the object promises"));
  for (const std::string name : {"mutex", "owner-mutex", "reentrant", "semaphore:1", "lease"}) {
    EXPECT_THAT(finished.err, HasSubstr("--spec " + name));
  }
  EXPECT_THAT(finished.err, Not(HasSubstr("register")));
}

TEST_F(CheckCommand, OtherwiseTheOperationsDecide) {
  write("register.csv",
        "process,f,invoked,returned,argument,result\n0,write,1,2,7,\n1,read,3,4,,7\n");
  const json document = check_json({"register.csv"}, 0);
  EXPECT_EQ(document.at("results")[0].at("spec").at("name"), "register");
  EXPECT_EQ(document.at("results")[0].at("format"), "CSV");
}

TEST_F(CheckCommand, RefusalsAreJudgedOnlyWhereThatIsAsked) {
  EXPECT_EQ(picklock({"check", "refused.edn", "--spec", "owner-mutex"}).code, 1);
  EXPECT_EQ(
      picklock({"check", "refused.edn", "--spec", "owner-mutex", "--refusals", "ignored"}).code, 0);
  EXPECT_EQ(picklock({"check", "refused.edn", "--spec", "mutex"}).code, 0);
  EXPECT_EQ(picklock({"check", "refused.edn", "--spec", "mutex", "--refusals", "strict"}).code, 1);
  const json document = check_json({"refused.edn", "--spec", "mutex", "--refusals", "strict"}, 1);
  EXPECT_EQ(document.at("results")[0].at("spec").at("refusals"), "strict");
}

TEST_F(CheckCommand, JsonIsOneDocumentAndNothingElse) {
  const json document = check_json({"bad.edn", "good.edn", "--spec", "owner-mutex"}, 1);
  EXPECT_EQ(document.at("schema"), "picklock-check-1");
  const json& bad = document.at("results").at(0);
  EXPECT_EQ(bad.at("file"), "bad.edn");
  EXPECT_EQ(bad.at("verdict"), "violated");
  EXPECT_EQ(bad.at("operations"), 3);
  EXPECT_THAT(bad.at("reason").get<std::string>(), Not(::testing::IsEmpty()));
  EXPECT_FALSE(bad.at("certificate").at("operations").empty());
  EXPECT_EQ(document.at("results").at(1).at("verdict"), "holds");
  EXPECT_TRUE(document.at("timing").contains("peak_bytes"));
}

TEST_F(CheckCommand, JsonIsTheSameForAnyNumberOfJobs) {
  ASSERT_EQ(picklock({"history", "--operations", "3000", "--inject", "double-grant", "-o",
                      "jsonl=h.jsonl"})
                .code,
            0);
  json one = check_json({"h.jsonl", "--spec", "owner-mutex", "-j", "1"}, 1);
  json two = check_json({"h.jsonl", "--spec", "owner-mutex", "-j", "2"}, 1);
  one.erase("timing");
  two.erase("timing");
  EXPECT_EQ(one, two);
}

TEST_F(CheckCommand, MalformedLinesAreExplainedAndLeaveItUndecided) {
  write("broken.edn", std::string(kGood) + "{:process 1, :type :invoke, :f :aquire}\n");
  const Finished finished = picklock({"check", "broken.edn", "--spec", "mutex"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.err, HasSubstr("broken.edn:7:1: expected an operation such as acquire"));
  EXPECT_THAT(finished.err, HasSubstr("did you mean \"acquire\"?"));
  EXPECT_THAT(finished.out, HasSubstr("? UNDECIDED"));
  EXPECT_THAT(finished.out, HasSubstr("→ picklock check broken.edn --spec mutex --skip-malformed"));
  EXPECT_EQ(picklock({"check", "broken.edn", "--spec", "mutex", "--skip-malformed"}).code, 0);
}

TEST_F(CheckCommand, FilesThatAreNoHistoriesAreRefused) {
  write("empty.edn", "");
  write("other.txt", "hello\n");
  std::filesystem::create_directory(folder_ / "folder");
  for (const auto& [file, why] : std::vector<std::pair<std::string, std::string>>{
           {"empty.edn", "empty"}, {"other.txt", "got something else"}, {"folder", "directory"}}) {
    expect_usage_error({"check", file, "--spec", "mutex"}, why);
  }
}

TEST_F(CheckCommand, AllMistakesOfACommandLineAtOnce) {
  const Finished finished = picklock({"check", "good.edn", "--spec", "ownermutex", "--refusals",
                                      "no", "--format", "jsn", "-o", "end=x"});
  EXPECT_EQ(finished.code, 3);
  for (const std::string part : {"did you mean \"owner-mutex\"?", "--refusals",
                                 "did you mean \"json\"", "did you mean \"edn\""}) {
    EXPECT_THAT(finished.err, HasSubstr(part));
  }
}

TEST_F(CheckCommand, ASpecificationThatDoesNotFitIsAnError) {
  expect_usage_error({"check", "good.edn", "--spec", "register"},
                     "does not understand all of acquire, release");
}

TEST_F(CheckCommand, ConvertsToAndFro) {
  ASSERT_EQ(picklock({"check", "good.edn", "--spec", "mutex", "-o", "jsonl=a.jsonl"}).code, 0);
  ASSERT_EQ(picklock({"check", "a.jsonl", "--spec", "mutex", "-o", "edn=b.edn"}).code, 0);
  std::string again = read("b.edn");
  // The last release never came: nothing was lost or added.
  EXPECT_EQ(again, kGood);
}

TEST_F(CheckCommand, AHistoryOfARunIsJudgedInTwoParts) {
  ASSERT_EQ(picklock({"run", "pause.json", "-o", "history=run.jsonl"}).code, 0);
  const json document = check_json({"run.jsonl", "--spec", "lease:ttl=10s"}, 0);
  EXPECT_EQ(document.at("results")[0].at("spec").at("name"), "lease");
  EXPECT_EQ(document.at("results")[1].at("spec").at("name"), "register");
}

TEST_F(CheckCommand, VerifiesEveryVerdict) {
  for (const std::string file : {"good.edn", "bad.edn"}) {
    for (const std::string spec : {"mutex", "owner-mutex", "reentrant", "semaphore:1", "lease"}) {
      const Finished finished =
          picklock({"check", file, "--spec", spec, "--verify", "--format", "json"});
      EXPECT_EQ(json::parse(finished.out).at("results")[0].at("verified"), true) << file << spec;
    }
  }
}

TEST_F(CheckCommand, RefusesWhatDoesNotFitInMemory) {
  ASSERT_EQ(picklock({"history", "--operations", "600000", "-o", "jsonl=large.jsonl"}).code, 0);
  Start start = prepared({"check", "large.jsonl", "--spec", "mutex"});
  const std::string program = start.arguments[0];
  start.arguments = {"/bin/sh", "-c",
                     "ulimit -v 120000; exec \"$0\" check large.jsonl --spec mutex", program};
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 3) << finished.err;
  EXPECT_THAT(finished.err,
              ContainsRegex(
                  "fits in memory: this one, of 0.1 GB, needs about 0.1 GB, and 0.1 GB are there"));
}

TEST_F(CheckCommand, ListsSpecifications) {
  const Finished finished = picklock({"list", "specs"});
  EXPECT_EQ(finished.code, 0);
  for (const std::string name :
       {"owner-mutex", "reentrant-fenced", "rw-lock", "cas-register", "kv"}) {
    EXPECT_THAT(finished.out, HasSubstr("\n" + name));
  }
  EXPECT_THAT(finished.out, HasSubstr("cost: O(n log n)"));
}

using HistoryCommand = CommandLine;

TEST_F(HistoryCommand, WritesTheSameBytesForTheSameSeed) {
  for (const std::string name : {"a", "b"}) {
    ASSERT_EQ(picklock({"history", "--operations", "500", "--seed", "7", "--try", "--unknown", "5",
                        "-o", "jsonl=" + name})
                  .code,
              0);
  }
  EXPECT_EQ(read("a"), read("b"));
  ASSERT_EQ(
      picklock({"history", "--operations", "500", "--seed", "8", "--try", "-o", "jsonl=c"}).code,
      0);
  EXPECT_NE(read("a"), read("c"));
}

TEST_F(HistoryCommand, IsJudgedAsItWasMade) {
  const auto verdict = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"history", "--operations",  "4000", "--clients", "20",
                                       "-o",      "jsonl=h.jsonl", "-o",   "edn=h.edn"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(picklock(arguments).code, 0);
    const int lines = picklock({"check", "h.jsonl", "--spec", "owner-mutex", "--verify"}).code;
    const int edn = picklock({"check", "h.edn", "--spec", "owner-mutex", "--verify"}).code;
    EXPECT_EQ(lines, edn);
    return lines;
  };
  EXPECT_EQ(verdict({}), 0);
  EXPECT_EQ(verdict({"--try"}), 0);
  EXPECT_EQ(verdict({"--unknown", "20"}), 0);
  EXPECT_EQ(verdict({"--inject", "double-grant"}), 1);
  EXPECT_EQ(verdict({"--inject", "double-grant", "--try", "--unknown", "9"}), 1);
  EXPECT_EQ(verdict({"--inject", "free-refusal", "--try"}), 1);
}

TEST_F(HistoryCommand, ExplainsMistakes) {
  expect_usage_error({"history", "-o", "jsonl=x", "--inject", "double-grnt"},
                     "did you mean \"double-grant\"?");
  expect_usage_error({"history", "-o", "jsonl=x", "--inject", "free-refusal"}, "--try");
  expect_usage_error({"history", "-o", "jsonl=x", "--clients", "0"}, "--clients");
  expect_usage_error({"history", "-o", "jsonl=x", "--seed", "x"}, "--seed");
  expect_usage_error({"history"}, "--output");
}

}  // namespace
}  // namespace picklock::testing

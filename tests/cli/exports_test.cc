// What run, check, sweep and throughput write for other programs.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Exports : public CommandLine {};

TEST_F(Exports, RunWritesEveryKind) {
  const Finished run = picklock({"run", "pause.json", "-o", "junit=j.xml", "-o", "markdown=m.md",
                                 "-o", "perfetto=p.json", "-o", "edn=h.edn"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(read("j.xml"), HasSubstr("<testsuite name=\"pause\""));
  EXPECT_THAT(read("j.xml"), HasSubstr(" failures=\"0\" errors=\"0\""));
  EXPECT_THAT(read("m.md"), HasSubstr("```mermaid\nsequenceDiagram\n"));
  EXPECT_GT(json::parse(read("p.json"))["traceEvents"].size(), 10U);
  const Finished check = picklock({"check", "h.edn", "--spec", "owner-mutex", "-o", "junit=c.xml"});
  EXPECT_EQ(check.code, 1) << check.out << check.err;
  EXPECT_THAT(read("c.xml"), HasSubstr("<failure message="));
}

TEST_F(Exports, AnAlarmIsAnnotatedAtItsExpectation) {
  Start start = prepared(
      {"run", "pause.json", "--set", "/expect/belief-exclusion=holds", "--format", "github"});
  start.environment.push_back("GITHUB_STEP_SUMMARY=" + (folder_ / "summary.md").string());
  const Finished run = run_program(start);
  EXPECT_EQ(run.code, 1);
  std::istringstream lines(run.out);
  std::vector<std::string> annotations;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("::")) annotations.push_back(line);
  }
  ASSERT_EQ(annotations.size(), 1U) << run.out;
  EXPECT_THAT(annotations[0], StartsWith("::error file=pause.json,line=7,title=pause%3A "));
  EXPECT_THAT(read("summary.md"), HasSubstr("NOT met: expected holds"));
}

TEST_F(Exports, ASweepTellsEachPoint) {
  const Finished sweep =
      picklock({"sweep", "pause.json", "--vary", "/lock/ttl=2s,30s", "--seeds", "1-20", "-o",
                "csv=s.csv", "-o", "json=s.json", "-o", "html=s.html"});
  ASSERT_EQ(sweep.code, 0) << sweep.err;
  EXPECT_THAT(sweep.out, HasSubstr("100 % (83 % to 100 %)"));
  EXPECT_THAT(sweep.out, HasSubstr("< 14 %"));
  EXPECT_THAT(sweep.out, HasSubstr("picklock run pause.json --set /lock/ttl=2s --seed 1"));
  const json document = json::parse(read("s.json"));
  ASSERT_EQ(document["points"].size(), 2U);
  EXPECT_EQ(document["points"][0]["properties"]["belief-exclusion"]["violated_runs"], 20);
  EXPECT_EQ(document["points"][1]["properties"]["belief-exclusion"]["violated_runs"], 0);
  std::istringstream csv(read("s.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_THAT(line, StartsWith("scenario,file,lock,/lock/ttl,"));
  std::getline(csv, line);
  EXPECT_THAT(line, StartsWith("pause,pause.json,redis_token,2s,"));
}

TEST_F(Exports, ASweepIsTheSameForAnyNumberOfJobs) {
  const auto swept = [&](const std::string& jobs) {
    json document = json::parse(picklock({"sweep", "pause.json", "--vary", "/lock/ttl=2s,30s",
                                          "--seeds", "1-50", "-j", jobs, "--format", "json"})
                                    .out);
    document.erase("timing");
    return document;
  };
  EXPECT_EQ(swept("1"), swept("2"));
}

TEST_F(Exports, TwoAxesMakeAGrid) {
  const Finished sweep = picklock({"sweep", "pause.json", "--vary", "/lock/ttl=2s,30s", "--vary",
                                   "/clients/count=2,3,4", "--seeds", "1-2", "--format", "json"});
  ASSERT_EQ(sweep.code, 0) << sweep.err;
  const json points = json::parse(sweep.out)["points"];
  ASSERT_EQ(points.size(), 6U);
  EXPECT_EQ(points[1]["settings"], json({"2s", "3"}));
}

TEST_F(Exports, WhatCannotBeVariedIsToldOnce) {
  expect_usage_error({"sweep", "pause.json", "--vary", "/lock/tll=1s,2s"}, "did you mean \"ttl\"");
  expect_usage_error({"sweep", "pause.json", "--vary", "/lock/ttl"},
                     "--vary: expected /json/pointer=value");
  expect_usage_error({"sweep", "pause.json", "--vary", "/lock/ttl=1s,,2s"},
                     "expected values between commas");
  expect_usage_error({"sweep", "pause.json", "--vary", "/lock/ttl=1s,1s"}, "different values");
  expect_usage_error({"sweep", "pause.json", "--vary", "/a=1", "--vary", "/a=2"}, "varied twice");
  expect_usage_error({"throughput", "pause.json", "--clients", "0"}, "/clients/count");
  expect_usage_error({"throughput", "pause.json", "--rounds", "0"}, "--rounds");
  EXPECT_EQ(picklock({"sweep", "pause.json", "-o", "csv=/nowhere/x.csv", "--seeds", "1-2"}).code,
            4);
}

// A client alone asks (1 ms), reads (1 ms), works (20 ms), writes (1 ms) and releases (1 ms).
TEST_F(Exports, ThroughputOfOneClientIsThatOfItsRound) {
  const Finished run = picklock({"throughput", "pause.json", "--clients", "1,2", "--rounds", "10",
                                 "--seeds", "1-3", "-o", "json=t.json", "-o", "html=t.html"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json document = json::parse(read("t.json"));
  const json& one = document["points"][0];
  EXPECT_EQ(one["settings"][0], "1");
  EXPECT_EQ(one["granted"], 30);
  EXPECT_EQ(one["throughput"]["active_ns"], 30 * 24'000'000);
  EXPECT_EQ(one["throughput"]["waits"]["p50_ns"], 1'000'000);
  EXPECT_EQ(one["throughput"]["lock_messages"], 120);
  EXPECT_EQ(one["throughput"]["holder_crashes"], 0) << "nobody is left to recover";
  const json& two = document["points"][1];
  EXPECT_EQ(two["throughput"]["holder_crashes"], 3);
  EXPECT_EQ(two["throughput"]["recovered"], 3);
  EXPECT_EQ(document["series"].size(), 1U) << "the scenario's own faults";
  EXPECT_THAT(run.out, HasSubstr("too few"));
}

TEST_F(Exports, OnePageShowsAllOfIt) {
  ASSERT_EQ(picklock({"run", "pause.json", "-o", "json=r.json"}).code, 0);
  ASSERT_EQ(
      picklock({"sweep", "pause.json", "--vary", "/lock/ttl=2s,30s", "-o", "json=s.json"}).code, 0);
  ASSERT_EQ(picklock({"throughput", "pause.json", "--clients", "1,2", "--seeds", "1-2", "-o",
                      "json=t.json"})
                .code,
            0);
  const Finished report = picklock({"report", "r.json", "s.json", "t.json", "-o", "html=all.html"});
  ASSERT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(read("all.html"), HasSubstr("Throughput against contention"));
  write("cut.json", read("s.json").substr(0, 300));
  expect_usage_error({"report", "cut.json", "-o", "html=x.html"}, "cut.json");
}

}  // namespace
}  // namespace picklock::testing

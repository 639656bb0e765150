// `picklock real` and `picklock doctor` as their users meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/real_fixture.h"

namespace picklock::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST_F(Real, PauseBreaksBeliefInEveryRunAndTheServerInNone) {
  const Finished finished =
      run_program(prepared_real({"real", "pause.json", "--repeat", "20", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err << finished.out;
  const json result = json::parse(finished.out)["results"][0];
  EXPECT_EQ(result["world"], "real");
  EXPECT_EQ(result["runs"], 20);
  EXPECT_EQ(result["properties"]["belief-exclusion"]["violated_runs"], 20);
  EXPECT_EQ(result["properties"]["server-exclusion"]["violated_runs"], 0);
  EXPECT_EQ(result["properties"]["server-exclusion"]["undecided_runs"], 0);
  EXPECT_GT(result["grants"], 20);
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, SeedsAreThoseOfTheSimulator) {
  const std::vector<std::string> same{"pause.json", "--seeds",  "3-5",
                                      "--no-fixes", "--format", "json"};
  std::vector<std::string> arguments{"real"};
  arguments.insert(arguments.end(), same.begin(), same.end());
  const Finished real = run_program(prepared_real(arguments));
  ASSERT_EQ(real.code, 0) << real.err;
  arguments.front() = "run";
  const Finished simulated = picklock(arguments);
  const json one = json::parse(real.out)["results"][0];
  const json other = json::parse(simulated.out)["results"][0];
  for (const char* key : {"runs", "first_seed", "grants", "simulated_ns"}) {
    EXPECT_EQ(one[key], other[key]) << key;
  }
}

// A pause of fourteen seconds in each run, and no run takes one.
TEST_F(Real, TimeThatNobodyNeedsIsSkipped) {
  const Finished finished =
      run_program(prepared_real({"real", "pause.json", "--repeat", "20", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const json document = json::parse(finished.out);
  EXPECT_GT(document["results"][0]["simulated_ns"], 20 * 14'000'000'000LL);
  EXPECT_LT(document["timing"]["wall_seconds"], 20 * 1.0);
}

TEST_F(Real, FencedLockKeepsTheResourceWhole) {
  const Finished finished = run_program(prepared_real(
      {"real", "pause.json", "--repeat", "5", "--format", "json", "--set",
       "/lock/algorithm=redis_fenced", "--set", "/resource={\"fencing\": \"first_operation\"}",
       "--set", "/faults/0/when=client-1 read", "--set",
       "/expect={\"no-lost-update\": \"holds\", \"belief-exclusion\": \"violated\"}"}));
  EXPECT_EQ(finished.code, 0) << finished.err << finished.out;
}

TEST_F(Real, UnmetExpectationIsAViolation) {
  const Finished finished = run_program(
      prepared_real({"real", "pause.json", "--set", "/expect={\"belief-exclusion\": \"holds\"}"}));
  EXPECT_EQ(finished.code, 1) << finished.err << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("belief-exclusion"));
}

TEST_F(Real, HistoriesAreKeptAndCanBeJudged) {
  const Finished finished =
      run_program(prepared_real({"real", "pause.json", "--repeat", "2", "--keep", "kept"}));
  ASSERT_EQ(finished.code, 4) << "the directory does not exist: " << finished.err;
  std::filesystem::create_directory(folder_ / "kept");
  ASSERT_EQ(
      run_program(prepared_real({"real", "pause.json", "--repeat", "2", "--keep", "kept"})).code,
      0);
  EXPECT_THAT(read("kept/pause.2.history.jsonl"), HasSubstr("picklock-history-1"));
  const Finished judged =
      picklock({"check", "kept/pause.2.history.jsonl", "--spec", "owner-mutex"});
  EXPECT_EQ(judged.code, 1) << "two owners at a time: " << judged.out << judged.err;
}

TEST_F(Real, WhatCannotBeCarriedOutIsNotRunAndNotPassed) {
  write("lossy.json", R"({ "name": "lossy", "lock": { "algorithm": "redis_token" },
                           "clients": { "count": 2 },
                           "network": { "transport": "datagrams" },
                           "faults": [ { "lose": "redis-1 -> client-1 SET" } ] })");
  const Finished finished = run_program(prepared_real({"real", "lossy.json", "--format", "json"}));
  EXPECT_EQ(finished.code, 5) << finished.err;
  const json result = json::parse(finished.out)["results"][0];
  EXPECT_EQ(result["runs"], 0);
  EXPECT_EQ(result["expectation_met"], false);
  EXPECT_THAT(result["not_run"][0], HasSubstr("streams"));
}

TEST_F(Real, LocksOnZooKeeperRunAgainstZooKeeper) {
  PICKLOCK_NEEDS(has_zookeeper(), "apt-get install zookeeper default-jre-headless");
  const std::string scenarios = std::string(PICKLOCK_SOURCE_DIR) + "/scenarios/";
  const Finished finished = run_program(prepared_real(
      {"real", scenarios + "zookeeper_recipe_pause_past_session.json", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.err << finished.out;
  const json result = json::parse(finished.out)["results"][0];
  EXPECT_EQ(result["world"], "real");
  EXPECT_EQ(result["properties"]["belief-exclusion"]["violated_runs"], 1);
  EXPECT_EQ(result["properties"]["server-exclusion"]["violated_runs"], 0);
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, MissingServerIsNamedWithItsPackage) {
  Start start = prepared_real({"real", "pause.json"});
  start.environment.emplace_back("PATH=/nonexistent");
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4) << finished.out;
  EXPECT_THAT(finished.err, HasSubstr("apt-get install redis-server"));
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, ServerThatDiesWhileStartingIsQuoted) {
  std::filesystem::create_directory(folder_ / "bin");
  write("bin/redis-server", R"(#!/bin/sh
while [ "$1" != --logfile ]; do shift; done
echo "out of luck" > "$2"
exit 3
)");
  std::filesystem::permissions(folder_ / "bin/redis-server", std::filesystem::perms::owner_all);
  for (const auto& arguments : {std::vector<std::string>{"real", "pause.json"},
                                std::vector<std::string>{"throughput", "pause.json", "--real"}}) {
    Start start = prepared_real(arguments);
    start.environment.push_back("PATH=" + (folder_ / "bin").string() + ":/usr/bin:/bin");
    const Finished finished = run_program(start);
    EXPECT_EQ(finished.code, 4) << finished.out;
    EXPECT_THAT(finished.err, HasSubstr("expected redis-server to answer PING"));
    EXPECT_THAT(finished.err, HasSubstr("exit code 3 (its log ends with: out of luck)"));
    EXPECT_TRUE(is_clean());
  }
}

TEST_F(Real, ThroughputThatLosesItsServerIsTrouble) {
  Start start = prepared_real({"throughput", "pause.json", "--real", "--clients", "2"});
  start.while_running = [this](pid_t /*process*/) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    // From then on it is not a start that fails.
    while (process_called("redis-benchmark") == 0 && std::chrono::steady_clock::now() < deadline) {
      poll(nullptr, 0, 1);
    }
    const pid_t server = process_called("redis-server");
    if (server > 0) ::kill(server, SIGKILL);
  };
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4) << finished.err << finished.out;
  EXPECT_THAT(finished.err, HasSubstr("expected redis-1 to go on, but it was ended by signal 9"));
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, UrlThatNobodyAnswersIsTroubleAndOneThatIsNoneIsMisuse) {
  const Finished nobody =
      run_program(prepared_real({"real", "pause.json", "--url", "redis://127.0.0.1:1"}));
  EXPECT_EQ(nobody.code, 4) << nobody.out;
  EXPECT_THAT(nobody.err, HasSubstr("expected a redis-server on 127.0.0.1:1: Connection refused"));
  EXPECT_TRUE(is_clean());
  const Finished none = run_program(prepared_real({"real", "pause.json", "--url", "localhost"}));
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("--url: part 1: expected redis://HOST:PORT"));
}

TEST_F(Real, FaultsThatNeedControlAreNotRunOnServersOfTheUser) {
  const Finished finished = run_program(
      prepared_real({"real", "pause.json", "--url", "redis://127.0.0.1:1", "--set",
                     R"(/faults/0={"crash": "redis-1", "when": "client-1 acquired"})"}));
  EXPECT_EQ(finished.code, 5) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("needs control of a server, and this one is not ours"));
}

TEST_F(Real, TemporaryDirectoryThatCannotBeWrittenIsNamed) {
  Start start = prepared_real({"real", "pause.json"});
  start.environment.emplace_back("TMPDIR=/proc");
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4) << finished.out;
  EXPECT_THAT(finished.err, HasSubstr("/proc/picklock-real-"));
}

TEST_F(Real, ThroughputIsMeasuredBesideThatOfTheServer) {
  const Finished finished =
      run_program(prepared_real({"throughput", "pause.json", "--real", "--time", "50ms",
                                 "--clients", "1,3", "--format", "json", "-o", "csv=t.csv"}));
  ASSERT_EQ(finished.code, 0) << finished.err;
  const json document = json::parse(finished.out);
  EXPECT_EQ(document["schema"], "picklock-throughput-1");
  EXPECT_EQ(document["world"], "real");
  ASSERT_EQ(document["points"].size(), 2U);
  for (const json& point : document["points"]) {
    EXPECT_EQ(point["throughput"]["rounds"].size(), 5U);
    EXPECT_GT(point["throughput"]["pairs_per_second"], 0);
    EXPECT_GT(point["throughput"]["ceiling_per_second"], 0);
    EXPECT_EQ(point["granted"], point["throughput"]["waits"]["samples"]);
  }
  EXPECT_THAT(read("t.csv"), HasSubstr("of the ceiling"));
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, ThroughputWithoutACeilingNamesThePackageOfTheBenchmark) {
  std::filesystem::create_directory(folder_ / "bin");
  std::filesystem::create_symlink("/usr/bin/redis-server", folder_ / "bin/redis-server");
  Start start = prepared_real({"throughput", "pause.json", "--real", "--clients", "1", "--time",
                               "100ms", "--format", "json"});
  start.environment.push_back("PATH=" + (folder_ / "bin").string());
  const Finished finished = run_program(start);
  ASSERT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("apt-get install redis-tools"));
  EXPECT_TRUE(json::parse(finished.out)["points"][0]["throughput"]["ceiling_per_second"].is_null());
}

TEST_F(Real, ThroughputOptionsOfTheOtherWorldAreMisuse) {
  expect_usage_error({"throughput", "pause.json", "--real", "--seeds", "1-2"}, "--seeds");
  expect_usage_error({"throughput", "pause.json", "--real", "--time", "soon"}, "--time");
  expect_usage_error({"throughput", "pause.json", "--real", "--far", "redis-1"}, "--far");
  expect_usage_error({"throughput", "pause.json", "--real", "--rest", "soon"}, "--rest");
  expect_usage_error({"throughput", "pause.json", "--rest", "1ms"}, "--rest");
  expect_usage_error({"throughput", "pause.json", "--time", "1s"}, "--real");
}

TEST_F(Real, ThroughputOfWhatCannotBeMeasuredIsNotRun) {
  const Finished finished =
      run_program(prepared_real({"throughput", "pause.json", "--real", "--far", "redis-2=1ms"}));
  EXPECT_EQ(finished.code, 5) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("it has no server redis-2"));
}

TEST_F(Real, CtrlCLeavesNothingBehind) {
  const Finished finished = interrupted_by(SIGINT);
  EXPECT_EQ(finished.code, 130) << finished.err << finished.out;
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, SigkillOfPicklockLeavesNothingBehind) {
  const Finished finished = interrupted_by(SIGKILL);
  EXPECT_EQ(finished.code, 128 + SIGKILL) << finished.err << finished.out;
  EXPECT_TRUE(becomes_clean());
}

TEST_F(Real, DoctorTriesWhatTheRunnerNeeds) {
  const Finished finished = run_program(prepared_real({"doctor", "--format", "json"}));
  ASSERT_EQ(finished.code, 0) << finished.out << finished.err;
  const json document = json::parse(finished.out);
  EXPECT_EQ(document["ready"], true);
  for (const json& probe : document["probes"]) {
    if (probe["needed"]) {
      EXPECT_EQ(probe["works"], true) << probe.dump();
    }
    if (probe["name"] == "ZooKeeper") {
      EXPECT_EQ(probe["works"], has_zookeeper()) << probe.dump();
    }
  }
  EXPECT_TRUE(is_clean());
}

TEST_F(Real, DoctorSaysWhatToInstall) {
  Start start = prepared_real({"doctor"});
  start.environment.emplace_back("PATH=/nonexistent");
  const Finished finished = run_program(start);
  EXPECT_EQ(finished.code, 4);
  EXPECT_THAT(finished.out, HasSubstr("apt-get install redis-server"));
  EXPECT_THAT(finished.out, HasSubstr("apt-get install redis-tools"));
  EXPECT_THAT(finished.out, HasSubstr("redis-server not in PATH"));
  EXPECT_THAT(finished.out, Not(HasSubstr("exit code")));
}

}  // namespace
}  // namespace picklock::testing

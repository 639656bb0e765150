#include "sim/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/testing/probe.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string text_of(LocalTime time) {
  return to_string(time.time_since_epoch());
}

Task<void> sleep_a_second(Environment& env, Journal& journal) {
  journal.at(env, "falls asleep");
  co_await env.sleep(1s);
  journal.at(env, "awake, monotonic " + text_of(env.now()) + ", wall " + text_of(env.wall_now()));
}

TEST(Process, AHealthyProcessSleepsByTrueTime) {
  Probe probe("redis", {sleep_a_second});
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "1s awake, monotonic 1s, wall 1s"));
}

TEST(Process, ASleepCountsTheProcessesOwnClock) {
  Probe probe("redis", {sleep_a_second});
  probe.scenario.clocks["client-1"] = {.offset = 5s, .ppm = -500'000};
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "1s awake, monotonic 1s, wall 6s"));
  EXPECT_EQ(probe.result.simulated, 2s);
}

TEST(Process, ASleepOfNoLengthEndsAtOnce) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await env.sleep(0s);
    co_await env.sleep(-5s);
    journal.at(env, "awake");
  };
  Probe probe("redis", {script});
  EXPECT_THAT(probe.run(), ElementsAre("0s awake"));
}

TEST(Process, APausedProcessStandsStillWhileItsClocksRunOn) {
  Probe probe("redis", {sleep_a_second});
  probe.strike(FaultKind::pause, {"client-1"}, 500ms, 5s);
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "5.5s awake, monotonic 5.5s, wall 5.5s"));
}

TEST(Process, APauseThatEndsBeforeTheAlarmIsNotSeen) {
  Probe probe("redis", {sleep_a_second});
  probe.strike(FaultKind::pause, {"client-1"}, 100ms, 500ms);
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "1s awake, monotonic 1s, wall 1s"));
}

TEST(Process, ASuspendedMachineLosesTheTimeOnItsMonotonicClockOnly) {
  Probe probe("redis", {sleep_a_second});
  probe.strike(FaultKind::suspend, {"client-1"}, 500ms, 5s);
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "6s awake, monotonic 1s, wall 6s"));
}

TEST(Process, AStepOfTheWallClockWakesNobody) {
  Probe probe("redis", {sleep_a_second});
  probe.strike(FaultKind::clock_step, {"client-1"}, 500ms).by = 1h;
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "1s awake, monotonic 1s, wall 3601s"));
}

TEST(Process, AFrozenWallClockStandsStillAlone) {
  Probe probe("redis", {sleep_a_second});
  probe.strike(FaultKind::clock_freeze, {"client-1"}, 250ms);
  EXPECT_THAT(probe.run(), ElementsAre("0s falls asleep", "1s awake, monotonic 1s, wall 250ms"));
}

// --- Points, crashes, restarts ----------------------------------------------------------------------

// Says so when its frame is destroyed.
class Witness {
 public:
  Witness(Environment& env, Journal& journal) : env_(env), journal_(journal) {}
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() { journal_.at(env_, "frame destroyed"); }

 private:
  Environment& env_;
  Journal& journal_;
};

Task<void> pass_a_point(Environment& env, Journal& journal) {
  const Witness witness(env, journal);
  co_await env.sleep(1s);
  journal.at(env, "before the point");
  co_await env.step("point");
  journal.at(env, "after the point");
  co_await env.sleep(1s);
  journal.at(env, "end");
}

Anchor at_the_point() {
  return {.kind = Anchor::Kind::after, .node = "client-1", .point = "point"};
}

TEST(Process, APointThatNoFaultNamesTakesNoTime) {
  Probe probe("redis", {pass_a_point});
  EXPECT_THAT(probe.run(), ElementsAre("1s before the point", "1s after the point", "2s end",
                                       "2s frame destroyed"));
}

TEST(Process, APauseAtAPointStopsTheProcessThere) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::pause, {"client-1"}, 0s, 5s).when = at_the_point();
  EXPECT_THAT(probe.run(), ElementsAre("1s before the point", "6s after the point", "7s end",
                                       "7s frame destroyed"));
}

TEST(Process, ACrashAtAPointDestroysTheFrameThere) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::crash, {"client-1"}, 0s).when = at_the_point();
  EXPECT_THAT(probe.run(), ElementsAre("1s before the point", "1s frame destroyed"));
}

TEST(Process, ACrashInAPauseEndsTheProcessForGood) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::pause, {"client-1"}, 500ms, 5s);
  probe.strike(FaultKind::crash, {"client-1"}, 2s);
  EXPECT_THAT(probe.run(), ElementsAre("2s frame destroyed"));
}

TEST(Process, ARestartedProcessRemembersNothingAndBeginsAgain) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::crash, {"client-1"}, 1500ms, 1s);
  EXPECT_THAT(probe.run(), ElementsAre("1s before the point", "1s after the point",
                                       "1.5s frame destroyed", "3.5s before the point",
                                       "3.5s after the point", "4.5s end", "4.5s frame destroyed"));
}

TEST(Process, APauseEndsWithTheLifeThatItBegan) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::pause, {"client-1"}, 500ms, 20s);
  probe.strike(FaultKind::crash, {"client-1"}, 1s, 1s);
  probe.strike(FaultKind::pause, {"client-1"}, 2500ms, 30s);  // outlasts the first one's end
  EXPECT_THAT(probe.run(),
              ElementsAre("1s frame destroyed", "32.5s before the point", "32.5s after the point",
                          "33.5s end", "33.5s frame destroyed"));
}

TEST(Process, AProcessRestartsWhenTheLastOfItsCrashesEnds) {
  Probe probe("redis", {pass_a_point});
  probe.strike(FaultKind::crash, {"client-1"}, 500ms, 2s);
  probe.strike(FaultKind::crash, {"client-1"}, 600ms, 5s);
  EXPECT_THAT(probe.run(), ElementsAre("500ms frame destroyed", "6.6s before the point",
                                       "6.6s after the point", "7.6s end", "7.6s frame destroyed"));
}

Task<void> tick(Environment& env, Journal& journal) {
  for (int i = 0; i < 3; ++i) {
    co_await env.sleep(400ms);
    journal.at(env, "tick");
  }
}

TEST(Process, ASpawnedTaskRunsBesideTheProgramAndDiesWithTheProcess) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    env.spawn(tick(env, journal));
    co_await env.sleep(500ms);
    journal.at(env, "program goes on");
    co_await env.sleep(1h);
  };
  Probe probe("redis", {script});
  probe.strike(FaultKind::crash, {"client-1"}, 1s);
  EXPECT_THAT(probe.run(), ElementsAre("400ms tick", "500ms program goes on", "800ms tick"));
}

TEST(Process, ASpawnedTaskOutlivesTheProgram) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    env.spawn(tick(env, journal));
    co_return;
  };
  Probe probe("redis", {script});
  EXPECT_THAT(probe.run(), ElementsAre("400ms tick", "800ms tick", "1.2s tick"));
}

// --- Tokens and jitter ------------------------------------------------------------------------------

Task<void> take_tokens(Environment& env, Journal& journal) {
  for (int i = 0; i < 50; ++i) {
    const Token token = env.fresh_token();
    journal.at(env, token.text());
  }
  co_await env.sleep(1s);
}

TEST(Process, NoTwoTokensAreEqualInAnyProcessOrLife) {
  Probe probe("redis", {take_tokens, take_tokens});
  probe.strike(FaultKind::crash, {"client-1"}, 500ms, 100ms);
  std::set<std::string> tokens;
  const Lines lines = probe.run();
  for (const std::string& line : lines) tokens.insert(line.substr(line.find(' ')));
  EXPECT_EQ(lines.size(), 150U);
  EXPECT_EQ(tokens.size(), lines.size());
}

Task<void> draw_jitter(Environment& env, Journal& journal) {
  for (int i = 0; i < 200; ++i) {
    const Duration jitter = env.jitter(10ms);
    journal.at(env, jitter >= 0ms && jitter <= 10ms ? to_string(jitter) : "out of bounds");
  }
  co_return;
}

TEST(Process, JitterKeepsItsBoundsAndIsEachProcessesOwn) {
  Probe alone("redis", {draw_jitter});
  Probe beside("redis", {draw_jitter, draw_jitter});
  const Lines lines = alone.run();
  EXPECT_THAT(lines, testing::Not(testing::Contains("0s out of bounds")));
  EXPECT_GT(std::set(lines.begin(), lines.end()).size(), 190U);
  const Lines both = beside.run();
  EXPECT_EQ(Lines(both.begin(), both.begin() + 200), lines);
  EXPECT_NE(Lines(both.begin() + 200, both.end()), lines);
}

// --- Its servers ------------------------------------------------------------------------------------

// Writes a key, and reads it every two seconds.
Task<void> write_and_watch(Environment& env, Journal& journal) {
  auto& redis = env.server<RedisClient>();
  const RedisReply written = co_await redis.command("SET", "key", "kept");
  journal.at(env, written.is_ok() ? "written" : "not written");
  for (int i = 0; i < 2; ++i) {
    co_await env.sleep(2s);
    const RedisReply read = co_await redis.command("GET", "key");
    journal.at(env, read.is_unknown() ? "unknown" : read.is_nil() ? "gone" : read.text());
  }
}

TEST(Process, AServerThatRestartsWithItsMemoryHasItsKeys) {
  Probe probe("redis", {write_and_watch});
  probe.scenario.servers.aof = AofPolicy::always;
  probe.strike(FaultKind::crash, {"redis-1"}, 1s, 2s);
  EXPECT_THAT(probe.run(), ElementsAre("2ms written", "2.003s unknown", "4.005s kept"));
}

TEST(Process, AServerThatRestartsWithoutItsMemoryHasNone) {
  Probe probe("redis", {write_and_watch});
  probe.scenario.servers.aof = AofPolicy::always;
  probe.strike(FaultKind::crash, {"redis-1"}, 1s, 500ms).memory_lost = true;
  EXPECT_THAT(probe.run(), ElementsAre("2ms written", "2.004s gone", "4.006s gone"));
}

TEST(Process, AServerWithoutAnAppendOnlyFileForgetsInEveryCrash) {
  Probe probe("redis", {write_and_watch});
  probe.strike(FaultKind::crash, {"redis-1"}, 1s, 500ms);
  EXPECT_THAT(probe.run(), ElementsAre("2ms written", "2.004s gone", "4.006s gone"));
}

TEST(Process, APausedServerAnswersAfterItsPause) {
  Probe probe("redis", {write_and_watch});
  probe.scenario.lock.call_timeout = 5s;
  probe.strike(FaultKind::pause, {"redis-1"}, 1s, 3s);
  EXPECT_THAT(probe.run(), ElementsAre("2ms written", "4.001s kept", "6.003s kept"));
}

TEST(Process, ItsServersStandInTheOrderOfTheScenario) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    for (std::size_t i = 0; i < env.servers().size(); ++i) {
      auto& redis = env.server<RedisClient>(i);
      const RedisReply reply = co_await redis.command("DBSIZE");
      journal.at(env, reply.is_unknown() ? "unknown" : "an answer");
    }
  };
  Probe probe("redis", {script});
  probe.scenario.servers.count = 3;
  probe.strike(FaultKind::crash, {"redis-2"}, 0s);
  EXPECT_THAT(probe.run(), ElementsAre("2ms an answer", "3ms unknown", "5ms an answer"));
}

TEST(Process, ALossIsReportedOnceAHold) {
  const Probe::Script script = [](Environment& env, Journal& /*journal*/) -> Task<void> {
    env.report_lost();
    env.report_lost();
    co_return;
  };
  Probe probe("redis", {script});
  probe.scenario.clients[0].rounds = 2;
  EXPECT_THAT(probe.run(), IsEmpty());
  const auto& events = probe.result.history.events;
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const Event& event) { return event.kind == EventKind::aware; }),
            2);
}

}  // namespace
}  // namespace picklock

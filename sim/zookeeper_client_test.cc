#include "sim/zookeeper_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "sim/testing/probe.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::string_view name_of(ZkCode code) {
  constexpr std::array<std::string_view, 9> kNames{
      "ok",        "no_node",       "node_exists",     "bad_version",    "not_empty",
      "ephemeral", "bad_arguments", "session_expired", "connection_loss"};
  return kNames.at(static_cast<std::size_t>(code));
}

std::string text_of(const ZooKeeperClient::NextEvent& next) {
  constexpr std::array<std::string_view, 7> kNames{
      "created", "deleted", "changed", "children_changed", "SUSPENDED", "RECONNECTED", "LOST"};
  if (next.timed_out) return "nothing";
  std::string text(kNames.at(static_cast<std::size_t>(next.event.kind)));
  if (next.event.is_watch()) text += " " + next.event.path;
  return text;
}

ZooKeeperClient& zookeeper(Environment& env) {
  return env.server<ZooKeeperClient>();
}

// Everywhere below: a session time-out of 10 s on ticks of 2 s, calls of 1 s at most, 1 ms each way.

// Cuts client-1 off.
void cut_off(Probe& probe, Duration at, Duration length) {
  probe.strike(FaultKind::partition, at, length).groups = {{"client-1"}, {"zookeeper-1"}};
}

Task<void> create(Environment& env, Journal& journal, std::string_view path) {
  const ZkReply made = co_await zookeeper(env).create(path, true, false);
  journal.at(env, "create " + std::string(name_of(made.code)));
}
Task<void> look(Environment& env, Journal& journal, std::string_view path, bool watch = false) {
  const ZkReply found = co_await zookeeper(env).exists(path, watch);
  journal.at(env, "exists " + std::string(name_of(found.code)));
}
Task<void> remove(Environment& env, Journal& journal, std::string_view path) {
  const ZkReply removed = co_await zookeeper(env).remove(path);
  journal.at(env, "remove " + std::string(name_of(removed.code)));
}
Task<void> next_event(Environment& env, Journal& journal, Duration patience) {
  const ZooKeeperClient::NextEvent next = co_await zookeeper(env).next_event(patience);
  journal.at(env, text_of(next));
}

// --- Sessions ---------------------------------------------------------------------------------------

TEST(ZooKeeperClient, TheFirstRequestOpensTheSession) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    EXPECT_EQ(zookeeper(env).session(), 0);
    EXPECT_FALSE(zookeeper(env).is_connected());
    co_await create(env, journal, "/a");
    EXPECT_NE(zookeeper(env).session(), 0);
    EXPECT_TRUE(zookeeper(env).is_connected());
  };
  Probe probe("zookeeper", {script});
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok"));  // connect, then create
}

TEST(ZooKeeperClient, RequestsThatWaitForTheSessionShareIt) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    env.spawn(create(env, journal, "/a"));
    env.spawn(create(env, journal, "/b"));
    co_await create(env, journal, "/c");
  };
  Probe probe("zookeeper", {script});
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "4ms create ok", "4ms create ok"));
  EXPECT_EQ(probe.result.messages, 8U);
}

TEST(ZooKeeperClient, PingsKeepAnIdleSessionAlive) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    const std::int64_t session = zookeeper(env).session();
    co_await env.sleep(10min);
    EXPECT_EQ(zookeeper(env).session(), session);
    co_await look(env, journal, "/a");
  };
  Probe probe("zookeeper", {script});
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "600.006s exists ok"));
}

TEST(ZooKeeperClient, PingIsLeftOutWhileARequestIsUnanswered) {
  const Probe::Script first = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    co_await env.sleep(1896ms);
    co_await look(env, journal, "/a");
  };
  const Probe::Script second = [](Environment& env, Journal& journal) -> Task<void> {
    co_await env.sleep(5s);
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 1min);
  };
  Probe probe("zookeeper", {first, second});
  probe.scenario.lock.call_timeout = 3s;
  Fault& unanswered = probe.strike(FaultKind::partition, 1s, 1min);
  unanswered.groups = {{"zookeeper-1"}, {"client-1"}};
  unanswered.one_way = true;
  probe.strike(FaultKind::crash, {"client-1"}, 4s);
  // The last word of the session was the request after 1.9 s; a ping would have been due after 3.34 s.
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "5.004s exists ok", "12.001s deleted /a"));
}

TEST(ZooKeeperClient, ClosingEndsTheSessionAndItsEphemeralNodesAtOnce) {
  const Probe::Script first = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    const ZkReply closed = co_await zookeeper(env).close();
    journal.at(env, "close " + std::string(name_of(closed.code)));
  };
  const Probe::Script second = [](Environment& env, Journal& journal) -> Task<void> {
    co_await env.sleep(100ms);
    co_await look(env, journal, "/a");
  };
  Probe probe("zookeeper", {first, second});
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "6ms close ok", "104ms exists no_node"));
}

TEST(ZooKeeperClient, ADeadProcessKeepsItsEphemeralNodesUntilItsSessionExpires) {
  const Probe::Script first = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    co_await env.sleep(1h);
  };
  const Probe::Script second = [](Environment& env, Journal& journal) -> Task<void> {
    co_await env.sleep(5s);
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 1min);
  };
  Probe probe("zookeeper", {first, second});
  probe.strike(FaultKind::crash, {"client-1"}, 1s);
  // 10 s after the last word of the session, and then on the next tick.
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "5.004s exists ok", "12.001s deleted /a"));
}

TEST(ZooKeeperClient, ARestartedProcessBeginsASessionOfItsOwn) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    journal.at(env, "session " + std::to_string(zookeeper(env).session()));
    co_await env.sleep(2s);
  };
  Probe probe("zookeeper", {script});
  probe.strike(FaultKind::crash, {"client-1"}, 1s, 500ms);
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "4ms session 1",
                                       "1.504s create node_exists", "1.504s session 2"));
}

// --- Lost connections -------------------------------------------------------------------------------

Task<void> create_at_a_second(Environment& env, Journal& journal) {
  co_await look(env, journal, "/a");
  co_await env.sleep(1s - env.now().time_since_epoch());
  co_await create(env, journal, "/a");
  co_await look(env, journal, "/a");
  co_await next_event(env, journal, 5s);
  co_await next_event(env, journal, 5s);
}

TEST(ZooKeeperClient, ALostRequestIsConnectionLossAndHasNoEffect) {
  Probe probe("zookeeper", {create_at_a_second});
  probe.strike(FaultKind::reset, {"client-1"}, 1s + 500us).peers = {"zookeeper-1"};
  EXPECT_THAT(probe.run(),
              ElementsAre("4ms exists no_node", "1001.5ms create connection_loss",
                          "1003.5ms exists no_node", "1003.5ms SUSPENDED", "1003.5ms RECONNECTED"));
}

TEST(ZooKeeperClient, ALostReplyIsTheSameConnectionLossThoughItHadItsEffect) {
  Probe probe("zookeeper", {create_at_a_second});
  probe.strike(FaultKind::reset, {"client-1"}, 1s + 1500us).peers = {"zookeeper-1"};
  EXPECT_THAT(probe.run(),
              ElementsAre("4ms exists no_node", "1002.5ms create connection_loss",
                          "1004.5ms exists ok", "1004.5ms SUSPENDED", "1004.5ms RECONNECTED"));
}

Task<void> hold_a_session(Environment& env, Journal& journal) {
  co_await create(env, journal, "/a");
  const std::int64_t session = zookeeper(env).session();
  co_await next_event(env, journal, 1min);
  EXPECT_FALSE(zookeeper(env).is_connected());
  co_await next_event(env, journal, 1min);
  co_await look(env, journal, "/a");
  journal.at(env, zookeeper(env).session() == session ? "same session" : "new session");
}

TEST(ZooKeeperClient, ASessionSurvivesAShortPartition) {
  Probe probe("zookeeper", {hold_a_session});
  cut_off(probe, 5s, 6s);
  // Pings each third of the session time-out: at 6.67 s, found lost a second later, and at 13.34 s.
  const Lines lines = probe.run();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[1], testing::EndsWith("SUSPENDED"));
  EXPECT_THAT(lines[2], testing::EndsWith("RECONNECTED"));
  EXPECT_THAT(lines[3], testing::EndsWith("exists ok"));
  EXPECT_THAT(lines[4], testing::EndsWith("same session"));
}

TEST(ZooKeeperClient, ASessionIsLostInALongPartitionAndReplacedByTheNextRequest) {
  Probe probe("zookeeper", {hold_a_session});
  cut_off(probe, 5s, 30s);
  const Lines lines = probe.run();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[1], testing::EndsWith("SUSPENDED"));
  EXPECT_THAT(lines[2], testing::EndsWith("LOST"));
  EXPECT_THAT(lines[3], testing::EndsWith("exists no_node"));
  EXPECT_THAT(lines[4], testing::EndsWith("new session"));
}

// The end of a connection is seen before the timers that ended while the process stood still, as event loops do it.
TEST(ZooKeeperClient, ConnectionOfAnExpiredSessionEndsAndAPausedProcessSeesItFirst) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    const auto sleeper = [](Environment& of, Journal& to) -> Task<void> {
      co_await of.sleep(1s);
      to.at(of, "slept");
    };
    env.spawn(sleeper(env, journal));
    co_await next_event(env, journal, 1min);
    co_await next_event(env, journal, 1min);
    co_await look(env, journal, "/a");
  };
  Probe probe("zookeeper", {script});
  probe.strike(FaultKind::pause, 100ms, 20s).on = {"client-1"};
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "20.1s SUSPENDED", "20.1s slept",
                                       "20.102s LOST", "20.106s exists no_node"));
}

TEST(ZooKeeperClient, CallInFlightWhenTheSessionExpiresIsConnectionLoss) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await create(env, journal, "/a");
    co_await look(env, journal, "/a");
  };
  Probe probe("zookeeper", {script});
  probe.strike(FaultKind::pause, 5ms, 20s).on = {"client-1"};
  EXPECT_THAT(probe.run(), ElementsAre("4ms create ok", "20.005s exists connection_loss"));
}

TEST(ZooKeeperClient, WithoutASessionRequestsFailAsConnectionLossAndTheNextOneTriesAgain) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    env.spawn(create(env, journal, "/a"));
    co_await create(env, journal, "/b");
    EXPECT_EQ(zookeeper(env).session(), 0);
    co_await create(env, journal, "/b");
  };
  Probe probe("zookeeper", {script});
  cut_off(probe, 0s, 500ms);
  EXPECT_THAT(probe.run(), ElementsAre("1s create connection_loss", "1s create connection_loss",
                                       "1.004s create ok"));
}

// --- Watches ----------------------------------------------------------------------------------------

Task<void> change_twice(Environment& env, Journal& journal) {
  co_await env.sleep(5s);
  co_await create(env, journal, "/a");
  co_await remove(env, journal, "/a");
}

TEST(ZooKeeperClient, AWatchFiresOnce) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 1min);
    co_await next_event(env, journal, 10s);
  };
  Probe probe("zookeeper", {script, change_twice});
  EXPECT_THAT(probe.run(), ElementsAre("4ms exists no_node", "5.004s created /a",
                                       "5.004s create ok", "5.006s remove ok", "15.004s nothing"));
}

TEST(ZooKeeperClient, AnEventThatNobodyWaitsForIsKept) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await env.sleep(20s);
    co_await next_event(env, journal, 1min);
  };
  Probe probe("zookeeper", {script, change_twice});
  EXPECT_THAT(probe.run(), ElementsAre("4ms exists no_node", "5.004s create ok", "5.006s remove ok",
                                       "20.004s created /a"));
}

TEST(ZooKeeperClient, PatienceIsMeasuredOnTheProcessesMonotonicClock) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 5s);
  };
  Probe probe("zookeeper", {script});
  probe.strike(FaultKind::suspend, {"client-1"}, 1s, 3s);
  EXPECT_THAT(probe.run(), ElementsAre("4ms exists no_node", "8.004s nothing"));
}

TEST(ZooKeeperClient, AnEventThatAPartitionSwallowedIsToldAfterReconnecting) {
  const Probe::Script first = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 1min);
    co_await next_event(env, journal, 1min);
    co_await next_event(env, journal, 1min);
  };
  const Probe::Script second = [](Environment& env, Journal& journal) -> Task<void> {
    co_await env.sleep(4s);
    co_await create(env, journal, "/a");
  };
  Probe probe("zookeeper", {first, second});
  cut_off(probe, 3s, 3s);
  const Lines lines = probe.run();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[1], testing::EndsWith("create ok"));
  EXPECT_THAT(lines[2], testing::EndsWith("SUSPENDED"));
  EXPECT_THAT(Lines(lines.begin() + 3, lines.end()),
              testing::UnorderedElementsAre(testing::EndsWith("RECONNECTED"),
                                            testing::EndsWith("created /a")));
}

// The watch and the end of the client's patience both come due while it is paused.
TEST(ZooKeeperClient, APatienceThatEndedInAPauseDoesNotEndTheNextWait) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 6s);
    co_await next_event(env, journal, 6s);
  };
  Probe probe("zookeeper", {script, change_twice});
  probe.strike(FaultKind::pause, {"client-1"}, 4s, 4s);
  EXPECT_THAT(probe.run(), ElementsAre("4ms exists no_node", "5.004s create ok", "5.006s remove ok",
                                       "8s created /a", "14s nothing"));
}

TEST(ZooKeeperClient, APatienceThatEndedInAPauseIsNobodysWhenTheWaitIsOver) {
  const Probe::Script script = [](Environment& env, Journal& journal) -> Task<void> {
    co_await look(env, journal, "/a", true);
    co_await next_event(env, journal, 6s);
    co_await env.sleep(1s);
    journal.at(env, "goes on");
  };
  Probe probe("zookeeper", {script, change_twice});
  probe.strike(FaultKind::pause, {"client-1"}, 4s, 4s);
  EXPECT_THAT(probe.run(), ElementsAre("4ms exists no_node", "5.004s create ok", "5.006s remove ok",
                                       "8s created /a", "9s goes on"));
}

}  // namespace
}  // namespace picklock

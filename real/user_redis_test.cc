// Facts about runs on Redis servers that picklock did not start.
#include "real/user_redis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "real/child.h"
#include "real/local_socket.h"
#include "real/obstacles.h"
#include "real/real_world.h"
#include "real/redis_connection.h"
#include "real/redis_server.h"
#include "real/resp.h"
#include "real/testing/needs_redis.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class UserServers : public NeedsRedis {
 protected:
  // The servers of somebody else.
  const RedisServerProcess& start(std::vector<std::string> arguments) {
    auto started = RedisServerProcess::start({.arguments = std::move(arguments)});
    EXPECT_TRUE(started) << to_string(started.error().front());
    servers_.push_back(std::move(started).value());
    return servers_.back();
  }
  const RedisServerProcess& start_one_that_tells() {
    return start({"--notify-keyspace-events", "KA"});
  }

  static Scenario quiet(std::size_t servers = 1) {
    Scenario scenario;
    scenario.name = "test";
    scenario.lock.algorithm = servers == 1 ? "redis_token" : "redis_redlock";
    scenario.servers.kind = "redis";
    scenario.servers.count = static_cast<std::uint32_t>(servers);
    scenario.clients.assign(2, {.rounds = 2});
    return scenario;
  }

  Result<std::unique_ptr<RealWorld>> world_on(std::vector<RedisAddress> addresses,
                                              const Scenario& scenario) {
    EXPECT_THAT(obstacles(scenario, addresses.size()), IsEmpty());
    return RealWorld::create(scenario, locks_, {.user_servers = std::move(addresses)});
  }
  // What is wrong with this server; "" when nothing is.
  std::string complaint_about(const RedisAddress& address) {
    const auto world = world_on({address}, quiet());
    return world ? "" : world.error().front().expected;
  }
  static RedisReply ask(const RedisAddress& address, const char* line) {
    RedisReply reply;
    const auto connection = RedisConnection::open(address);
    if (connection) connection->execute(parse_redis_command(line), reply);
    return reply;
  }

  LockRegistry locks_ = builtin_locks();
  std::vector<RedisServerProcess> servers_;
};

TEST_F(UserServers, OnlyKeysOfTheRunAreTouchedAndNoneIsLeft) {
  const RedisAddress address = start_one_that_tells().port();
  EXPECT_TRUE(ask(address, "SET lock mine").is_ok());
  {
    auto world = world_on({address}, quiet());
    ASSERT_TRUE(world) << to_string(world.error().front());
    const RealRun run = world.value()->run(1);
    EXPECT_THAT(run.trouble, IsEmpty());
    EXPECT_EQ(run.grants, 4);
    const auto named = std::ranges::count(run.history.events, EventKind::named, &Event::kind);
    EXPECT_EQ(named, 4) << "who holds the lock is seen";
  }
  EXPECT_TRUE(ask(address, "GET lock").is_text("mine"));
  EXPECT_TRUE(ask(address, "DBSIZE").is_integer(1));
}

TEST_F(UserServers, TimeIsTheirs) {
  const RedisAddress address = start_one_that_tells().port();
  Scenario scenario = quiet();
  scenario.lock.ttl = 200ms;
  scenario.clients = {{}, {.start = 20ms}};
  Fault pause;
  pause.kind = FaultKind::pause;
  pause.name = "pause";
  pause.on = {"client-1"};
  pause.when = {.kind = Anchor::Kind::after, .node = "client-1", .point = "acquired"};
  pause.length = DurationSpec::constant(400ms);
  scenario.faults = {pause};
  auto world = world_on({address}, scenario);
  ASSERT_TRUE(world) << to_string(world.error().front());
  const RealRun run = world.value()->run(1);
  EXPECT_THAT(run.trouble, IsEmpty());
  EXPECT_EQ(run.grants, 2);
  const auto& events = run.history.events;
  const auto expired = std::ranges::find(events, Cause::expired, &Event::cause);
  const auto named = std::ranges::find(events, EventKind::named, &Event::kind);
  ASSERT_NE(expired, events.end());
  EXPECT_GE(expired->at - named->at, 195ms);
  EXPECT_GE(run.history.end, TrueTime{400ms});
}

TEST_F(UserServers, SeveralAreOneEach) {
  std::vector<RedisAddress> addresses;
  for (int i = 0; i < 3; ++i) addresses.emplace_back(start_one_that_tells().port());
  auto world = world_on(addresses, quiet(3));
  ASSERT_TRUE(world) << to_string(world.error().front());
  EXPECT_EQ(world.value()->run(1).grants, 4);
}

TEST_F(UserServers, LoginIsThatOfTheUrl) {
  RedisAddress address = start_one_that_tells().port();
  EXPECT_TRUE(ask(address, "ACL SETUSER me on >secret ~* &* +@all").is_ok());
  EXPECT_TRUE(ask(address, "ACL SETUSER default off").is_ok());
  EXPECT_THAT(complaint_about(address), HasSubstr("NOAUTH"));
  address.user = "me";
  address.password = "wrong";
  EXPECT_THAT(complaint_about(address), HasSubstr("WRONGPASS"));
  EXPECT_THAT(complaint_about(address), Not(HasSubstr("me:wrong")));
  address.password = "secret";
  auto world = world_on({address}, quiet());
  ASSERT_TRUE(world) << to_string(world.error().front());
  EXPECT_EQ(world.value()->run(1).grants, 4);
}

TEST_F(UserServers, WhatIsWrongWithThemIsSaid) {
  const std::uint16_t nobody = free_loopback_port();
  EXPECT_THAT(complaint_about(nobody), HasSubstr("127.0.0.1:" + std::to_string(nobody)));
  RedisAddress unknown;
  unknown.host = "no-such-host.invalid";
  EXPECT_THAT(complaint_about(unknown), HasSubstr("no-such-host.invalid:6379"));

  EXPECT_THAT(complaint_about(start({}).port()), HasSubstr("notify-keyspace-events"));
  const std::uint16_t primary = start_one_that_tells().port();
  const std::string of_primary = "127.0.0.1 " + std::to_string(primary);
  EXPECT_THAT(complaint_about(start({"--replicaof", of_primary}).port()), HasSubstr("READONLY"));
}

// It answers everything with the version of an old server.
TEST_F(UserServers, OldServerIsNamedWithItsVersion) {
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  ASSERT_GE(listener, 0);
  const auto child = Child::fork({listener}, [listener] {
    const int file = ::accept(listener, nullptr, nullptr);
    std::array<char, 256> bytes;
    constexpr std::string_view kOld = "$21\r\nredis_version:6.2.14\r\n";
    while (::recv(file, bytes.data(), bytes.size(), 0) > 0) {
      ::send(file, kOld.data(), kOld.size(), MSG_NOSIGNAL);
      ::send(file, "\r\n", 2, MSG_NOSIGNAL);
    }
    return 0;
  });
  ::close(listener);
  ASSERT_TRUE(child);
  EXPECT_THAT(complaint_about(port),
              AllOf(HasSubstr("Redis 7.0 or later"), HasSubstr("got 6.2.14")));
}

TEST_F(UserServers, ServerThatGoesAwayEndsTheRunAndTheHistoryStays) {
  const RedisAddress address = start_one_that_tells().port();
  Scenario scenario = quiet();
  scenario.clients.front().hold = DurationSpec::constant(5s);
  auto world = world_on({address}, scenario);
  ASSERT_TRUE(world) << to_string(world.error().front());
  const auto killer = Child::fork({}, [&address, victim = servers_.back().child().process()] {
    while (ask(address, "KEYS picklock:*:lock").elements().empty()) {  // until somebody holds it
    }
    return ::kill(victim, SIGKILL);
  });
  const RealRun run = world.value()->run(1);
  ASSERT_THAT(run.trouble, Not(IsEmpty()));
  EXPECT_THAT(run.trouble.front().expected, HasSubstr("redis-1"));
  EXPECT_THAT(run.history.events, Not(IsEmpty()));
  EXPECT_FALSE(run.history.complete);
}

TEST(UserServerObstacles, AreFaultsThatNeedControl) {
  Scenario scenario;
  scenario.servers.kind = "redis";
  EXPECT_THAT(obstacles(scenario, 1), IsEmpty());
  Fault fault;
  fault.name = "it";
  fault.on = {"redis-1"};
  for (const FaultKind kind :
       {FaultKind::pause, FaultKind::suspend, FaultKind::crash, FaultKind::clock_step,
        FaultKind::clock_rate, FaultKind::clock_freeze, FaultKind::promote}) {
    fault.kind = kind;
    scenario.faults = {fault};
    EXPECT_THAT(obstacles(scenario, 1), ElementsAre(HasSubstr("\"it\": it needs control")));
  }
  fault.kind = FaultKind::partition;
  scenario.faults = {fault};
  EXPECT_THAT(obstacles(scenario, 1), IsEmpty());
  EXPECT_THAT(obstacles(scenario, 2), ElementsAre(HasSubstr("number of servers is 1")));
  scenario.servers.kind = "zookeeper";
  scenario.clocks["zookeeper-1"].offset = 1s;
  scenario.servers.active_expiry = false;
  EXPECT_THAT(obstacles(scenario, 1), SizeIs(3));
}

}  // namespace
}  // namespace picklock

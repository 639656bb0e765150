// Facts about locks that are measured on real servers, and about what they are measured with.
#include "real/throughput.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "real/delay_line.h"
#include "real/local_socket.h"
#include "real/redis_benchmark.h"
#include "real/testing/needs_redis.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Scenario scenario_of(const char* lock, std::size_t clients, std::uint32_t servers = 1) {
  Scenario scenario;
  scenario.lock.algorithm = lock;
  scenario.servers.kind = "redis";
  scenario.servers.count = servers;
  scenario.clients.assign(clients, {});
  return scenario;
}

class Throughput : public NeedsRedis {
 protected:
  RealThroughput& begin(Scenario scenario, ThroughputOptions options = {}) {
    scenario_ = std::move(scenario);
    if (options.length == ThroughputOptions{}.length) options.length = 20ms;
    throughput_.emplace(scenario_, locks_, std::move(options));
    return *throughput_;
  }
  Duration median_acquire() const {
    std::vector<Duration> acquires = throughput_->counts().acquires;
    std::ranges::sort(acquires);
    return acquires[acquires.size() / 2];
  }

  LockRegistry locks_ = builtin_locks();
  Scenario scenario_;
  std::optional<RealThroughput> throughput_;
};

TEST_F(Throughput, EveryAcquireIsGrantedAndReleasedAgain) {
  for (const char* const lock : {"redis_token", "redis_fenced", "redis_watchdog"}) {
    RealThroughput& throughput = begin(scenario_of(lock, 10));
    ASSERT_THAT(throughput.start(), IsEmpty());
    const auto round = throughput.measure();
    ASSERT_TRUE(round && *round) << to_string(round.error().front());
    EXPECT_GE((*round)->pairs, 10U) << "one each at least";
    EXPECT_GE((*round)->length, 20ms);
    EXPECT_GT((*round)->ceiling.value_or(0), 0);
    const PairCounts& counts = throughput.counts();
    EXPECT_EQ(counts.pairs, (*round)->pairs);
    EXPECT_EQ(counts.asked, counts.pairs);
    EXPECT_EQ(counts.acquires.size(), counts.pairs);
  }
}

TEST_F(Throughput, FarServerOutsideTheQuorumDoesNotDelayAnAcquire) {
  RealThroughput& near_one = begin(scenario_of("redis_redlock", 1, 3));
  ASSERT_THAT(near_one.start(), IsEmpty());
  ASSERT_TRUE(near_one.measure());
  // Two round trips a pair go there: the release waits for all.
  RealThroughput& one = begin(scenario_of("redis_redlock", 1, 3), {.delays = {{"redis-2", 300ms}}});
  ASSERT_THAT(one.start(), IsEmpty());
  ASSERT_TRUE(one.measure());
  EXPECT_LT(median_acquire(), 300ms);
  // In the quorum of both there are.
  RealThroughput& two = begin(scenario_of("redis_redlock", 1, 3),
                              {.delays = {{"redis-1", 200ms}, {"redis-3", 200ms}}});
  ASSERT_THAT(two.start(), IsEmpty());
  ASSERT_TRUE(two.measure());
  EXPECT_GE(median_acquire(), 200ms);
}

TEST_F(Throughput, EachPairIsFollowedByARest) {
  RealThroughput& throughput = begin(scenario_of("redis_token", 1), {.rest = 15ms});
  ASSERT_THAT(throughput.start(), IsEmpty());
  const auto round = throughput.measure();
  ASSERT_TRUE(round && *round);
  EXPECT_GE((*round)->pairs, 1U);
  EXPECT_GE((*round)->length, (*round)->pairs * 15ms);
}

TEST_F(Throughput, ServerThatDiesIsNamed) {
  RealThroughput& throughput = begin(scenario_of("redis_redlock", 2, 3));
  ASSERT_THAT(throughput.start(), IsEmpty());
  throughput.server(1).kill();
  const auto round = throughput.measure();
  ASSERT_FALSE(round);
  EXPECT_THAT(round.error().front().expected,
              HasSubstr("expected redis-2 to go on, but it was ended by signal 9"));
}

TEST_F(Throughput, ServerThatDoesNotAnswerIsNotWaitedForForever) {
  RealThroughput& throughput = begin(scenario_of("redis_token", 1), {.patience = 2s});
  ASSERT_THAT(throughput.start(), IsEmpty());
  throughput.server(0).stop();
  const auto round = throughput.measure();
  ASSERT_FALSE(round);
  EXPECT_THAT(round.error().front().expected, HasSubstr("expected the redis to answer"));
}

TEST_F(Throughput, StopEndsItSoon) {
  std::atomic<bool> stop = false;
  RealThroughput& throughput = begin(scenario_of("redis_token", 1), {.length = 1h, .stop = &stop});
  stop = true;
  EXPECT_THAT(throughput.start(), IsEmpty());
  const auto round = throughput.measure();
  ASSERT_TRUE(round);
  EXPECT_FALSE(*round);
}

TEST(ThroughputObstacles, AreReplicasAndTooManyConnections) {
  EXPECT_THAT(throughput_obstacles(scenario_of("redis_redlock", 180, 5)), IsEmpty());
  EXPECT_THAT(throughput_obstacles(scenario_of("redis_redlock", 181, 5)),
              ElementsAre(HasSubstr("905 connections")));
  Scenario replicated = scenario_of("redis_token", 1);
  replicated.servers.replicas = 1;
  replicated.network.datagrams = true;  // plays no part
  EXPECT_THAT(throughput_obstacles(replicated), ElementsAre(HasSubstr("replicas")));
  replicated.servers = {.kind = "carrier pigeon"};
  EXPECT_THAT(throughput_obstacles(replicated), ElementsAre(HasSubstr("carrier pigeon")));
}

TEST(RedisBenchmark, ItsRateIsBehindTheCommandWhateverThatIs) {
  const std::string headings =
      "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\","
      "\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\","
      "\"max_latency_ms\"\n";
  const std::string numbers = ",\"62500.50\",\"0.1\",\"0.2\",\"0.3\",\"0.4\",\"0.5\",\"0.6\"\n";
  EXPECT_EQ(rate_of_redis_benchmark(headings + "\"GET k\"" + numbers), 62500.5);
  EXPECT_EQ(rate_of_redis_benchmark(headings + "\"EVAL if \"a\",\"b\"\nend 1\"" + numbers),
            62500.5);
  EXPECT_EQ(rate_of_redis_benchmark(headings), 0);
  EXPECT_EQ(rate_of_redis_benchmark("ERROR: connection refused"), 0);
  EXPECT_EQ(rate_of_redis_benchmark(""), 0);
}

TEST_F(Throughput, BenchmarkWithoutAServerIsGivenUp) {
  RedisCommand command;
  command.assign("PING");
  const auto never = [] { return false; };
  const auto rate = run_redis_benchmark({.port = free_loopback_port(),
                                         .output = testing::TempDir() + "picklock-benchmark",
                                         .patience = 50ms},
                                        command, never);
  ASSERT_FALSE(rate);
  EXPECT_THAT(rate.error().front().expected, HasSubstr("redis-benchmark"));
}

// Bytes keep their order, and none is early.
TEST(DelayLine, EveryByteTakesItsTime) {
  std::uint16_t port = 0;
  const int listener = listen_on_loopback(port);
  RealTimeLoop loop;
  std::string seen;
  DelayLine line(loop, {.server = port, .each_way = 5ms, .on_request = [&](std::string_view bytes) {
                          seen += bytes;
                        }});
  const int client = connect_to(line.port());
  ASSERT_GE(client, 0);
  const TrueTime sent = loop.now();
  ASSERT_EQ(::send(client, "ping", 4, 0), 4);
  int server = -1;
  loop.events().watch(listener, EPOLLIN, [&](std::uint32_t /*events*/) {
    server = ::accept(listener, nullptr, nullptr);
    loop.events().watch(server, EPOLLIN, [&](std::uint32_t /*events*/) {
      std::array<char, 4> bytes{};
      EXPECT_EQ(::recv(server, bytes.data(), bytes.size(), 0), 4);
      EXPECT_GE(loop.now() - sent, 5ms);
      ::send(server, "pong", 4, 0);
    });
  });
  std::array<char, 5> answer{};
  const auto answered = [&] {
    return ::recv(client, answer.data(), 4, MSG_DONTWAIT | MSG_PEEK) == 4;
  };
  ASSERT_TRUE(loop.run_until(answered, 10s, [] { return false; }));
  EXPECT_GE(loop.now() - sent, 10ms);
  EXPECT_EQ(seen, "ping");
  EXPECT_STREQ(answer.data(), "pong");
  ::close(client);
  ::close(server);
  ::close(listener);
}

}  // namespace
}  // namespace picklock

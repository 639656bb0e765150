// Random commands to the model of redis-server and to the real one: equal replies, to the byte.
//
// PICKLOCK_RANDOM_COMMANDS=10 in the environment makes ten times as many: 900,000.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "real/frozen_clock.h"
#include "real/redis_fuzz.h"
#include "real/redis_pair.h"
#include "real/redis_test_server.h"
#include "real/resp.h"

namespace picklock {
namespace {

constexpr std::int64_t kStart = 1'800'000'000'000;  // of frozen clocks

std::uint64_t times(std::uint64_t seeds) {
  const char* const factor = std::getenv("PICKLOCK_RANDOM_COMMANDS");
  return factor == nullptr ? seeds : seeds * std::strtoull(factor, nullptr, 10);
}

// Deadlines far from the present moment: the true clock may run as it likes.
TEST(RedisConformance, RandomCommandsGetEqualReplies) {
  const auto server = RedisServerProcess::start();
  PICKLOCK_SKIP_WITHOUT(server);
  for (std::uint64_t seed = 1; seed <= times(6); ++seed) {
    const std::int64_t now = unix_milliseconds();
    Result<RedisPair> pair = RedisPair::open(*server, now);
    ASSERT_TRUE(pair);
    RedisFuzz fuzz(seed, RedisFuzz::Times::absolute);
    RedisCommand command;
    for (int i = 0; i < 5000; ++i) {
      fuzz.next(now, command);
      const std::size_t session = fuzz.below(4) == 0 ? 1 : 0;
      const std::string difference = pair->run(session, command);
      ASSERT_TRUE(difference.empty()) << difference << "seed " << seed << ", command " << i;
    }
  }
}

// A small step, seldom a large one, sometimes back.
std::int64_t clock_step(RedisFuzz& fuzz) {
  if (fuzz.below(50) == 0) return 1'000'000;
  if (fuzz.below(20) == 0) return -static_cast<std::int64_t>(fuzz.below(5));
  return static_cast<std::int64_t>(fuzz.below(4));
}

// One clock for both sides: deadlines on the present millisecond and next to it, TTL and TIME.
TEST(RedisConformance, RandomCommandsUnderOneFrozenClockGetEqualReplies) {
  std::int64_t now = kStart;
  Result<FrozenClock> clock = FrozenClock::create(now);
  ASSERT_TRUE(clock);
  const auto server = RedisServerProcess::start({.environment = clock->environment()});
  PICKLOCK_SKIP_WITHOUT(server);
  for (std::uint64_t seed = 1; seed <= times(10); ++seed) {
    Result<RedisPair> pair = RedisPair::open(*server, now);
    ASSERT_TRUE(pair);
    // TIME proves, to the microsecond, that the server's clock is ours.
    ASSERT_EQ(pair->run(0, parse_redis_command("TIME")), "");
    ASSERT_EQ(pair->real_reply().elements().at(0).text(), std::to_string(now / 1000));
    RedisFuzz fuzz(seed, RedisFuzz::Times::any);
    RedisCommand command;
    for (int i = 0; i < 6000; ++i) {
      if (fuzz.below(4) == 0) {
        now += clock_step(fuzz);
        clock->set(now);
        pair->set_time(now);
      }
      fuzz.next(now, command);
      const std::size_t session = fuzz.below(4) == 0 ? 1 : 0;
      const std::string difference = pair->run(session, command);
      ASSERT_TRUE(difference.empty()) << difference << "seed " << seed << ", command " << i;
    }
  }
}

// The comparison can fail: here the model's clock is one millisecond late.
TEST(RedisConformance, LateModelIsCaught) {
  Result<FrozenClock> clock = FrozenClock::create(kStart);
  ASSERT_TRUE(clock);
  const auto server = RedisServerProcess::start({.environment = clock->environment()});
  PICKLOCK_SKIP_WITHOUT(server);
  Result<RedisPair> pair = RedisPair::open(*server, kStart);
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->run(0, parse_redis_command("SET key value PX 10")), "");
  clock->set(kStart + 11);
  pair->set_time(kStart + 10);
  EXPECT_NE(pair->run(0, parse_redis_command("GET key")), "");
}

}  // namespace
}  // namespace picklock

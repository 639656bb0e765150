// How tests of the real world start or are skipped. For tests only; they include GoogleTest themselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>

#include "real/redis_server.h"

namespace picklock {

inline std::int64_t unix_milliseconds() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace picklock

// Ends the test when `server`, a Result<RedisServerProcess>, is a failure: visibly skipped, or failed
// where the environment has CI set.
#define PICKLOCK_SKIP_WITHOUT(server)                                             \
  if (!(server)) {                                                                \
    ASSERT_EQ(std::getenv("CI"), nullptr) << to_string((server).error().front()); \
    GTEST_SKIP() << to_string((server).error().front());                          \
  }                                                                               \
  static_assert(true, "wants a semicolon")

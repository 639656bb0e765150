// A real redis-server for a test, or a visible reason why the test is skipped. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "real/redis_server.h"

namespace picklock {

// Nothing when no server can be started; where the environment has CI set, that is a failure.
inline std::optional<RedisServerProcess> start_test_server(
    const RedisServerProcess::Options& options = {}) {
  Result<RedisServerProcess> server = RedisServerProcess::start(options);
  if (server) return std::move(server.value());
  if (std::getenv("CI") != nullptr) ADD_FAILURE() << to_string(server.error().front());
  return std::nullopt;
}

inline std::int64_t unix_milliseconds() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace picklock

// Ends the test when `server`, an optional RedisServerProcess, is empty.
#define PICKLOCK_SKIP_WITHOUT(server)                                                 \
  if (!(server)) {                                                                    \
    if (testing::Test::HasFailure()) return;                                          \
    GTEST_SKIP() << "needs redis-server. On Debian 12: apt-get install redis-server"; \
  }                                                                                   \
  static_assert(true, "wants a semicolon")

// How tests of the real world start or are skipped. For tests.
#pragma once

#include <chrono>
#include <cstdint>

#include "real/redis_server.h"
#include "real/testing/needs.h"

namespace picklock {

inline std::int64_t unix_milliseconds() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace picklock

// Ends the test when `server`, a Result of a process, is a failure.
#define PICKLOCK_SKIP_WITHOUT(server) \
  PICKLOCK_NEEDS(server, (server) ? "" : to_string((server).error().front()))

// redis-benchmark, the program that comes with Redis: what a server can do at best.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "algorithms/redis_client.h"
#include "base/result.h"
#include "base/time.h"

namespace picklock {

inline constexpr const char* kRedisBenchmark = "redis-benchmark";

struct RedisBenchmark {
  std::uint16_t port = 0;  // of 127.0.0.1
  std::uint32_t connections = 1;
  std::uint64_t count = 1;  // of requests
  std::string output;       // a file for what it prints
  // Real time. It connects again and again to a server that is gone, and never ends of its own accord.
  Duration patience = std::chrono::seconds(30);
};

// Requests a second when this command alone is sent again and again. Nothing came of it: the error holds what the program
// said. It is ended, and 0, when `stop` says so, which is asked every millisecond.
Result<double> run_redis_benchmark(const RedisBenchmark& how, const RedisCommand& command,
                                   const std::function<bool()>& stop);

// The rate in what it prints with --csv; 0 when there is none.
double rate_of_redis_benchmark(std::string_view csv);

}  // namespace picklock

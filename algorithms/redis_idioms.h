// What several Redis locks share: the two scripts of the token pattern, and how to read their replies.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "base/time.h"

namespace picklock {

// Deletes KEYS[1] if it holds ARGV[1]. 1: deleted; 0: it holds something else, or nothing.
inline constexpr std::string_view kDeleteIfEquals =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then\n"
    "  return redis.call('DEL', KEYS[1])\n"
    "end\n"
    "return 0";

// Lets KEYS[1] live for ARGV[2] ms from now if it holds ARGV[1]. 1: done; 0: it is not ours any more.
inline constexpr std::string_view kExtendIfEquals =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then\n"
    "  return redis.call('PEXPIRE', KEYS[1], ARGV[2])\n"
    "end\n"
    "return 0";

// What the reply to a DEL, or to kDeleteIfEquals, says about a release. An error reply is no answer:
// the key may be there still.
inline Released released(const RedisReply& reply) {
  if (reply.is_integer(1)) return Released::yes;
  if (reply.is_integer(0)) return Released::not_ours;
  return Released::unknown;
}

// "SET ... EX" wants whole seconds, at least one.
inline std::int64_t seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace picklock

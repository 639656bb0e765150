// A reply of hiredis as the locks see it.
#pragma once

#include "algorithms/redis_client.h"

struct redisReply;

namespace picklock {

// A nil array is nil; a kind that RESP2 does not have is unknown.
void convert(const redisReply& from, RedisReply& to);

}  // namespace picklock

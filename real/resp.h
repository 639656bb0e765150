// Replies as text, for messages about them.
#pragma once

#include <string>
#include <string_view>

#include "algorithms/redis_client.h"

namespace picklock {

// The RESP2 bytes of a reply; "(unknown)" for one that never came.
std::string encode_resp(const RedisReply& reply);

// A command as one would type it: words in quotes where they need them.
std::string to_string(const RedisCommand& command);

// Splits a line at spaces; "..." keeps them, with \n, \r, \0, \" and \\ inside.
RedisCommand parse_redis_command(std::string_view line);

}  // namespace picklock

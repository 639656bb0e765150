// Which Redis the real runner needs.
#pragma once

#include "base/result.h"
#include "real/redis_address.h"
#include "real/redis_connection.h"

namespace picklock {

// Empty: the server says that it is 7.0 or later. PEXPIRETIME, by which the end of a lease is seen, came with it.
Diagnostics check_redis_version(const RedisConnection& server, const RedisAddress& address);

}  // namespace picklock

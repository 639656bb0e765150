// How a client process of a real run connects to Redis, and which of its commands wait inside a server.
#pragma once

#include <string_view>

#include "base/time.h"
#include "real/client_process.h"

namespace picklock {

// A client for each place.
ConnectServers connect_to_redis(Duration call_timeout);
// One client for two places, of the primary and of the replica from which it reads.
ConnectServers connect_with_read_preference(Duration call_timeout);

bool waits_inside_redis(std::string_view command);

}  // namespace picklock

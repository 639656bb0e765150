// How far a redis-server's replication is, as it says itself.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "real/redis_connection.h"

namespace picklock {

// What `INFO replication` says.
struct ReplicationState {
  bool link_is_up = false;   // of a replica: it has a copy, and follows
  std::int64_t applied = 0;  // of a replica: bytes of the stream
  std::int64_t written = 0;  // bytes of the stream that this server has made, or passed on
  // Of a primary with a replica that says that it listens at `port`.
  bool replica_is_online = false;
  std::int64_t acknowledged = -1;
};
Result<ReplicationState> replication_state(const RedisConnection& server, std::uint16_t port = 0);

}  // namespace picklock

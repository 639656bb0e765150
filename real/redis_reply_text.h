// Replies as text that can be compared: what is arbitrary in them is put in order.
#pragma once

#include <string>
#include <vector>

#include "algorithms/redis_client.h"

namespace picklock {

// Of one session. It must see every reply of the session, since EXEC answers for commands before it.
class RedisReplyText {
 public:
  // The RESP2 bytes of the reply to this command. The elements of KEYS and SMEMBERS, which come in any
  // order, are sorted, also inside the reply to EXEC.
  std::string of(const RedisCommand& command, const RedisReply& reply);

 private:
  std::vector<RedisCommand> queued_;  // what the open transaction holds
};

}  // namespace picklock

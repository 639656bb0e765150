// A blocking connection to a real redis-server.
#pragma once

#include <cstdint>
#include <memory>

#include "algorithms/redis_client.h"
#include "base/result.h"
#include "real/redis_address.h"

struct redisContext;

namespace picklock {

class RedisConnection {
 public:
  // Connects, and logs in where there is a password; a call that takes longer than ten seconds counts as lost. The error
  // names the address, and what was wrong: nobody there, or a login that was refused.
  static Result<RedisConnection> open(const RedisAddress& address);
  // Gives the connection away as a file, which the caller closes; -1: there is none. Nothing was sent that is not answered.
  int release();

  RedisConnection(RedisConnection&&) noexcept = default;
  RedisConnection& operator=(RedisConnection&&) noexcept = default;

  // Sends one command and waits for its reply. `reply` becomes unknown when the connection is lost;
  // then so are all later ones. A nil array is nil.
  void execute(const RedisCommand& command, RedisReply& reply) const;
  // The same in two parts: send() waits for nothing, and receive() reads the next message, which may be one
  // that the server sends on its own.
  void send(const RedisCommand& command) const;
  void receive(RedisReply& reply) const;

 private:
  struct Close {
    void operator()(redisContext* context) const;
  };

  explicit RedisConnection(redisContext* context) : context_(context) {}

  std::unique_ptr<redisContext, Close> context_;
};

}  // namespace picklock

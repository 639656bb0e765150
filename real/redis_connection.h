// A blocking connection to a real redis-server over the loopback interface.
#pragma once

#include <cstdint>
#include <memory>

#include "algorithms/redis_client.h"
#include "base/result.h"

struct redisContext;

namespace picklock {

class RedisConnection {
 public:
  // Connects to 127.0.0.1; a call that takes longer than ten seconds counts as lost.
  static Result<RedisConnection> open(std::uint16_t port);

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

// SETNX and DEL, with the time-out stored as the value: the oldest recipe on the web.
//
// Promise  one holder at a time, as long as nobody crashes and only the holder releases.
// Breaks   a holder that crashes keeps the lock for ever: the number in the value is data, no expiry;
//          and DEL deletes whatever is there, whoever put it there.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisSetnx final : public Lock {
 public:
  RedisSetnx(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    while (true) {
      const RedisReply reply =
          co_await redis_.command("SETNX", options_.name, seconds(options_.ttl));
      if (reply.is_integer(1)) co_return Grant{};
      // Every client writes the same value, so nobody can ever find out whose key it is.
      if (reply.is_unknown()) co_return Unknown{};

      const Duration pause = options_.retry + env_.jitter(options_.retry_jitter);
      if (env_.now() - began + pause > options_.wait) co_return Refused{};
      co_await env_.sleep(pause);
    }
  }

  Task<Released> release(Grant) override {
    const RedisReply reply = co_await redis_.command("DEL", options_.name);
    co_return released(reply);
  }

  OwnerRule owner_rule() const override { return {.path = options_.name}; }

 private:
  Environment& env_;
  RedisClient& redis_;
  LockOptions options_;
};

}  // namespace

std::unique_ptr<Lock> make_redis_setnx(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisSetnx>(env, options);
}

}  // namespace picklock

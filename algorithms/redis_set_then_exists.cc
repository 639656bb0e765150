// SET first, then ask EXISTS whether the lock was free.
//
// Promise  none: whoever asks has just created the key itself, so the answer is always "taken".
// Breaks   nobody ever acquires, and every try overwrites the key and restarts its time to live; it
//          "acquires" only when the key vanished between the two commands.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisSetThenExists final : public Lock {
 public:
  RedisSetThenExists(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    while (true) {
      const RedisReply stored =
          co_await redis_.command("SET", options_.name, "locked", "EX", seconds(options_.ttl));
      if (stored.is_unknown()) co_return Unknown{};
      co_await env_.step("between SET and EXISTS");
      const RedisReply taken = co_await redis_.command("EXISTS", options_.name);
      if (taken.is_integer(0)) co_return Grant{};
      if (taken.is_unknown()) co_return Unknown{};

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

std::unique_ptr<Lock> make_redis_set_then_exists(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisSetThenExists>(env, options);
}

}  // namespace picklock

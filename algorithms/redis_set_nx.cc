// SET key locked NX EX: one atomic command with a time to live, and a DEL that does not look.
//
// Promise  one holder at a time while every holder finishes before its time to live ends.
// Breaks   a holder that is late deletes the lock of the next one, and a third one walks in; and
//          nothing tells a holder that its time has run out.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisSetNx final : public Lock {
 public:
  RedisSetNx(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    while (true) {
      const RedisReply reply = co_await redis_.command("SET", options_.name, "locked", "NX", "EX",
                                                       seconds(options_.ttl));
      if (reply.is_ok()) co_return Grant{};
      // The value is the same for all, so reading it back would not tell whose it is.
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

std::unique_ptr<Lock> make_redis_set_nx(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisSetNx>(env, options);
}

}  // namespace picklock

// The token lock on a primary with asynchronous replicas: after SET NX PX, WAIT until `acks` replicas have it.
//
// Promise  as the token lock, as long as whoever is promoted is one of the replicas that have the grant.
// Breaks   WAIT counts replicas, and does not choose the next primary: with fewer than all of them, one that lacks the
//          grant may be promoted. WAIT is no consensus. And whatever breaks the token lock.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisTokenWait final : public Lock {
 public:
  RedisTokenWait(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    bool certain = true;  // no SET of ours can be in force, now or later
    while (true) {
      const Token token = env_.fresh_token();
      const LocalTime asked = env_.now();
      const RedisReply set =
          co_await redis_.command("SET", options_.name, token, "NX", "PX", millis(options_.ttl));
      if (set.is_ok()) {
        const RedisReply acks =
            co_await redis_.command("WAIT", options_.acks, millis(options_.sync));
        const LocalTime valid_until = asked + options_.ttl - options_.margin;
        if (acks.integer() >= options_.acks && env_.now() < valid_until) {
          co_return Grant{.token = token, .valid_until = valid_until};
        }
      }
      if (set.is_ok() || set.is_unknown()) {
        // Not safe enough, or perhaps set: take it back before the next try.
        const Released undone = co_await delete_if_ours(token);
        const bool gone = undone == Released::yes || (set.is_ok() && undone == Released::not_ours);
        certain = certain && gone;
      }

      const Duration pause = options_.retry + env_.jitter(options_.retry_jitter);
      if (env_.now() - began + pause > options_.wait) break;
      co_await env_.sleep(pause);
    }
    co_return certain ? Acquired(Refused{}) : Acquired(Unknown{});
  }

  Task<Released> release(Grant grant) override { return delete_if_ours(grant.token); }

  OwnerRule owner_rule() const override { return {.path = options_.name}; }

 private:
  Task<Released> delete_if_ours(Token token) {
    const RedisReply reply =
        co_await redis_.command("EVAL", kDeleteIfEquals, 1, options_.name, token);
    co_return released(reply);
  }

  Environment& env_;
  RedisClient& redis_;
  LockOptions options_;
};

}  // namespace

std::unique_ptr<Lock> make_redis_token_wait(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisTokenWait>(env, options);
}

}  // namespace picklock

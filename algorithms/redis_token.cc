// SET key token NX PX ttl on one server; the release deletes the key only if it still holds the token.
//
// Promise  at most one valid grant at a time while the server keeps its data and no clock errs by more
//          than the margin.
// Breaks   a holder that is paused past valid_until works beside the next one, and so does a write that
//          is late in the network: there is no fence. A server that loses the key, or whose clock jumps
//          ahead, grants twice.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisToken final : public Lock {
 public:
  RedisToken(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    bool certain = true;  // no SET of ours can be in force, now or later
    while (true) {
      const Token token = env_.fresh_token();
      const LocalTime asked = env_.now();  // before the send: the lease starts no earlier than this
      const RedisReply reply =
          co_await redis_.command("SET", options_.name, token, "NX", "PX", millis(options_.ttl));
      const LocalTime valid_until = asked + options_.ttl - options_.margin;
      if (reply.is_ok() && env_.now() < valid_until) {
        co_return Grant{.token = token, .valid_until = valid_until};
      }
      if (reply.is_ok() || reply.is_unknown()) {
        // Too late to be of use, or perhaps set: take it back before the next try. "Not ours" settles
        // it only for a SET that was answered; the other one may still be on its way.
        const Released undone = co_await delete_if_ours(token);
        const bool gone =
            undone == Released::yes || (reply.is_ok() && undone == Released::not_ours);
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

std::unique_ptr<Lock> make_redis_token(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisToken>(env, options);
}

}  // namespace picklock

// The token lock, released by two commands: GET, compare in the client, DEL.
//
// Promise  as redis_token, if no holder ever releases near the end of its lease.
// Breaks   the lease may end, and the next holder begin, between GET and DEL; the DEL then frees the
//          lock of the next holder. Comparing and deleting must be one step at the server.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisGetThenDelete final : public Lock {
 public:
  RedisGetThenDelete(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    bool certain = true;  // no SET of ours can be in force, now or later
    while (true) {
      const Token token = env_.fresh_token();
      const LocalTime asked = env_.now();
      const RedisReply reply =
          co_await redis_.command("SET", options_.name, token, "NX", "PX", millis(options_.ttl));
      const LocalTime valid_until = asked + options_.ttl - options_.margin;
      if (reply.is_ok() && env_.now() < valid_until) {
        co_return Grant{.token = token, .valid_until = valid_until};
      }
      if (reply.is_ok() || reply.is_unknown()) {
        const Released undone = co_await get_then_delete(token);
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

  Task<Released> release(Grant grant) override { return get_then_delete(grant.token); }

  OwnerRule owner_rule() const override { return {.path = options_.name}; }

 private:
  Task<Released> get_then_delete(Token token) {
    const RedisReply stored = co_await redis_.command("GET", options_.name);
    if (stored.is_unknown() || stored.is_error()) co_return Released::unknown;
    if (!stored.is_text(token.text())) co_return Released::not_ours;
    co_await env_.step("between GET and DEL");
    const RedisReply reply = co_await redis_.command("DEL", options_.name);
    co_return released(reply);
  }

  Environment& env_;
  RedisClient& redis_;
  LockOptions options_;
};

}  // namespace

std::unique_ptr<Lock> make_redis_get_then_delete(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisGetThenDelete>(env, options);
}

}  // namespace picklock

// The token lock with a watchdog that renews the lease every options.renew until the release.
//
// Promise  as redis_token, for work of any length; the holder is told when a renewal is refused, or when
//          the lease ran out by its own clock without a confirmed renewal.
// Breaks   a pause stops the watchdog together with the worker: after it the holder goes on until the
//          next renewal is refused. A watchdog also keeps the lock of a worker that hangs.
//
// A grant carries no valid_until: what is true at the grant is not when the hold ends. The news of a
// loss is Environment::report_lost(); it is late by one call time-out at most, and by any pause.
#include <algorithm>
#include <memory>
#include <optional>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisWatchdog final : public Lock {
 public:
  RedisWatchdog(Environment& env, const LockOptions& options)
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
        held_ = token;
        env_.spawn(renew(token, valid_until));
        co_return Grant{.token = token};
      }
      if (reply.is_ok() || reply.is_unknown()) {
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

  Task<Released> release(Grant grant) override {
    held_.reset();  // the watchdog sees it after its next wait
    return delete_if_ours(grant.token);
  }

  OwnerRule owner_rule() const override { return {.path = options_.name}; }

 private:
  Task<void> renew(Token token, LocalTime valid_until) {
    while (true) {
      co_await env_.sleep(std::min(options_.renew, valid_until - env_.now()));
      if (held_ != token) co_return;
      if (env_.now() >= valid_until) break;

      const LocalTime asked = env_.now();
      const RedisReply reply = co_await redis_.command("EVAL", kExtendIfEquals, 1, options_.name,
                                                       token, millis(options_.ttl));
      if (held_ != token) co_return;
      if (reply.is_integer(0)) break;  // another one holds it, or nobody: it must not be set again
      if (reply.is_integer(1)) valid_until = asked + options_.ttl - options_.margin;
    }
    held_.reset();
    env_.report_lost();
  }

  Task<Released> delete_if_ours(Token token) {
    const RedisReply reply =
        co_await redis_.command("EVAL", kDeleteIfEquals, 1, options_.name, token);
    co_return released(reply);
  }

  Environment& env_;
  RedisClient& redis_;
  LockOptions options_;
  std::optional<Token> held_;  // whose watchdog may go on
};

}  // namespace

std::unique_ptr<Lock> make_redis_watchdog(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisWatchdog>(env, options);
}

}  // namespace picklock

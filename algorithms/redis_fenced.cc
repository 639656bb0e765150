// The token lock with a fencing counter: SET NX PX and INCR in one script.
//
// Promise  as redis_token; and every grant carries a larger number than the one before, so a resource
//          that remembers the largest number it saw can turn late holders away.
// Breaks   the counter lives as long as the server's data: a restart without it, or a failover to a
//          stale replica, hands out old numbers again. A resource that does not check gains nothing.
#include <memory>
#include <string>
#include <string_view>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

// The number of this grant, or 0: taken.
constexpr std::string_view kSetAndCount =
    "if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then\n"
    "  return redis.call('INCR', KEYS[2])\n"
    "end\n"
    "return 0";

class RedisFenced final : public Lock {
 public:
  RedisFenced(Environment& env, const LockOptions& options)
      : env_(env),
        redis_(env.server<RedisClient>()),
        options_(options),
        counter_(options.name + ":fence") {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    bool certain = true;  // no SET of ours can be in force, now or later
    while (true) {
      const Token token = env_.fresh_token();
      const LocalTime asked = env_.now();
      const RedisReply reply = co_await redis_.command("EVAL", kSetAndCount, 2, options_.name,
                                                       counter_, token, millis(options_.ttl));
      const LocalTime valid_until = asked + options_.ttl - options_.margin;
      const bool set = reply.integer() > 0;
      if (set && env_.now() < valid_until) {
        co_return Grant{.token = token, .valid_until = valid_until, .fence = reply.integer()};
      }
      if (set || reply.is_unknown()) {
        const Released undone = co_await delete_if_ours(token);
        certain = certain && (undone == Released::yes || (set && undone == Released::not_ours));
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
  std::string counter_;
};

}  // namespace

std::unique_ptr<Lock> make_redis_fenced(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisFenced>(env, options);
}

}  // namespace picklock

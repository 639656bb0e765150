// A Lua script that compares a constant, sets it again, and calls that an acquisition.
//
// Promise  none: the script is atomic, but what it does is not a lock.
// Breaks   everybody compares with the same constant, so everybody acquires; the first release deletes
//          the key, and from then on nobody does, for ever.
#include <memory>
#include <string_view>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

constexpr std::int64_t kThirtyYears = 1'000'000'000;  // seconds, as the recipe has it

// The inner SET NX never succeeds: the key exists, or the comparison would have failed. Its result is
// thrown away, so that does not matter.
constexpr std::string_view kCompareAndSet =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then\n"
    "  redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])\n"
    "  return 'acquired'\n"
    "end\n"
    "return 'already acquired'";

class RedisLuaCompare final : public Lock {
 public:
  RedisLuaCompare(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    if (!prepared_) {
      prepared_ = true;
      co_await redis_.command("SET", options_.name, options_.name, "NX", "EX", kThirtyYears);
    }
    while (true) {
      const RedisReply reply = co_await redis_.command("EVAL", kCompareAndSet, 1, options_.name,
                                                       options_.name, kThirtyYears);
      if (reply.is_text("acquired")) co_return Grant{};
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
  bool prepared_ = false;  // this process has created the key, or found it there
};

}  // namespace

std::unique_ptr<Lock> make_redis_lua_compare(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisLuaCompare>(env, options);
}

}  // namespace picklock

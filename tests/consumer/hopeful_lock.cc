// GET and, when nobody is there, SET: two steps.
//
// Promise  none; it hopes that nobody comes between the two.
// Breaks   two clients that GET at the same time both acquire.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"

namespace consumer {
namespace {

using namespace picklock;

class HopefulLock final : public Lock {
 public:
  HopefulLock(Environment& env, const LockOptions& options)
      : env_(env), redis_(env.server<RedisClient>()), options_(options) {}

  Task<Acquired> acquire() override {
    const Token token = env_.fresh_token();
    const RedisReply found = co_await redis_.command("GET", options_.name);
    if (!found.is_nil()) co_return Refused{};
    co_await env_.step("between GET and SET");
    const RedisReply set = co_await redis_.command("SET", options_.name, token);
    if (!set.is_ok()) co_return Unknown{};
    co_return Grant{.token = token};
  }

  Task<Released> release(Grant) override {
    const RedisReply reply = co_await redis_.command("DEL", options_.name);
    co_return reply.is_unknown() ? Released::unknown : Released::yes;
  }

  OwnerRule owner_rule() const override { return {.path = options_.name}; }

 private:
  Environment& env_;
  RedisClient& redis_;
  LockOptions options_;
};

}  // namespace

std::unique_ptr<Lock> make_hopeful_lock(Environment& env, const LockOptions& options) {
  return std::make_unique<HopefulLock>(env, options);
}

}  // namespace consumer

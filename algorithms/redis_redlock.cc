// Redlock, by its specification: the same token on a majority of N independent servers.
//
// Promise  at most one valid grant at a time while a majority of the servers keeps its data, and no
//          clock jumps or errs by more than the margin within one lease.
// Breaks   as redis_token for pauses and late writes: there is no fence. One server that forgets the key
//          or whose clock jumps is enough when the holder had no more than a bare majority.
//
// Source: "Distributed locks with Redis", redis.io. One choice is ours: acquire decides as soon as a
// majority has granted. The SETs still on their way go on, which is what the paper's time-out does to
// them too, and every release goes to all servers behind them. A try that fails waits for every answer.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/lock.h"
#include "algorithms/redis_client.h"
#include "algorithms/redis_fan_out.h"
#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class RedisRedlock final : public Lock {
 public:
  RedisRedlock(Environment& env, const LockOptions& options) : env_(env), options_(options) {
    servers_.reserve(env.servers().size());
    for (std::size_t i = 0; i < env.servers().size(); ++i) {
      servers_.push_back(&env.server<RedisClient>(i));
    }
    quorum_ = servers_.size() / 2 + 1;
  }

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    bool certain = true;  // no token of ours can be on a majority, now or later
    while (true) {
      const Token token = env_.fresh_token();
      const std::size_t observed = env_.observed();
      const LocalTime asked = env_.now();
      const Count granted = co_await set_everywhere(token);
      const LocalTime answered = env_.now();
      const Duration validity = options_.ttl - (answered - asked) - options_.margin;
      const bool has_majority = granted.yes >= quorum_;
      env_.amounts_to(observed, has_majority ? ~std::uint64_t{0} : granted.unknown);
      if (has_majority && validity > Duration::zero()) {
        co_return Grant{.token = token, .valid_until = answered + validity};
      }
      // A minority of our keys would stand in everybody's way until they expire.
      const Count deleted = co_await delete_everywhere(token, Wanted::answers);
      certain = certain && granted.unknown + deleted.unknown < quorum_;

      const Duration pause = options_.retry + env_.jitter(options_.retry_jitter);
      if (env_.now() - began + pause > options_.wait) break;
      co_await env_.sleep(pause);
    }
    co_return certain ? Acquired(Refused{}) : Acquired(Unknown{});
  }

  Task<Released> release(Grant grant) override {
    const Count deleted = co_await delete_everywhere(grant.token, Wanted::outcome);
    if (deleted.yes >= quorum_) co_return Released::yes;
    if (deleted.no >= quorum_) co_return Released::not_ours;
    co_return Released::unknown;
  }

  OwnerRule owner_rule() const override {
    return {.path = options_.name, .quorum = static_cast<std::uint32_t>(quorum_)};
  }

 private:
  struct Count {
    std::size_t yes = 0;
    std::size_t no = 0;
    std::size_t unknown = 0;

    // Of the answers 0 to i: who gave which makes no difference.
    std::uint64_t sum(std::size_t i) const {
      return std::uint64_t{i} << 32 | std::uint64_t{yes} << 16 | no;
    }
  };

  Task<Count> set_everywhere(Token token) {
    RedisFanOut fan_out(servers_.size());
    command_.assign("SET", options_.name, token, "NX", "PX", millis(options_.ttl));
    for (RedisClient* redis : servers_) fan_out.send(*redis, command_);
    const std::size_t observed = env_.observed();
    Count count;
    for (std::size_t i = 0; i < servers_.size() && count.yes < quorum_; ++i) {
      const RedisFanOut::Answer answer = co_await fan_out.next();
      if (answer.reply.is_ok()) {
        ++count.yes;
      } else if (!answer.reply.is_unknown()) {
        ++count.no;
      }
      env_.amounts_to(observed, count.sum(i));
    }
    count.unknown = servers_.size() - count.yes - count.no;
    co_return count;
  }

  // What a deletion is for: whether the lock was ours, or only how many servers have answered.
  enum class Wanted : std::uint8_t { outcome, answers };

  Task<Count> delete_everywhere(Token token, Wanted wanted) {
    RedisFanOut fan_out(servers_.size());
    command_.assign("EVAL", kDeleteIfEquals, 1, options_.name, token);
    for (RedisClient* redis : servers_) fan_out.send(*redis, command_);
    const std::size_t observed = env_.observed();
    Count count;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      const RedisFanOut::Answer answer = co_await fan_out.next();
      const Released gone = released(answer.reply);
      if (gone == Released::yes) {
        ++count.yes;
      } else if (gone == Released::not_ours) {
        ++count.no;
      }
      const std::size_t known = count.yes + count.no;
      env_.amounts_to(observed,
                      wanted == Wanted::outcome ? count.sum(i) : Count{.no = known}.sum(i));
    }
    count.unknown = servers_.size() - count.yes - count.no;
    co_return count;
  }

  Environment& env_;
  LockOptions options_;
  std::vector<RedisClient*> servers_;
  std::size_t quorum_ = 0;
  RedisCommand command_;  // to all servers; storage that is used again
};

}  // namespace

std::unique_ptr<Lock> make_redis_redlock(Environment& env, const LockOptions& options) {
  return std::make_unique<RedisRedlock>(env, options);
}

}  // namespace picklock

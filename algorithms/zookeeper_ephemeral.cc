// One ephemeral node: whoever creates it holds the lock; the others watch it and try again.
//
// Promise  one holder at a time while every holder's session outlives its work.
// Breaks   the release deletes the node whoever made it, so a holder that comes back after its session
//          frees the lock of the next one. Nobody tells a holder that its session has gone, there is no
//          order among the waiters, and each release wakes them all.
#include <algorithm>
#include <memory>
#include <string>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"

namespace picklock {
namespace {

class ZooKeeperEphemeral final : public Lock {
 public:
  ZooKeeperEphemeral(Environment& env, const LockOptions& options)
      : env_(env),
        zookeeper_(env.server<ZooKeeperClient>()),
        options_(options),
        path_("/" + options.name) {}

  Task<Acquired> acquire() override {
    const LocalTime began = env_.now();
    while (true) {
      const ZkReply created = co_await zookeeper_.create(path_, true, false);
      if (created.is_ok()) co_return Grant{};
      if (created.is_unknown()) co_return Unknown{};  // the node that is there may be ours

      const ZkReply taken = co_await zookeeper_.exists(path_, true);
      const Duration left = options_.wait - (env_.now() - began);
      if (left <= Duration::zero()) co_return Refused{};
      if (taken.code == ZkCode::no_node) continue;
      // Without an answer there is perhaps no watch, so look again soon.
      co_await zookeeper_.next_event(taken.is_ok() ? left : std::min(left, options_.retry));
    }
  }

  Task<Released> release(Grant) override {
    const ZkReply reply = co_await zookeeper_.remove(path_);
    if (reply.is_unknown()) co_return Released::unknown;
    co_return reply.is_ok() ? Released::yes : Released::not_ours;
  }

  OwnerRule owner_rule() const override { return {.path = path_}; }

 private:
  Environment& env_;
  ZooKeeperClient& zookeeper_;
  LockOptions options_;
  std::string path_;
};

}  // namespace

std::unique_ptr<Lock> make_zookeeper_ephemeral(Environment& env, const LockOptions& options) {
  return std::make_unique<ZooKeeperEphemeral>(env, options);
}

}  // namespace picklock

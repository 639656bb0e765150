// The ZooKeeper recipe with one rule changed: every waiter watches the whole queue.
//
// Promise  as zookeeper_recipe.
// Breaks   as zookeeper_recipe; and every release, arrival or departure wakes all n waiters, of whom one
//          gets the lock: draining a queue of n costs about n * n / 2 wake-ups instead of n.
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_queue.h"

namespace picklock {
namespace {

class ZooKeeperHerd final : public Lock {
 public:
  ZooKeeperHerd(Environment& env, const LockOptions& options)
      : zookeeper_(env.server<ZooKeeperClient>()), options_(options), queue_(env, options_) {}

  Task<Acquired> acquire() override {
    queue_.begin();
    while (true) {
      const QueuePlace place = co_await queue_.look(true);
      if (place.given_up) co_return co_await queue_.leave();
      if (place.is_first()) co_return co_await queue_.hold();
      co_await zookeeper_.next_event(queue_.patience());
    }
  }

  Task<Released> release(Grant) override { return queue_.release(); }

  OwnerRule owner_rule() const override {
    return {.kind = OwnerRule::Kind::smallest_child, .path = queue_.directory()};
  }

 private:
  ZooKeeperClient& zookeeper_;
  LockOptions options_;
  ZooKeeperQueue queue_;
};

}  // namespace

std::unique_ptr<Lock> make_zookeeper_herd(Environment& env, const LockOptions& options) {
  return std::make_unique<ZooKeeperHerd>(env, options);
}

}  // namespace picklock

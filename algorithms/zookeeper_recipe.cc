// The ZooKeeper recipe: an ephemeral sequential node each; the smallest holds; watch the one before.
//
// Promise  at most one holder as the service sees it, in the order of arrival; a release wakes one
//          client; grants carry a fencing token (the transaction that created the node).
// Breaks   a holder that is paused or cut off for longer than its session works beside the next one
//          until it learns of it; only a resource that checks the fencing token stops it.
//
// Source: "ZooKeeper Recipes and Solutions: Locks". Lost replies and ghosts of old sessions are the
// business of ZooKeeperQueue.
#include <algorithm>
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_queue.h"

namespace picklock {
namespace {

class ZooKeeperRecipe final : public Lock {
 public:
  ZooKeeperRecipe(Environment& env, const LockOptions& options)
      : zookeeper_(env.server<ZooKeeperClient>()), options_(options), queue_(env, options_) {}

  Task<Acquired> acquire() override {
    queue_.begin();
    while (true) {
      const QueuePlace place = co_await queue_.look(false);
      if (place.given_up) co_return co_await queue_.leave();
      if (place.is_first()) co_return co_await queue_.hold();

      // Not exists(): on a node that has gone it would leave a watch behind for good.
      const ZkReply before = co_await zookeeper_.get(place.before, true);
      if (before.code == ZkCode::no_node) continue;
      // Whatever the event is, look again: the node before ours may have left the queue from its middle.
      // Without an answer there is perhaps no watch, so look again soon.
      const Duration soon = std::min(queue_.patience(), options_.retry);
      co_await zookeeper_.next_event(before.is_ok() ? queue_.patience() : soon);
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

std::unique_ptr<Lock> make_zookeeper_recipe(Environment& env, const LockOptions& options) {
  return std::make_unique<ZooKeeperRecipe>(env, options);
}

}  // namespace picklock

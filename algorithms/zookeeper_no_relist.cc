// The ZooKeeper recipe without its loop: when the node before ours goes, the lock is taken to be ours.
//
// Promise  as zookeeper_recipe, if nobody ever leaves the queue but the holder.
// Breaks   a waiter that gives up, or whose session ends, is not the holder: the one behind it walks in
//          beside the holder.
#include <algorithm>
#include <memory>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_queue.h"

namespace picklock {
namespace {

class ZooKeeperNoRelist final : public Lock {
 public:
  ZooKeeperNoRelist(Environment& env, const LockOptions& options)
      : zookeeper_(env.server<ZooKeeperClient>()), options_(options), queue_(env, options_) {}

  Task<Acquired> acquire() override {
    queue_.begin();
    const QueuePlace place = co_await queue_.look(false);
    if (place.given_up) co_return co_await queue_.leave();
    if (place.is_first()) co_return co_await queue_.hold();

    while (queue_.patience() > Duration::zero()) {
      // Not exists(): on a node that has gone it would leave a watch behind for good.
      const ZkReply before = co_await zookeeper_.get(place.before, true);
      if (before.code == ZkCode::no_node)
        co_return co_await queue_.hold();  // never asks who is first
      if (before.code == ZkCode::session_expired) break;
      const Duration soon = std::min(queue_.patience(), options_.retry);
      co_await zookeeper_.next_event(before.is_ok() ? queue_.patience() : soon);
    }
    co_return co_await queue_.leave();
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

std::unique_ptr<Lock> make_zookeeper_no_relist(Environment& env, const LockOptions& options) {
  return std::make_unique<ZooKeeperNoRelist>(env, options);
}

}  // namespace picklock

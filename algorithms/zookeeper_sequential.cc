// An ephemeral sequential node each; the smallest holds, and everybody else is told "occupied".
//
// Promise  one holder at a time while every holder's session outlives its work.
// Breaks   who was refused leaves its node behind. Once the holder is gone that node is the smallest and
//          nobody stands behind it: the lock is stuck for as long as that client's session lives.
#include <memory>
#include <string>

#include "algorithms/lock.h"
#include "algorithms/zookeeper_client.h"

namespace picklock {
namespace {

class ZooKeeperSequential final : public Lock {
 public:
  ZooKeeperSequential(Environment& env, const LockOptions& options)
      : zookeeper_(env.server<ZooKeeperClient>()),
        directory_("/" + options.name),
        prefix_(directory_ + "/n-") {}

  Task<Acquired> acquire() override {
    co_await zookeeper_.create(directory_, false, false);  // it may be there already
    const ZkReply created = co_await zookeeper_.create(prefix_, true, true);
    if (created.is_unknown()) co_return Unknown{};
    if (!created.is_ok()) co_return Refused{};
    const ZkReply list = co_await zookeeper_.get_children(directory_, false);
    if (list.is_unknown()) co_return Unknown{};
    if (list.children.empty() || directory_ + "/" + list.children.front() != created.path) {
      co_return Refused{};  // "nothing is held" is not true: the node stays
    }
    node_ = created.path;
    co_return Grant{};
  }

  Task<Released> release(Grant) override {
    const ZkReply reply = co_await zookeeper_.remove(node_);
    if (reply.is_unknown()) co_return Released::unknown;
    co_return reply.is_ok() ? Released::yes : Released::not_ours;
  }

  OwnerRule owner_rule() const override {
    return {.kind = OwnerRule::Kind::smallest_child, .path = directory_};
  }

 private:
  ZooKeeperClient& zookeeper_;
  std::string directory_;
  std::string prefix_;
  std::string node_;
};

}  // namespace

std::unique_ptr<Lock> make_zookeeper_sequential(Environment& env, const LockOptions& options) {
  return std::make_unique<ZooKeeperSequential>(env, options);
}

}  // namespace picklock

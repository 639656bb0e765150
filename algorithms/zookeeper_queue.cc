#include "algorithms/zookeeper_queue.h"

#include <algorithm>
#include <string_view>

namespace picklock {
namespace {

// ZooKeeper appends ten digits.
std::string_view number_of(std::string_view name) {
  constexpr std::size_t kDigits = 10;
  return name.size() < kDigits ? name : name.substr(name.size() - kDigits);
}

}  // namespace

ZooKeeperQueue::ZooKeeperQueue(Environment& env, const LockOptions& options)
    : env_(env),
      zookeeper_(env.server<ZooKeeperClient>()),
      options_(options),
      directory_("/" + options.name) {}

void ZooKeeperQueue::begin() {
  token_ = env_.fresh_token();
  began_ = env_.now();
  node_.clear();
  unanswered_ = 0;
}

Duration ZooKeeperQueue::patience() const {
  return std::max(Duration::zero(), options_.wait - (env_.now() - began_));
}

Task<QueuePlace> ZooKeeperQueue::look(bool watch) {
  QueuePlace place;
  const std::string prefix = directory_ + "/" + std::string(token_.text()) + "-";
  while (patience() > Duration::zero()) {
    if (node_.empty()) {
      const ZkReply created = co_await zookeeper_.create(prefix, true, true);
      if (created.code == ZkCode::no_node) {
        co_await zookeeper_.create(directory_, false, false);
        continue;
      }
      if (created.is_ok()) node_ = created.path;
      if (created.is_unknown()) ++unanswered_;  // the list tells, or a later one
    }
    const ZkReply list = co_await zookeeper_.get_children(directory_, watch);
    if (list.is_ok()) {
      const bool joined = !node_.empty();
      if (find(list.children, place)) {
        if (!joined) --unanswered_;
        co_return place;
      }
      if (joined) break;  // our session has ended, and our node with it
    }
    if (list.code == ZkCode::session_expired && !node_.empty()) break;
    if (!list.is_ok()) co_await zookeeper_.next_event(std::min(patience(), options_.retry));
  }
  place.given_up = true;
  co_return place;
}

bool ZooKeeperQueue::find(const std::vector<std::string>& children, QueuePlace& place) {
  std::string_view mine;
  for (const std::string& name : children) {
    if (!name.starts_with(token_.text())) continue;
    if (mine.empty() || number_of(name) < number_of(mine)) mine = name;
  }
  if (mine.empty()) return false;
  std::string_view before;
  for (const std::string& name : children) {
    if (number_of(name) >= number_of(mine)) continue;
    if (before.empty() || number_of(name) > number_of(before)) before = name;
  }
  node_ = directory_ + "/" + std::string(mine);
  place.before = before.empty() ? std::string() : directory_ + "/" + std::string(before);
  return true;
}

Task<Acquired> ZooKeeperQueue::hold() {
  while (patience() > Duration::zero()) {
    // The node may be the ghost of an expired session that the service has not reaped yet.
    const ZkReply own = co_await zookeeper_.exists(node_, false);
    if (own.is_ok() && own.stat.ephemeral_owner == zookeeper_.session()) {
      held_ = node_;
      env_.spawn(guard(node_, zookeeper_.session()));
      co_return Grant{.token = token_, .fence = own.stat.czxid};
    }
    if (!own.is_unknown()) break;
    co_await zookeeper_.next_event(std::min(patience(), options_.retry));
  }
  co_return co_await leave();
}

Task<Acquired> ZooKeeperQueue::leave() {
  if (!node_.empty()) {
    const Released removed = co_await remove();
    if (removed == Released::unknown) co_return Unknown{};
  }
  co_return unanswered_ == 0 ? Acquired(Refused{}) : Acquired(Unknown{});
}

Task<Released> ZooKeeperQueue::release() {
  held_.clear();  // the guard sees it after its next wait
  return remove();
}

Task<Released> ZooKeeperQueue::remove() {
  const ZkReply reply = co_await zookeeper_.remove(node_);
  if (reply.is_ok()) co_return Released::yes;
  if (!reply.is_unknown()) co_return Released::not_ours;  // it went with its session
  // A node that stays blocks everybody while our session lives, ourselves included.
  env_.spawn(remove_later(node_));
  co_return Released::unknown;
}

Task<void> ZooKeeperQueue::remove_later(std::string node) {
  while (true) {
    co_await env_.sleep(options_.retry);
    const ZkReply reply = co_await zookeeper_.remove(node);
    if (!reply.is_unknown()) co_return;
  }
}

// It asks the client library, not the service: no message is sent. It takes no events either, for they
// belong to the acquire that may be waiting for them.
Task<void> ZooKeeperQueue::guard(std::string node, std::int64_t session) {
  while (held_ == node) {
    if (!zookeeper_.is_connected() || zookeeper_.session() != session) {
      held_.clear();
      env_.report_lost();
      co_return;
    }
    co_await env_.sleep(options_.retry);
  }
}

}  // namespace picklock

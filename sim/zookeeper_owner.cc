#include "sim/zookeeper_owner.h"

namespace picklock {
namespace {

// The sequence number, the last ten characters of a sequential node's name.
std::string_view order_of(std::string_view path) {
  constexpr std::size_t kDigits = 10;
  return path.size() < kDigits ? path : path.substr(path.size() - kDigits);
}

}  // namespace

void ZooKeeperOwner::reset() {
  nodes_.clear();
  named_ = Caller{};
}

bool ZooKeeperOwner::concerns(std::string_view path) const {
  if (rule_.path.empty()) return false;
  if (rule_.kind == OwnerRule::Kind::entry) return path == rule_.path;
  const std::size_t slash = path.rfind('/');
  return slash != std::string_view::npos && path.substr(0, slash) == rule_.path;
}

void ZooKeeperOwner::created(std::string_view path, const Caller& by) {
  if (!concerns(path)) return;
  nodes_.emplace(order_of(path), by);
  settle(Cause::none, OpId());
}

void ZooKeeperOwner::deleted(std::string_view path, ZkRemoval why, const Caller& by) {
  const auto node = concerns(path) ? nodes_.find(order_of(path)) : nodes_.end();
  if (node == nodes_.end()) return;
  const bool own = by.hold == node->second.hold;
  nodes_.erase(node);
  switch (why) {
    case ZkRemoval::deleted:
      return settle(own ? Cause::released : Cause::deleted, by.op);
    case ZkRemoval::session_closed:
      return settle(Cause::released, by.op);
    case ZkRemoval::session_expired:
      return settle(Cause::expired, OpId());
  }
}

// The smallest node is the owner's; says so when that has changed.
void ZooKeeperOwner::settle(Cause cause, OpId by) {
  const Caller owner = nodes_.empty() ? Caller{} : nodes_.begin()->second;
  if (owner.hold == named_.hold) return;
  if (!named_.hold.is_none()) listener_.on_owner(EventKind::unnamed, cause, by, named_.hold);
  named_ = owner;
  if (!named_.hold.is_none())
    listener_.on_owner(EventKind::named, Cause::none, OpId(), named_.hold);
}

}  // namespace picklock

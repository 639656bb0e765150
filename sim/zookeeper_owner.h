// Who owns the lock at a ZooKeeper service, told from the creations and deletions of znodes: what all worlds
// share.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "algorithms/lock.h"
#include "checker/history.h"
#include "sim/rpc.h"
#include "sim/servers/zookeeper_model.h"

namespace picklock {

class ZooKeeperOwner {
 public:
  class Listener {
   public:
    // `named` or `unnamed`, of the hold that owns the lock now, or did. `by` is the operation that released
    // or deleted it; none for every other cause.
    virtual void on_owner(EventKind kind, Cause cause, OpId by, OpId hold) = 0;

   protected:
    ~Listener() = default;
  };

  explicit ZooKeeperOwner(Listener& listener) : listener_(listener) {}

  void observe(const OwnerRule& rule) { rule_ = rule; }
  // There are no znodes.
  void reset();
  // In the order in which the service does it; znodes that have nothing to do with the lock are passed over.
  void created(std::string_view path, const Caller& by);
  void deleted(std::string_view path, ZkRemoval why, const Caller& by);

 private:
  bool concerns(std::string_view path) const;
  void settle(Cause cause, OpId by);

  Listener& listener_;
  OwnerRule rule_;
  std::map<std::string, Caller, std::less<>> nodes_;  // by sequence number
  Caller named_;
};

}  // namespace picklock

// Tells the history of a simulated run who owns the lock at its ZooKeeper service.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/kernel.h"
#include "sim/rpc.h"
#include "sim/servers/zookeeper_model.h"
#include "sim/zookeeper_owner.h"

namespace picklock {

class ZooKeeperOwnerLog final : public ZooKeeperObserver, private ZooKeeperOwner::Listener {
 public:
  ZooKeeperOwnerLog(Kernel& kernel, NodeId server)
      : kernel_(kernel), server_(server), owner_(*this) {}

  void observe(const OwnerRule& rule) { owner_.observe(rule); }
  void reset() {
    owner_.reset();
    caller_ = Caller{};
  }
  // Whose request is being executed.
  void set_caller(const Caller& caller) { caller_ = caller; }

  void on_created(std::string_view path, std::int64_t /*session*/) override {
    owner_.created(path, caller_);
  }
  void on_deleted(std::string_view path, ZkRemoval why) override {
    owner_.deleted(path, why, caller_);
  }

 private:
  void on_owner(EventKind kind, Cause cause, OpId by, OpId hold) override {
    kernel_.recorder().add({.at = kernel_.now(),
                            .kind = kind,
                            .cause = cause,
                            .node = server_,
                            .op = by,
                            .hold = hold});
  }

  Kernel& kernel_;
  NodeId server_;
  ZooKeeperOwner owner_;
  Caller caller_;
};

}  // namespace picklock

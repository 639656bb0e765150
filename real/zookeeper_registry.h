// The watches that a client has set and that have not fired: what it must set again when it reconnects.
#pragma once

#include <set>
#include <string>

#include "real/zookeeper_wire.h"

namespace picklock {

class ZooKeeperRegistry {
 public:
  bool is_empty() const { return data_.empty() && exists_.empty() && children_.empty(); }
  void clear() {
    data_.clear();
    exists_.clear();
    children_.clear();
  }

  // This request was answered so.
  void on_reply(const ZkRequest& request, ZkCode code) {
    if (!request.watch) return;
    if (request.op == ZkOp::get_children) {
      if (code == ZkCode::ok) children_.insert(request.path);
    } else if (code == ZkCode::ok) {
      data_.insert(request.path);
    } else if (code == ZkCode::no_node && request.op == ZkOp::exists) {
      exists_.insert(request.path);
    }
  }
  void on_event(const ZkEvent& event) {
    if (event.kind != ZkEventKind::children_changed) {
      data_.erase(event.path);
      exists_.erase(event.path);
    }
    const bool of_children =
        event.kind == ZkEventKind::children_changed || event.kind == ZkEventKind::deleted;
    if (of_children) children_.erase(event.path);
  }

  ZkWatchedPaths paths() const {
    return {{data_.begin(), data_.end()},
            {exists_.begin(), exists_.end()},
            {children_.begin(), children_.end()}};
  }

 private:
  std::set<std::string> data_;
  std::set<std::string> exists_;
  std::set<std::string> children_;
};

}  // namespace picklock

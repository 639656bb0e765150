// A set of nodes, empty at first.
#pragma once

#include <vector>

#include "base/ids.h"

namespace picklock {

class NodeSet {
 public:
  void set(NodeId node, bool in) {
    if (members_.size() <= node.value()) members_.resize(node.value() + 1, false);
    members_[node.value()] = in;
  }
  bool has(NodeId node) const { return node.value() < members_.size() && members_[node.value()]; }
  void clear() { members_.clear(); }

 private:
  std::vector<bool> members_;  // by node
};

}  // namespace picklock

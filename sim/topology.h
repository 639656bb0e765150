// Who can reach whom. A Boost.Graph of the links that are cut: empty in the healthy case, which costs
// nothing to look up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"

namespace picklock {

class Topology {
 public:
  explicit Topology(std::size_t nodes);
  Topology(Topology&&) noexcept;
  Topology& operator=(Topology&&) noexcept;
  ~Topology();

  // Cuts nest: a link that was cut twice needs two restores.
  void cut(NodeId from, NodeId to);
  void restore(NodeId from, NodeId to);
  bool is_cut(NodeId from, NodeId to) const { return cuts_ != 0 && has_cut(from, to); }
  bool is_whole() const { return cuts_ == 0; }
  void reset();

  // The groups of nodes that can still talk to each other in both directions, each sorted, in the
  // order of their smallest member: the strongly connected components of the working links.
  std::vector<std::vector<NodeId>> groups() const;

 private:
  struct Graph;
  bool has_cut(NodeId from, NodeId to) const;

  std::unique_ptr<Graph> graph_;
  std::size_t nodes_ = 0;
  std::size_t cuts_ = 0;
};

}  // namespace picklock

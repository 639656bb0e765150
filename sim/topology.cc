#include "sim/topology.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

#include "base/require.h"

namespace picklock {

namespace {

struct Cut {
  std::uint32_t depth = 0;
};
using CutGraph =
    boost::adjacency_list<boost::setS, boost::vecS, boost::directedS, boost::no_property, Cut>;
using WorkingGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

}  // namespace

struct Topology::Graph {
  explicit Graph(std::size_t nodes) : cuts(nodes) {}
  CutGraph cuts;
};

Topology::Topology(std::size_t nodes) : graph_(std::make_unique<Graph>(nodes)), nodes_(nodes) {}
Topology::Topology(Topology&&) noexcept = default;
Topology& Topology::operator=(Topology&&) noexcept = default;
Topology::~Topology() = default;

void Topology::cut(NodeId from, NodeId to) {
  const auto [edge, added] = boost::add_edge(from.value(), to.value(), graph_->cuts);
  if (added) ++cuts_;
  ++graph_->cuts[edge].depth;
}

void Topology::restore(NodeId from, NodeId to) {
  const auto [edge, found] = boost::edge(from.value(), to.value(), graph_->cuts);
  require(found, "restoring a link that is not cut");
  if (--graph_->cuts[edge].depth > 0) return;
  boost::remove_edge(from.value(), to.value(), graph_->cuts);
  --cuts_;
}

bool Topology::has_cut(NodeId from, NodeId to) const {
  return boost::edge(from.value(), to.value(), graph_->cuts).second;
}

void Topology::reset() {
  if (cuts_ == 0) return;
  graph_->cuts = CutGraph(nodes_);
  cuts_ = 0;
}

std::vector<std::vector<NodeId>> Topology::groups() const {
  WorkingGraph working(nodes_);
  for (std::uint32_t from = 0; from < nodes_; ++from) {
    for (std::uint32_t to = 0; to < nodes_; ++to) {
      const bool works = from != to && !is_cut(NodeId(from), NodeId(to));
      if (works) boost::add_edge(from, to, working);
    }
  }
  std::vector<int> component(nodes_);
  const int count = boost::strong_components(working, component.data());
  std::vector<std::vector<NodeId>> groups(static_cast<std::size_t>(count));
  for (std::uint32_t node = 0; node < nodes_; ++node) {
    groups[static_cast<std::size_t>(component[node])].push_back(NodeId(node));
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

}  // namespace picklock

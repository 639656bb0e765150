#include "checker/wait_for_graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <optional>
#include <utility>

#include "checker/phrases.h"

namespace picklock {
namespace {

struct Naming {
  NodeId server{};
  OpId hold{};
  friend bool operator==(const Naming&, const Naming&) = default;
};

// What each server names, up to and including `at`.
std::vector<Naming> namings_at(const Timeline& timeline, TrueTime at) {
  std::vector<Naming> namings;
  for (const Event& event : timeline.history().events) {
    if (event.at > at) break;
    const Naming naming{.server = event.node, .hold = event.hold};
    if (event.kind == EventKind::named) namings.push_back(naming);
    if (event.kind == EventKind::unnamed) std::erase(namings, naming);
  }
  return namings;
}

// An operation stands for its waiting; its client (numbered after all operations) for the process.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

class WaitForGraph {
 public:
  WaitForGraph(const Timeline& timeline, TrueTime at, const std::vector<Naming>& namings)
      : operations_(timeline.operations().size()),
        graph_(2 * operations_ + timeline.subject().nodes.size()) {
    for (const OpId op : timeline.acquires()) {
      const ClientOperation& acquire = *timeline.find(op);
      if (acquire.invoked > at || acquire.waited < at || acquire.returned <= at) continue;
      if (timeline.is_dead(acquire.client, at)) continue;
      waiting_.push_back(op);
      boost::add_edge(client(acquire.client), wait(op), graph_);
      for (const Naming& naming : namings) boost::add_edge(wait(op), hold(naming.hold), graph_);
    }
    for (const Naming& naming : namings) {
      const ClientOperation* acquire = timeline.find(naming.hold);
      if (acquire != nullptr) boost::add_edge(hold(naming.hold), client(acquire->client), graph_);
    }
  }

  const std::vector<OpId>& waiting() const { return waiting_; }
  bool has_cycle() const {
    struct Detector : boost::default_dfs_visitor {
      explicit Detector(bool& seen) : found(&seen) {}
      void back_edge(const Graph::edge_descriptor&, const Graph&) const { *found = true; }
      bool* found;
    };
    bool found = false;
    boost::depth_first_search(graph_, boost::visitor(Detector(found)));
    return found;
  }

 private:
  std::size_t wait(OpId op) const { return op.value(); }
  std::size_t hold(OpId op) const { return operations_ + op.value(); }
  std::size_t client(NodeId node) const { return 2 * operations_ + node.value(); }

  std::size_t operations_;
  Graph graph_;
  std::vector<OpId> waiting_;
};

// When the node's last crash up to `at` was.
TrueTime crash_of(const Timeline& timeline, NodeId node, TrueTime at) {
  TrueTime crash{};
  for (const Event& event : timeline.history().events) {
    if (event.at > at) break;
    if (event.node == node && event.kind == EventKind::crashed) crash = event.at;
  }
  return crash;
}

std::string state_of(const Timeline& timeline, const Hold& hold, TrueTime at,
                     const WaitForGraph& graph) {
  const std::string name = name_of(timeline, hold);
  if (timeline.is_dead(hold.client, at)) {
    return fmt::format("{} crashed at {}", name, clock_text(crash_of(timeline, hold.client, at)));
  }
  if (hold.is_granted() && hold.belief_end == BeliefEnd::crashed && hold.naive_until <= at) {
    return fmt::format("{} crashed at {} and knows nothing of it since", name,
                       clock_text(hold.naive_until));
  }
  const auto waits = [&](OpId op) { return timeline.find(op)->client == hold.client; };
  if (std::ranges::find_if(graph.waiting(), waits) != graph.waiting().end()) {
    return fmt::format("{} itself waits for the lock{}", name,
                       graph.has_cycle() ? ", a cycle" : "");
  }
  if (!hold.is_granted()) return fmt::format("{} never learned of the grant", name);
  return fmt::format("{} believes to have given it back at {}", name, clock_text(hold.naive_until));
}

}  // namespace

WaitChain wait_chain(const Timeline& timeline, TrueTime at) {
  const std::vector<Naming> namings = namings_at(timeline, at);
  const WaitForGraph graph(timeline, at, namings);
  WaitChain chain;
  if (graph.waiting().empty()) return chain;
  const OpId first = graph.waiting().front();
  chain.operations.push_back(first);
  const std::string waiter = name_of_client(timeline, first);
  if (namings.empty()) {
    chain.text = timeline.subject().servers_observed
                     ? fmt::format("{} waits although no server names an owner", waiter)
                     : fmt::format("{} waits, and the servers were not observed", waiter);
    return chain;
  }
  chain.text = fmt::format("{} waits", waiter);
  std::vector<OpId> told;
  for (const Naming& naming : namings) {
    const Hold* hold = timeline.find_hold(naming.hold);
    if (hold == nullptr || std::ranges::find(told, naming.hold) != told.end()) continue;
    chain.text += fmt::format("{} for {}'s hold, which {} still names, and {}",
                              told.empty() ? "" : ", and", name_of(timeline, *hold),
                              timeline.name(naming.server), state_of(timeline, *hold, at, graph));
    told.push_back(naming.hold);
    chain.operations.push_back(naming.hold);
  }
  return chain;
}

}  // namespace picklock

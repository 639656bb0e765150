// Turns the events of a history into sentences.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "reports/cast.h"
#include "reports/facts.h"
#include "reports/steps.h"

namespace picklock {

// Turns one event after the other into sentences.
class Teller {
 public:
  Teller(const Facts& facts, const Cast& cast) : facts_(facts), cast_(cast) {}

  void tell(const Event& event);
  std::vector<Step> steps;

 private:
  void granted(const Event& event);
  void asked(const Event& event);
  void released(const Event& event);
  void sent(const Event& event);
  void unanswered(const Event& event);
  void unnamed(const Event& event);
  void applied(const Event& event);
  void changed(const Facts::Effect& effect, Step& step);
  void crashed(const Event& event);
  void elected(const Event& event);
  void paused(const Event& event);
  void resumed(const Event& event);
  void fault(const Event& event);

  bool is_central(OpId op) const {
    return std::ranges::find(cast_.operations, op) != cast_.operations.end();
  }
  bool is_cast(NodeId node) const {
    return std::ranges::find(cast_.clients, node) != cast_.clients.end() || !is_client(node);
  }
  bool is_client(NodeId node) const {
    const auto& nodes = facts_.subject().nodes;
    return node.value() < nodes.size() && nodes[node.value()].role == Role::client;
  }
  const Facts::Hold* hold(OpId op) const {
    const auto found = facts_.holds().find(op);
    return found == facts_.holds().end() ? nullptr : &found->second;
  }
  const Facts::Hold* believed_by(NodeId client, TrueTime at) const {
    for (const auto& [op, hold] : facts_.holds()) {
      if (hold.client == client && facts_.believes(hold, at)) return &hold;
    }
    return nullptr;
  }
  // Other clients of the cast that believe that they hold the lock.
  std::vector<std::string> other_believers(NodeId client, TrueTime at) const {
    std::vector<std::string> names;
    for (const NodeId other : cast_.clients) {
      if (other != client && believed_by(other, at) != nullptr) names.push_back(facts_.name(other));
    }
    return names;
  }
  Step& add(const Event& event, int weight, NodeId client, std::string text) {
    return steps.emplace_back(Step{.at = event.at,
                                   .weight = weight,
                                   .text = std::move(text),
                                   .client = client,
                                   .node = event.node});
  }

  const Facts& facts_;
  const Cast& cast_;
  std::set<std::int64_t> faults_told_;
};

}  // namespace picklock

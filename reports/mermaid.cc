// https://mermaid.js.org/syntax/sequenceDiagram.html
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "reports/cast.h"
#include "reports/escape.h"
#include "reports/markdown.h"
#include "reports/messages.h"
#include "reports/steps.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

constexpr std::size_t kMostMessages = 40;

class Diagram {
 public:
  explicit Diagram(const RunPicture& run)
      : facts_(run.history),
        cast_(cast_of(facts_, run.history, run.counterexample, kClientsOfStory)),
        steps_(weightiest(all_steps(facts_, run.history, cast_), kStepsOfStory)),
        messages_(messages(run.history)) {}

  std::string text() const {
    std::string out = "sequenceDiagram\n";
    const std::set<NodeId> shown = participants();
    for (const NodeId client : cast_.clients) out += participant(client);
    for (std::uint32_t i = 0; i < facts_.subject().nodes.size(); ++i) {
      const bool is_client = facts_.subject().nodes[i].role == Role::client;
      if (!is_client && shown.contains(NodeId(i))) out += participant(NodeId(i));
    }
    std::size_t step = 0;
    for (const Message& message : messages_) {
      for (; step < steps_.size() && steps_[step].at < at(message); ++step) out += note(step);
      out += arrow(message);
    }
    for (; step < steps_.size(); ++step) out += note(step);
    return out;
  }

 private:
  static TrueTime at(const Message& message) {
    return message.received == kNever ? message.sent : message.received;
  }

  bool is_central(const Message& message) const {
    return message.is_wrong ||
           std::ranges::find(cast_.operations, message.op) != cast_.operations.end();
  }

  // Those between the cast, while the story lasts.
  std::vector<Message> messages(const History& history) const {
    std::vector<Message> central;
    std::vector<Message> others;
    for (const Message& message : messages_of(facts_, history)) {
      const bool is_cast = std::ranges::any_of(cast_.clients, [&](NodeId client) {
        return client == message.from || client == message.to;
      });
      const bool is_told = !message.op.is_none() || message.received == kNever;
      if (!is_cast || !is_told) continue;
      if (at(message) < cast_.from || message.sent > cast_.until) continue;
      (is_central(message) ? central : others).push_back(message);
    }
    for (const Message& message : others) {
      if (central.size() >= kMostMessages) break;
      central.push_back(message);
    }
    if (central.size() > kMostMessages) central.resize(kMostMessages);
    std::ranges::stable_sort(central, {}, at);
    return central;
  }

  std::set<NodeId> participants() const {
    std::set<NodeId> shown(cast_.clients.begin(), cast_.clients.end());
    for (const Message& message : messages_) shown.insert({message.from, message.to});
    for (const Step& step : steps_) {
      if (!step.node.is_none()) shown.insert(step.node);
    }
    return shown;
  }

  std::string participant(NodeId node) const {
    return fmt::format("  participant n{} as {}\n", node.value(), mermaid_text(facts_.name(node)));
  }

  std::string arrow(const Message& message) const {
    const char* head = message.received == kNever || message.is_refused ? "x" : ">>";
    return fmt::format("  n{}{}{}n{}: {}\n", message.from.value(), message.is_answer ? "--" : "-",
                       head, message.to.value(),
                       message.label.empty() ? "ok" : mermaid_text(message.label));
  }

  std::string note(std::size_t place) const {
    const Step& step = steps_[place];
    if (step.node.is_none() && cast_.clients.empty()) return "";
    const NodeId over = step.node.is_none() ? cast_.clients.front() : step.node;
    const char* sign = step.is_wrong ? "✗ " : step.is_saved ? "✓ " : "";
    return fmt::format("  Note over n{}: {}{} ({}) {}\n", over.value(), sign, place + 1,
                       instant_text(step.at), mermaid_text(step.text));
  }

  Facts facts_;
  Cast cast_;
  std::vector<Step> steps_;
  std::vector<Message> messages_;
};

}  // namespace

std::string mermaid_sequence(const RunPicture& run) {
  return Diagram(run).text();
}

}  // namespace picklock

#include "real/server_mail.h"

#include <algorithm>

namespace picklock {

void ServerMail::begin_run() {
  last_arrival_.clear();
  lives_.clear();
  waiting_.clear();
  in_flight_ = 0;
}

void ServerMail::send(NodeId from, NodeId to, std::string_view what, std::function<void()> arrive) {
  RealServerHost& host = context_.host;
  if (!host.is_up(from) || !host.is_up(to)) return;
  const Passage passage = host.pass(from, to, what);
  if (passage.at == kNever) return;
  TrueTime& last = last_arrival_[{from, to}];
  last = std::max(last, passage.at);
  ++in_flight_;
  context_.loop.at(last, [this, from, to, arrive = std::move(arrive), life = lives_[to]] {
    --in_flight_;
    when_it_runs(to, life, [this, from, to, arrive] {
      if (!context_.host.is_cut(from, to)) arrive();
    });
  });
}

void ServerMail::at(TrueTime due, NodeId node, std::function<void()> action) {
  context_.loop.at(due, [this, node, life = lives_[node], action = std::move(action)] {
    when_it_runs(node, life, action);
  });
}

void ServerMail::when_it_runs(NodeId node, std::uint32_t life, std::function<void()> action) {
  if (lives_[node] != life || !context_.host.is_up(node)) return;
  if (!context_.host.is_stopped(node)) return action();
  waiting_[node].push_back(
      [this, node, life, action = std::move(action)] { when_it_runs(node, life, action); });
}

void ServerMail::on_crash(NodeId node) {
  ++lives_[node];
  waiting_.erase(node);
}

void ServerMail::on_resume(NodeId node) {
  std::deque<std::function<void()>> actions = std::exchange(waiting_[node], {});
  for (const auto& action : actions) action();
}

}  // namespace picklock

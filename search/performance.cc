#include "search/performance.h"

#include <algorithm>
#include <utility>

#include "base/require.h"

namespace picklock {
namespace {

void append(std::vector<Duration>& to, const std::vector<Duration>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void Performance::add(const Performance& other) {
  runs += other.runs;
  asked += other.asked;
  granted += other.granted;
  active += other.active;
  lock_messages += other.lock_messages;
  server_operations += other.server_operations;
  bypasses += other.bypasses;
  most_bypassed = std::max(most_bypassed, other.most_bypassed);
  fairness_millionths += other.fairness_millionths;
  fairness_runs += other.fairness_runs;
  holder_crashes += other.holder_crashes;
  recovered += other.recovered;
  append(waits, other.waits);
  append(hand_offs, other.hand_offs);
  append(recoveries, other.recoveries);
}

Duration quantile(const std::vector<Duration>& samples, std::uint32_t millionths) {
  require(!samples.empty() && millionths <= 1'000'000, "a quantile of some samples");
  const std::uint64_t rank = (samples.size() * std::uint64_t{millionths} + 999'999) / 1'000'000;
  return samples[rank == 0 ? 0 : rank - 1];
}

Performance Meter::measure(const RunResult& run, bool samples) {
  const History& history = run.history;
  clients_.assign(history.subject->nodes.size(), {});
  sum_ = {
      .runs = 1, .lock_messages = run.lock_messages, .server_operations = run.server_operations};
  samples_ = samples;
  released_ = wanted_ = first_ = kNever;
  crashed_ = false;
  last_ = TrueTime{};
  for (const Event& event : history.events) {
    if (event.kind == EventKind::invoke) invoked(event);
    if (event.kind == EventKind::complete) completed(event);
    if (event.kind == EventKind::crashed) crashed(event);
  }
  finish(history);
  return std::move(sum_);
}

void Meter::invoked(const Event& event) {
  Client& client = clients_[event.node.value()];
  ++client.open;
  client.is_gone = false;
  if (event.action == Action::acquire) {
    client.asked = event.at;
    client.bypassed = 0;
    first_ = std::min(first_, event.at);
    if (crashed_ && wanted_ == kNever) wanted_ = event.at;
  } else if (event.action == Action::release && client.holds) {
    client.holds = false;
    if (!anybody_waits()) return;
    released_ = event.at;
    released_by_ = event.node;
  }
}

void Meter::completed(const Event& event) {
  Client& client = clients_[event.node.value()];
  if (client.open > 0) --client.open;
  client.last = last_ = event.at;
  if (event.action != Action::acquire || client.asked == kNever) return;
  ++sum_.asked;
  if (event.outcome == Outcome::ok) granted(event);
  client.asked = kNever;
}

void Meter::granted(const Event& event) {
  Client& client = clients_[event.node.value()];
  ++sum_.granted;
  sum_.bypasses += client.bypassed;
  sum_.most_bypassed = std::max(sum_.most_bypassed, client.bypassed);
  for (Client& other : clients_) {
    if (other.asked != kNever && other.asked < client.asked) ++other.bypassed;
  }
  client.holds = true;
  client.granted.push_back(event.at);
  if (samples_) sum_.waits.push_back(event.at - client.asked);
  if (crashed_) {
    ++sum_.recovered;
    if (samples_) sum_.recoveries.push_back(event.at - wanted_);
    crashed_ = false;
  }
  const bool waited = released_ != kNever && client.asked <= released_;
  if (waited && event.node != released_by_ && samples_) {
    sum_.hand_offs.push_back(event.at - released_);
  }
  released_ = kNever;
}

void Meter::crashed(const Event& event) {
  Client& client = clients_[event.node.value()];
  const bool held = std::exchange(client.holds, false);
  client.asked = kNever;
  client.open = 0;
  client.is_gone = true;
  if (!held) return;
  ++sum_.holder_crashes;
  crashed_ = true;
  wanted_ = anybody_waits() ? event.at : kNever;
}

bool Meter::anybody_waits() const {
  return std::ranges::any_of(clients_, [](const Client& one) { return one.asked != kNever; });
}

void Meter::finish(const History& history) {
  TrueTime done = history.end;  // the first of the clients
  std::uint64_t clients = 0;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const Client& client = clients_[i];
    if (history.subject->nodes[i].role != Role::client || client.is_gone) continue;
    ++clients;
    if (client.asked != kNever) {
      ++sum_.asked;
      last_ = history.end;
    }
    if (client.open == 0) done = std::min(done, client.last);
  }
  // A lock that nobody wants any more owes nothing.
  if (crashed_ && wanted_ == kNever) --sum_.holder_crashes;
  if (first_ != kNever) sum_.active = last_ - first_;
  std::uint64_t total = 0;
  std::uint64_t squares = 0;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (clients_[i].is_gone) continue;
    const auto by_then = static_cast<std::uint64_t>(
        std::ranges::count_if(clients_[i].granted, [&](TrueTime at) { return at <= done; }));
    total += by_then;
    squares += by_then * by_then;
  }
  if (total == 0) return;
  sum_.fairness_runs = 1;
  sum_.fairness_millionths = total * total * 1'000'000 / (clients * squares);
}

std::vector<std::uint64_t> grants_over_time(const History& history, Duration step) {
  require(step > Duration{}, "a stretch of time has a length");
  std::vector<std::uint64_t> grants(
      static_cast<std::size_t>(nanoseconds(history.end) / step.count()) + 1);
  for (const Event& event : history.events) {
    const bool is_grant = event.kind == EventKind::complete && event.action == Action::acquire &&
                          event.outcome == Outcome::ok;
    if (is_grant) ++grants[static_cast<std::size_t>(nanoseconds(event.at) / step.count())];
  }
  return grants;
}

}  // namespace picklock

#include "search/placements.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace picklock {
namespace {

constexpr Duration kMoment = std::chrono::milliseconds(1);
// What chrony may slew a clock by: its default maxslewrate.
constexpr std::int32_t kSlew = 83'333;
constexpr std::string_view kBefore = "before ";

bool is_message(const Occasion& occasion) {
  return !occasion.to.is_none();
}

// Without those that repeat themselves while nothing happens.
std::vector<Occasion> telling(std::span<const Occasion> occasions) {
  std::set<std::tuple<NodeId, NodeId, std::string, std::size_t>> seen;
  std::vector<Occasion> kept;
  for (const Occasion& one : occasions) {
    if (seen.emplace(one.node, one.to, one.what, one.recorded).second) kept.push_back(one);
  }
  return kept;
}

}  // namespace

// Adds what can be placed at one occasion after the other.
class Placements::Builder {
 public:
  explicit Builder(const Placements& owner)
      : owner_(owner),
        scenario_(owner.scenario_),
        names_(node_names(scenario_)),
        clients_(scenario_.clients.size()) {}

  std::vector<Placement> build(std::span<const Occasion> occasions) {
    at_the_start();
    for (const Occasion& occasion : telling(occasions)) {
      if (!has_name(scenario_, occasion.what)) continue;
      at_ = occasion.at;
      if (is_message(occasion)) {
        on_message(occasion);
      } else {
        at_point(occasion);
      }
    }
    return std::move(placements_);
  }

 private:
  void add(Fault fault, bool lasts) {
    if (owner_.wants(fault.kind)) placements_.push_back({std::move(fault), at_, lasts});
  }

  // Clocks that run at a wrong rate do so all the time; one that steps or stops does so at any time.
  void at_the_start() {
    at_ = TrueTime{};
    for (std::size_t i = 0; i + 1 < names_.size(); ++i) {
      for (const std::int32_t ppm : {kSlew, -kSlew}) {
        Fault fault{.kind = FaultKind::clock_rate, .on = {names_[i]}, .ppm = ppm};
        add(std::move(fault), false);
      }
    }
  }

  void on_message(const Occasion& sent) {
    const auto add_kind = [&](FaultKind kind, bool lasts) {
      Fault fault{.kind = kind};
      fault.message = {.from = names_[sent.node.value()],
                       .to = names_[sent.to.value()],
                       .what = sent.what,
                       .nth = sent.nth};
      if (lasts) fault.by = scenario_.duration;
      add(std::move(fault), lasts);
    };
    add_kind(FaultKind::delay, true);
    if (!scenario_.network.datagrams) return;
    add_kind(FaultKind::lose, false);
    add_kind(FaultKind::duplicate, false);
    add_kind(FaultKind::reorder, false);
  }

  Fault fault_at(FaultKind kind, const Occasion& point, const std::string& node) const {
    Fault fault{.kind = kind, .on = {node}};
    fault.when = anchor_at(point, names_[point.node.value()]);
    return fault;
  }

  void at_point(const Occasion& point) {
    const std::size_t place = point.node.value();
    for (std::size_t i = 0; i < clients_; ++i) {
      // What happens to a client between two of its own steps is the same whenever it happens.
      const bool matters = place == i || place >= clients_;
      if (matters) strike_client(point, i);
      cut_off(point, names_[i]);
    }
    for (std::size_t i = clients_; i + 1 < names_.size(); ++i) strike_server(point, names_[i]);
  }

  void strike_client(const Occasion& point, std::size_t client) {
    const std::string& name = names_[client];
    for (const FaultKind kind : {FaultKind::pause, FaultKind::suspend}) {
      add(fault_at(kind, point, name), true);
    }
    crash(point, name);
    Fault freeze = fault_at(FaultKind::clock_freeze, point, name);
    add(std::move(freeze), false);
    step_clock(point, name);
    const bool of_server = point.node.value() >= clients_;
    if (!of_server) return;
    Fault reset = fault_at(FaultKind::reset, point, name);
    reset.peers = {names_[point.node.value()]};
    add(std::move(reset), false);
  }

  // For good, and with a restart at once.
  void crash(const Occasion& point, const std::string& name) {
    add(fault_at(FaultKind::crash, point, name), false);
    Fault restart = fault_at(FaultKind::crash, point, name);
    restart.length = DurationSpec::constant(Duration{});
    add(std::move(restart), false);
  }

  void strike_server(const Occasion& point, const std::string& name) {
    add(fault_at(FaultKind::pause, point, name), true);
    crash(point, name);
    Fault power_loss = fault_at(FaultKind::crash, point, name);
    power_loss.length = DurationSpec::constant(Duration{});
    power_loss.power_loss = true;
    add(std::move(power_loss), false);
    add(fault_at(FaultKind::clock_freeze, point, name), false);
    step_clock(point, name);
  }

  // By a lease, forth and back: less changes no order, and more is no worse.
  void step_clock(const Occasion& point, const std::string& name) {
    for (const Duration by : {scenario_.lock.ttl, -scenario_.lock.ttl}) {
      Fault fault = fault_at(FaultKind::clock_step, point, name);
      fault.by = by;
      add(std::move(fault), false);
    }
  }

  // From all servers, from the first or the last ones as long as they are no majority, from the resource.
  void cut_off(const Occasion& point, const std::string& client) {
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(clients_);
    const auto last = names_.end() - 1;
    const auto cut = [&](std::vector<std::string> others) {
      Fault fault = fault_at(FaultKind::partition, point, client);
      fault.on.clear();
      fault.groups = {{client}, std::move(others)};
      add(std::move(fault), true);
    };
    cut({first, last});
    const std::ptrdiff_t minority = (last - first - 1) / 2;
    for (std::ptrdiff_t few = 1; few <= minority; ++few) {
      cut({first, first + few});
      cut({last - few, last});
    }
    cut({names_.back()});
  }

  const Placements& owner_;
  const Scenario& scenario_;
  std::vector<std::string> names_;
  std::size_t clients_;
  TrueTime at_{};
  std::vector<Placement> placements_;
};

Placements::Placements(const Scenario& scenario, std::vector<FaultKind> kinds)
    : scenario_(scenario), kinds_(std::move(kinds)) {
  std::set<Duration> timers{scenario.lock.ttl, scenario.lock.call_timeout, scenario.lock.renew,
                            scenario.resource.call_timeout};
  if (scenario.servers.kind == "zookeeper") timers.insert(scenario.servers.session_timeout);
  for (const ClientSpec& client : scenario.clients) timers.insert(client.hold.min);
  std::set<Duration> lengths;
  const Duration try_again = scenario.lock.retry + scenario.lock.retry_jitter;
  for (const Duration timer : timers) {
    for (const Duration length : {timer - kMoment, timer + kMoment, timer + 2 * try_again,
                                  timer + scenario.servers.tick, 2 * timer}) {
      if (length >= kMoment) lengths.insert(length);
    }
  }
  usual_lengths_.assign(lengths.begin(), lengths.end());
}

bool Placements::wants(FaultKind kind) const {
  return kinds_.empty() || std::ranges::find(kinds_, kind) != kinds_.end();
}

std::vector<Placement> Placements::at(std::span<const Occasion> occasions) const {
  return Builder(*this).build(occasions);
}

std::vector<Duration> Placements::lengths(const History& run, TrueTime at) {
  std::set<TrueTime> events;
  std::set<TrueTime> deadlines;
  const auto instant_of = [](TrueTime time) {
    return time - time.time_since_epoch() % std::chrono::microseconds(1);
  };
  for (const Event& event : run.events) {
    if (instant_of(event.at) > at) events.insert(instant_of(event.at));
    if (event.kind != EventKind::deadline) continue;
    const TrueTime passes = true_time(event.value);
    if (passes > at && passes < run.end) deadlines.insert(passes);
  }
  std::set<TrueTime> ends;
  std::set<TrueTime> instants = events;
  instants.insert(deadlines.begin(), deadlines.end());
  TrueTime last = at;
  for (auto instant = instants.begin(); instant != instants.end(); ++instant) {
    const auto next = std::next(instant);
    const Duration room = next == instants.end() ? 2 * kMoment : *next - *instant;
    ends.insert(*instant + std::min(kMoment, room / 2));
    if (deadlines.contains(*instant))
      ends.insert(*instant - std::min(kMoment, (*instant - last) / 2));
    last = *instant;
  }
  std::vector<Duration> lengths;
  for (const TrueTime end : ends) {
    if (end > at) lengths.push_back(end - at);
  }
  return lengths;
}

Anchor Placements::anchor_at(const Occasion& point, const std::string& node) {
  const bool before = point.what.starts_with(kBefore);
  return {.kind = before ? Anchor::Kind::before : Anchor::Kind::after,
          .node = node,
          .point = before ? point.what.substr(kBefore.size()) : point.what,
          .nth = point.nth};
}

bool Placements::has_name(const Scenario& scenario, std::string_view point) {
  const bool reads = point == "read" || point == "before read";
  return !reads || scenario.resource.workload != Workload::scheduled_job;
}

Fault Placements::lasting(const Placement& placement, Duration length) {
  Fault fault = placement.fault;
  if (fault.kind == FaultKind::delay) {
    fault.by = length;
  } else {
    fault.length = DurationSpec::constant(length);
  }
  return fault;
}

}  // namespace picklock

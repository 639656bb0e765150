// Carries out the faults of a scenario in a real run: when an event that they are anchored to happens, and on
// the messages that they match. Never by sleeping.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/history.h"
#include "real/event_loop.h"
#include "real/relay.h"
#include "real/run_memory.h"
#include "sim/choices.h"
#include "sim/fault_plan.h"
#include "sim/faults.h"

namespace picklock {

class FaultDriver {
 public:
  // `names` are those of the nodes, by NodeId. All references outlive the driver.
  FaultDriver(const Scenario& scenario, std::span<const std::string> names, EventLoop& loop,
              FaultTarget& target);

  // Begins a run at true time 0: arms what is anchored in time. Events go to `log`.
  void begin(const Choices& choices, RunLog& log);
  // Ends it: nothing strikes any more.
  void end();

  // The points of this node at which its process must ask.
  std::vector<std::string> watched_points(NodeId node) const;
  void reached(NodeId node, std::string_view point);
  // When a message that is sent now arrives.
  Passage pass(NodeId from, NodeId to, std::string_view what);
  // When news that is no message does: only the network delays it.
  TrueTime pass_news(NodeId from, NodeId to);
  bool is_cut(NodeId from, NodeId to) { return link(from, to).cuts > 0; }
  // A partition that holds messages back keeps what would arrive now, and calls `arrive` at its end. False: none does.
  bool hold_back(NodeId from, NodeId to, std::function<void()> arrive);

  // Faults that will still strike, or end, by themselves. One that comes again and again does not count.
  std::size_t pending() const { return pending_; }
  // How often each fault took effect in this run, by its number.
  const std::vector<std::uint32_t>& strikes() const { return strikes_; }

 private:
  struct Link {
    Stream delays;
    std::uint32_t cuts = 0;
    bool holds = false;  // while it is cut
    std::vector<std::function<void()>> held;
  };

  Link& link(NodeId from, NodeId to);
  // Calls `action` at `due`, unless the run ends before.
  void at(TrueTime due, bool counts, std::function<void()> action);
  void arm(FaultPlan& plan, TrueTime due);
  void strike(FaultPlan& plan);
  void begin_on(const FaultPlan& plan, NodeId node, Duration length);
  // Ends a pause of the node, unless it has crashed by then: what starts again starts awake.
  void wake_after(NodeId node, Duration length);
  void end_strike(FaultPlan& plan);
  void end_on(const FaultPlan& plan, NodeId node);
  // The last fault of this kind that has struck the node and not ended; null when there is none.
  const FaultPlan* in_force(FaultKind kind, NodeId node) const;
  void restore(Link& link);
  void record(EventKind kind, const FaultPlan& plan);

  const Scenario& scenario_;
  std::span<const std::string> names_;
  EventLoop& loop_;
  FaultTarget& target_;
  std::vector<FaultPlan> plans_;
  std::vector<std::uint32_t> strikes_;
  std::map<std::pair<NodeId, NodeId>, Link> links_;
  std::map<NodeId, std::uint32_t> lives_;
  Choices choices_;
  RunLog* log_ = nullptr;
  std::map<std::uint64_t, EventLoop::Timer> timers_;
  std::uint64_t next_timer_ = 0;
  std::size_t pending_ = 0;
};

}  // namespace picklock

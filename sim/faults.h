// Carries out the faults of a scenario: when their anchors are reached, and on the messages they match.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "scenarios/scenario.h"
#include "sim/fault_plan.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/occasions.h"
#include "sim/server_group.h"

namespace picklock {

// What faults do to nodes; the world implements it.
class FaultTarget {
 public:
  virtual void pause(NodeId node, Duration length) = 0;
  virtual void resume(NodeId node) = 0;
  // Stands still, and its monotonic clock too, for `length`.
  virtual void suspend(NodeId node, Duration length) = 0;
  virtual void crash(NodeId node, bool power_loss) = 0;
  virtual void restart(NodeId node, bool memory_lost) = 0;
  virtual void reset_connection(NodeId a, NodeId b) = 0;
  virtual void step_clock(NodeId node, Duration by) = 0;
  virtual void set_clock_rate(NodeId node, std::int32_t ppm) = 0;
  virtual void freeze_clock(NodeId node, bool frozen) = 0;
  virtual void promote(NodeId node) = 0;

 protected:
  ~FaultTarget() = default;
};

class Faults final : public Points, public MessageFilter, public Handler {
 public:
  Faults(Kernel& kernel, Network& network, FaultTarget& target)  // all outlive it
      : kernel_(kernel), network_(network), target_(target) {}

  // After all nodes were added, and again whenever the faults change between two runs. `faults` must outlive
  // this object, or the next call. The last `free` of them strike when and where the kernel's order says, as often as
  // it does; they are no faults of messages.
  void configure(const std::vector<Fault>& faults, std::size_t free = 0);
  // Begins a run: arms what is anchored in time. `occasions`, if not null, gets every occasion of the run; that
  // somebody looks changes nothing about it.
  void reset(std::vector<Occasion>* occasions = nullptr);

  // True when a fault may be anchored to a point of this node: others need not be announced.
  bool watches(NodeId node) const {
    return occasions_ != nullptr || has_free_ || watched_[node.value()] != 0;
  }
  void reached(NodeId node, std::string_view point) override {
    ++reached_[node.value()];
    if (watches(node)) strike_at(node, point);
  }
  Ruling rule(NodeId from, NodeId to, std::string_view what) override;
  void fire(const Kernel::Payload& payload) override;

  // How often each fault took effect in this run, by its number.
  const std::vector<std::uint32_t>& strikes() const { return strikes_; }
  // How many points this node reached in the run; of a server: commands that it executed.
  std::uint64_t reached_by(NodeId node) const { return reached_[node.value()]; }
  // How far each has come, for the state of a run.
  void add_facts(StateFacts& facts) const;
  void describe(const Kernel::Payload& payload, FactBuilder& fact) const override;
  void name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const;

 private:
  using Plan = FaultPlan;

  bool is_free(const Plan& plan) const { return plan.number >= first_free_; }
  void arm(Plan& plan, TrueTime at);
  void strike_at(NodeId node, std::string_view point);
  void strike_as_planned(NodeId node, std::string_view point);
  void strike(Plan& plan);
  FactBuilder& tell_free(const Plan& plan, FactBuilder& fact) const;
  void begin(Plan& plan, Duration length);
  void end(Plan& plan);
  // Ends a pause of the node, unless it has crashed by then: what starts again starts awake.
  void wake_after(const Plan& plan, NodeId node, Duration length);
  // The last fault of this kind that has struck the node and not ended; null when there is none.
  const Plan* in_force(FaultKind kind, NodeId node) const;
  void record(EventKind kind, const Plan& plan);
  Ruling apply(Plan& plan);

  Kernel& kernel_;
  Network& network_;
  FaultTarget& target_;
  std::vector<Plan> plans_;
  std::vector<std::uint8_t> watched_;           // whether, by node
  std::size_t first_free_ = 0;                  // of plans_
  bool has_free_ = false;                       // ... and whether there is one
  bool filters_ = false;                        // a fault applies to messages
  std::vector<Occasion>* occasions_ = nullptr;  // where somebody wants them
  std::vector<std::uint64_t> reached_;
  std::vector<std::uint32_t> strikes_;
};

}  // namespace picklock

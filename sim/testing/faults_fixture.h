// Faults over a target that logs what is done to it, and a network that logs what arrives. For tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/faults.h"
#include "sim/testing/event_log.h"

namespace picklock {

// client-1, client-2, redis-1 and a target that logs what is done to them.
class FaultsTest : public testing::Test, protected FaultTarget, protected Handler {
 protected:
  FaultsTest() {
    for (const char* name : {"client-1", "client-2", "redis-1"}) {
      kernel_.add_node(name, Role::client, Duration{}, 0);
    }
    network_.configure({.delay = DurationSpec::constant(std::chrono::milliseconds(1))});
  }

  static Fault fault(FaultKind kind, std::vector<std::string> on = {"client-1"}) {
    Fault fault;
    fault.kind = kind;
    fault.name = "a fault";
    fault.on = std::move(on);
    return fault;
  }
  static Anchor at_time(Duration time) {
    return {.kind = Anchor::Kind::time, .at = DurationSpec::constant(time)};
  }
  static Anchor after(std::string node, std::string point, std::uint32_t nth = 1) {
    return {.kind = Anchor::Kind::after,
            .node = std::move(node),
            .point = std::move(point),
            .nth = nth};
  }

  // Begins a run under these faults.
  void start(std::vector<Fault> planned, Choices choices = Choices::random(1)) {
    planned_ = std::move(planned);
    faults_.configure(planned_);
    restart(std::move(choices));
  }
  void restart(Choices choices) {
    kernel_.reset(std::move(choices), true);
    network_.reset();
    faults_.reset();
    log_.take();
  }
  void at(Duration time, std::function<void()> what) {
    actions_.push_back(std::move(what));
    Kernel::Payload payload;
    payload.kind = 1;
    payload.slot = static_cast<std::uint32_t>(actions_.size() - 1);
    kernel_.push_global(TrueTime{time}, *this, payload);
  }
  void reach(Duration time, NodeId node, std::string point) {
    at(time, [=, this] { faults_.reached(node, point); });
  }
  // Keeps the run going until then.
  void live_until(Duration time) {
    at(time, [] {});
  }
  Lines run() {
    EXPECT_TRUE(kernel_.run(kNever, 10'000));
    return log_.take();
  }
  // What happened to messages "SET" from client-1 to redis-1, one a millisecond from 0 on.
  Lines send_sets(int count) {
    for (int i = 0; i < count; ++i) {
      at(std::chrono::milliseconds(i),
         [this, i] { send(client_, redis_, static_cast<char>('a' + i)); });
    }
    return run();
  }
  void send(NodeId from, NodeId to, char name, std::string_view what = "SET") {
    network_.send({.from = from,
                   .to = to,
                   .what = what,
                   .handler = this,
                   .slot = static_cast<std::uint32_t>(name)});
  }
  // Faults of the history, as "1ms fault 0" and "2ms fault_end 0".
  Lines recorded() {
    Lines lines;
    for (const Event& event : kernel_.recorder().events()) {
      lines.push_back(to_string(event.at.time_since_epoch()) + " " +
                      std::string(to_string(event.kind)) + " " + std::to_string(event.value));
    }
    return lines;
  }

  // FaultTarget
  void pause(NodeId node, Duration length) override { say("pause", node, to_string(length)); }
  void resume(NodeId node) override { say("resume", node); }
  void suspend(NodeId node, Duration length) override { say("suspend", node, to_string(length)); }
  void crash(NodeId node, bool power_loss) override {
    say(power_loss ? "power loss" : "crash", node);
  }
  void restart(NodeId node, bool memory_lost) override {
    say(memory_lost ? "restart empty" : "restart", node);
  }
  void reset_connection(NodeId a, NodeId b) override { say("reset", a, kernel_.node(b).name); }
  void step_clock(NodeId node, Duration by) override { say("step", node, to_string(by)); }
  void set_clock_rate(NodeId node, std::int32_t ppm) override {
    say("rate", node, std::to_string(ppm));
  }
  void freeze_clock(NodeId node, bool frozen) override { say(frozen ? "freeze" : "thaw", node); }
  void promote(NodeId node) override { say("promote", node); }
  void say(const std::string& what, NodeId node, const std::string& detail = {}) {
    log_.at(what + " " + kernel_.node(node).name + (detail.empty() ? "" : " " + detail));
  }

  void fire(const Kernel::Payload& payload) override {
    if (payload.kind == 1) {
      actions_.at(payload.slot)();
      return;
    }
    const bool is_copy = (payload.flags & Network::copy) != 0;
    const bool arrived = network_.arrives(payload) == Network::Arrival::arrived;
    if (!arrived) return;
    log_.at(static_cast<char>(payload.slot) + std::string(is_copy ? " again" : ""));
  }

  Kernel kernel_;
  Network network_{kernel_};
  Faults faults_{kernel_, network_, *this};
  EventLog log_{kernel_};
  std::vector<Fault> planned_;
  std::vector<std::function<void()>> actions_;
  const NodeId client_{0};
  const NodeId other_client_{1};
  const NodeId redis_{2};
};

}  // namespace picklock

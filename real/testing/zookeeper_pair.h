// The model of ZooKeeper and a real server under a clock of ours, which carry out the same script. For tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "real/frozen_clock.h"
#include "real/zookeeper_server.h"
#include "real/zookeeper_transcript.h"

namespace picklock {

// Tells the script what it must know of a step.
inline void note(ZooKeeperScript& script, const ZooKeeperScript::Step& step,
                 const ZooKeeperTranscriber::Seen& seen) {
  using Kind = ZooKeeperScript::Step::Kind;
  if (step.kind == Kind::open) script.set_open(step.slot, true);
  const bool closes = step.kind == Kind::request && step.request.op == ZkOp::close;
  if (closes) script.set_open(step.slot, false);
  if (step.kind != Kind::time) return;
  for (const std::size_t slot : seen.expired) script.set_open(slot, false);
}

class ZooKeeperPair {
 public:
  static constexpr Duration kSession = std::chrono::seconds(4);
  static constexpr Duration kTick = std::chrono::seconds(2);

  // Makes what speaks to the real server on this port; its time goes on by calling the function.
  using MakeService = std::function<std::unique_ptr<ZooKeeperService>(
      std::uint16_t port, std::function<void(Duration by)> advance_clock)>;

  explicit ZooKeeperPair(Duration model_is_off = {})
      : clock_(FrozenClock::create(1'800'000'000'000)) {
    if (!clock_) return;
    server_.emplace(
        ZooKeeperServerProcess::start({.tick = kTick, .environment = clock_->all_clocks()}));
    model_.advance(model_is_off, {});
  }
  const Result<ZooKeeperServerProcess>& server() const { return *server_; }

  // What the real one does; stops at the first line that the model has otherwise, and adds the model's.
  std::string run(std::uint64_t seed, int steps, const MakeService& make = connections) {
    const auto real = make((*server_)->port(), [this](Duration by) { clock_->advance(by); });
    ZooKeeperTranscriber of_model(model_);
    ZooKeeperTranscriber of_real(*real);
    ZooKeeperScript script(seed);
    std::string text;
    for (int i = 0; i < steps; ++i) {
      const ZooKeeperScript::Step step = script.next();
      std::string wanted = of_model.carry_out(step, {});
      const std::string got = of_real.carry_out(step, of_model.seen());
      const bool is_end =
          step.kind == ZooKeeperScript::Step::Kind::request && step.request.op == ZkOp::close;
      if (is_end && !real->hears_its_end()) wanted.resize(wanted.find('\n') + 1);
      text += got;
      if (got != wanted) return text + "step " + std::to_string(i) + ", the model:\n" + wanted;
      note(script, step, of_model.seen());
    }
    return text;
  }

  static std::unique_ptr<ZooKeeperService> connections(
      std::uint16_t port, std::function<void(Duration by)> advance_clock) {
    return std::make_unique<RealZooKeeperService>(port, kSession, std::move(advance_clock));
  }

 private:
  Result<FrozenClock> clock_;
  std::optional<Result<ZooKeeperServerProcess>> server_;
  ModelZooKeeperService model_{kSession, kTick};
};

// Whether a model is caught whose clock is one millisecond late. A server that takes its time to end a session hides it
// from one script now and then, not from all of them.
inline bool late_model_is_caught(const ZooKeeperPair::MakeService& make) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ZooKeeperPair pair(-std::chrono::milliseconds(1));
    if (pair.run(seed, 2000, make).find("the model:") != std::string::npos) return true;
  }
  return false;
}

inline std::string end_of(const std::string& text) {
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 1500));
}

}  // namespace picklock

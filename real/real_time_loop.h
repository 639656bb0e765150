// The loop of a process whose time is that of the machine.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "algorithms/trampoline.h"
#include "base/time.h"
#include "real/clock_page.h"
#include "real/event_loop.h"

namespace picklock {

// Files and timers on CLOCK_MONOTONIC, and the coroutines that wait for them. One thread.
class RealTimeLoop {
 public:
  RealTimeLoop() : page_(std::make_unique<ClockPage>()), events_(*page_) {}

  // Since the loop was made. events().now() is the same as it was at the start of this turn.
  TrueTime now() const { return TrueTime{std::chrono::steady_clock::now() - began_}; }
  EventLoop& events() { return events_; }
  Trampoline& trampoline() { return trampoline_; }

  // Does what is to be done until `is_over`. False: `patience` has passed before, or `stop` says so, which is looked
  // at every tenth of a second.
  bool run_until(const std::function<bool()>& is_over, Duration patience,
                 const std::function<bool()>& stop);

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::unique_ptr<ClockPage> page_;
  EventLoop events_;
  Trampoline trampoline_;
};

}  // namespace picklock

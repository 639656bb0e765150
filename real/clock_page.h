// Time on real machines: the page of memory that all processes of a run share.
//
// True time stands still while anybody works. When every process waits, the supervisor moves it to the next
// instant at which something is due: so the speed of the machine decides nothing, and a lease of ten seconds
// takes no ten seconds. What a node's own clocks show is a function of true time (sim/clock.h) that faults
// change.
//
// No allocation and no system call: redis-server asks for the time from inside its allocator's start-up,
// through the clock shim.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "sim/clock.h"

namespace picklock {

// What one node's clocks show; one process writes, others read.
class NodeClocks {
 public:
  struct Values {
    Clock wall;
    Clock monotonic;       // stands still while the machine is suspended
    Duration suspended{};  // in sum: boot time is monotonic time plus this
  };

  Values read() const {
    while (true) {
      const std::uint32_t before = version_.load(std::memory_order_acquire);
      const Values copy = values_;
      std::atomic_thread_fence(std::memory_order_acquire);
      if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) return copy;
    }
  }

  template <class Change>
  void update(const Change& change) {
    version_.fetch_add(1, std::memory_order_acq_rel);
    change(values_);
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  std::atomic<std::uint32_t> version_{0};  // odd: being written
  Values values_;
};

struct ClockPage {
  static constexpr std::size_t kMostNodes = 1200;

  std::int64_t epoch = 0;  // ns since 1970 that a wall clock of a real server shows at LocalTime 0
  NodeClocks nodes[kMostNodes];
  // Of a process whose timers come due when the supervisor says so: its monotonic clock, which goes in steps, and what
  // rand() says to it.
  std::atomic<std::int64_t> steps_ns[kMostNodes]{};
  std::atomic<std::uint32_t> dice[kMostNodes]{};

  TrueTime now() const { return true_time(ns_.load(std::memory_order_acquire)); }
  // By the supervisor alone.
  void move_to(TrueTime instant) { ns_.store(nanoseconds(instant), std::memory_order_release); }

  std::int64_t unix_ns(std::size_t node) const {
    return epoch + nanoseconds(nodes[node].read().wall.at(now()));
  }
  std::int64_t monotonic_ns(std::size_t node) const {
    return nanoseconds(nodes[node].read().monotonic.at(now()));
  }

 private:
  std::atomic<std::int64_t> ns_{0};  // since the start of the run
};

}  // namespace picklock

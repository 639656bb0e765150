// Time on real machines: the page of memory that all processes of a run share.
//
// True time is CLOCK_MONOTONIC since the start of the run, which is one clock for all processes of a
// machine, plus what was skipped: when every process waits for time to pass, the supervisor moves true
// time forward to the next instant at which something is due, so a lease of ten seconds takes no ten
// seconds. What a node's own clocks show is a function of true time (sim/clock.h) that faults change.
//
// No allocation, no system call but clock_gettime: redis-server asks for the time from inside its
// allocator's start-up, through the clock shim.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>

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

  std::atomic<std::int64_t> origin{0};   // CLOCK_MONOTONIC at the start of the run, in ns
  std::atomic<std::int64_t> skipped{0};  // ns
  // True time stands still at this instant, in ns; -1: it runs.
  std::atomic<std::int64_t> stands_at{-1};
  std::int64_t epoch = 0;  // ns since 1970 that a wall clock of a real server shows at LocalTime 0
  NodeClocks nodes[kMostNodes];

  static std::int64_t monotonic_ns() {
    timespec now{};
    ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
  }

  TrueTime now() const {
    while (true) {
      const std::int64_t standing = stands_at.load(std::memory_order_acquire);
      if (standing >= 0) return true_time(standing);
      const std::int64_t before = skipped.load(std::memory_order_acquire);
      const std::int64_t ran = monotonic_ns() - origin.load(std::memory_order_relaxed);
      // A process that was stopped between the two would take an old instant for the present one.
      if (skipped.load(std::memory_order_acquire) == before) return true_time(ran + before);
    }
  }

  // By the supervisor alone.
  void stand_still() { stands_at.store(nanoseconds(now()), std::memory_order_release); }
  void go_on() {
    const std::int64_t standing = stands_at.load(std::memory_order_relaxed);
    if (standing < 0) return;
    origin.store(monotonic_ns() + skipped.load() - standing, std::memory_order_relaxed);
    stands_at.store(-1, std::memory_order_release);
  }

  std::int64_t unix_ns(std::size_t node) const {
    return epoch + nanoseconds(nodes[node].read().wall.at(now()));
  }
};

}  // namespace picklock

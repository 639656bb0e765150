// What the processes of one run share, and what is left of each when it dies: the clocks, the log of what
// each did, and what a client is about to do.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "base/result.h"
#include "checker/history.h"
#include "real/clock_page.h"
#include "real/shared_memory.h"

namespace picklock {

struct Recorded {
  Event event;
  std::uint32_t order = 0;  // among all processes of the run
};

// Events in the order in which one process stamped them. An event counts from the moment it is whole, so
// a process that dies while it writes one leaves the ones before.
class EventLog {
 public:
  static constexpr std::size_t kMost = std::size_t{1} << 18;

  void add(const Recorded& event) {
    const std::uint32_t size = size_.load(std::memory_order_relaxed);
    if (size == kMost) {
      full_.store(true, std::memory_order_relaxed);
      return;
    }
    ::new (storage_.data() + size * sizeof(Recorded)) Recorded(event);
    size_.store(size + 1, std::memory_order_release);
  }
  void clear() {
    size_.store(0);
    full_.store(false);
  }
  std::span<const Recorded> events() const {
    return {std::launder(reinterpret_cast<const Recorded*>(storage_.data())),
            size_.load(std::memory_order_acquire)};
  }
  bool is_full() const { return full_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> size_{0};
  std::atomic<bool> full_{false};
  // Not initialised: pages of events that never happen stay untouched.
  alignas(Recorded) std::array<std::byte, kMost * sizeof(Recorded)> storage_;
};

// One client or the resource, as the supervisor sees it.
struct ProcessSlot {
  // Odd while the process waits in its loop, with nothing to do before `next_due`.
  std::atomic<std::uint32_t> waits{0};
  std::atomic<std::int64_t> next_due{0};
  std::atomic<std::uint64_t> tokens{0};  // so many fresh tokens were given out, in all lives
  // The hold whose deadline was recorded last, and that deadline on the process's monotonic clock.
  std::atomic<std::uint32_t> hold{0};
  std::atomic<std::int64_t> valid_until{nanoseconds(kNoDeadline)};
  EventLog log;
};

struct RunMemory {
  ClockPage clocks;  // first: servers map this part alone
  std::atomic<std::uint32_t> next_op{0};
  std::atomic<std::uint32_t> next_event{0};
  // The resource's durable state.
  std::atomic<std::int64_t> value{0};
  std::atomic<std::int64_t> bar{0};

  static std::size_t size_for(std::size_t slots) {
    return sizeof(RunMemory) + slots * sizeof(ProcessSlot) + alignof(ProcessSlot);
  }
};

// What the supervisor itself has to say of a run.
class RunLog {
 public:
  explicit RunLog(RunMemory& shared) : shared_(shared) {}

  void push_back(const Event& event) {
    events_.push_back({event, shared_.next_event.fetch_add(1)});
  }
  void clear() { events_.clear(); }
  std::span<const Recorded> events() const { return events_; }

 private:
  RunMemory& shared_;
  std::vector<Recorded> events_;
};

// Owns the memory of one run: slots by node, 0 to `slots` - 1.
class RunState {
 public:
  static Result<std::unique_ptr<RunState>> create(std::size_t slots);

  RunMemory& shared() { return *memory_; }
  ClockPage& clocks() { return memory_->clocks; }
  ProcessSlot& slot(std::size_t node) { return slots_[node]; }
  const SharedMemory& file() const { return file_; }
  // Writes an event of this node, which stands behind all that were written before it by anybody.
  void record(std::size_t node, const Event& event) {
    slots_[node].log.add({event, memory_->next_event.fetch_add(1)});
  }
  // Forgets the run before: no event, no operation, true time 0 from this instant on.
  void reset(std::int64_t value);

 private:
  explicit RunState(SharedMemory file) : file_(std::move(file)) {}

  SharedMemory file_;
  RunMemory* memory_ = nullptr;
  std::span<ProcessSlot> slots_;
};

}  // namespace picklock

// A participant of a run: its clocks, and whether it is running.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "checker/history.h"
#include "sim/clock.h"
#include "sim/event_queue.h"
#include "sim/facts.h"

namespace picklock {

struct alignas(64) Node {
  // First what the kernel looks at before each event and each call: in one line of the cache.
  std::uint32_t epoch = 0;  // grows with every crash: what was meant for an earlier life is dropped
  std::uint32_t pauses = 0;  // how many pauses are in force
  bool is_up = true;
  Clock monotonic;  // stands still while the machine is suspended
  Clock wall;
  Duration suspended{};                      // in sum: boot time is monotonic time plus this
  std::vector<EventQueue::Payload> waiting;  // what came due while it was paused, in order
  std::uint32_t armed = 0;                   // how many events it has pushed for itself
  // Where somebody tells states apart: all that it was handed since it began, each with its place, or what its process
  // says that some of it amounts to.
  struct Observed {
    Fact fact;
    bool is_sum = false;
  };
  std::vector<Observed> observed;

  std::string name;
  Role role{};
  Duration clock_offset{};
  std::int32_t clock_ppm = 0;

  bool is_paused() const { return pauses > 0; }
  void reset() {
    wall.reset(clock_offset, clock_ppm);
    monotonic.reset(Duration{}, clock_ppm);
    suspended = Duration{};
    epoch = 0;
    pauses = 0;
    is_up = true;
    waiting.clear();
    armed = 0;
    observed.clear();
  }
};

}  // namespace picklock

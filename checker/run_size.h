#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace picklock {

// How much there is to a run, for "1 fault instead of 3".
struct RunSize {
  std::size_t faults = 0;
  std::size_t clients = 0;
  std::size_t servers = 0;
  std::size_t deviations = 0;  // from the dull run
  std::size_t events = 0;      // of the history
  Duration length{};           // from the start to the end of the violation
  friend bool operator==(const RunSize&, const RunSize&) = default;
};

// What making a run small came to.
struct Shrinking {
  RunSize before;
  RunSize after;
  std::uint64_t replays = 0;
  // No fault, client, server, round or deviation can be taken away, and no length or deviation halved, so
  // that the property is still broken for the same reason. False: the budget ended before that was shown.
  bool is_minimal = false;
};

}  // namespace picklock

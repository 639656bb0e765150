// What of a run a fault could be anchored to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "sim/kernel.h"

namespace picklock {

// Something of a run that a fault may be anchored to, in the order of the run: a point that a node reached, or
// a message that was sent.
struct Occasion {
  TrueTime at{};
  NodeId node;               // that reached the point, or that sends the message
  NodeId to;                 // of the message; none: a point
  std::string what;          // "acquired", "before write", "SET"; the command of the message
  std::uint32_t nth = 1;     // how often this has happened by then
  std::size_t recorded = 0;  // how many events the history had
};

// Adds one that has come, unless `occasions` is null. O(occasions).
void note(std::vector<Occasion>* occasions, Kernel& kernel, NodeId node, NodeId to,
          std::string_view what);

}  // namespace picklock

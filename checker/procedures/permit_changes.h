// Who holds how much, as it changes: where it is too much, and whose acquires are to blame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "checker/pace.h"

namespace picklock {

struct PermitChange {
  TrueTime at{};
  std::int64_t permits = 0;  // an acquire's, or less than zero
  std::uint32_t place = 0;
  std::uint32_t owner = 0;
  bool writes = false;  // the permit of a read-write lock's writer
};

// A semaphore's permits; or one writer, or any number of readers.
struct PermitLimit {
  bool is_semaphore = false;
  std::int64_t permits = 0;
};

// Sorts the changes, releases before acquires at equal times, and gives the place of the first after which
// too much is held; their number, when there is none. O(n log n).
std::size_t first_excess(std::vector<PermitChange>& changes, PermitLimit limit, Pace& pace);

// Acquires that together are too much after the last of the sorted changes, and not without any of them.
// Empty when some owner gave back part of what it held: then it is not in its acquires alone. O(n log n).
std::vector<std::uint32_t> excessive_acquires(std::span<const PermitChange> changes,
                                              PermitLimit limit);

}  // namespace picklock

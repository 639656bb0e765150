// Clocks that stand still until they are set, for one child process under the clock shim.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "real/clock_page.h"
#include "real/shared_memory.h"

namespace picklock {

class FrozenClock {
 public:
  // The child must be started with environment(); ask it for its time to be sure that the shim took.
  static Result<FrozenClock> create(std::int64_t unix_ms);

  // The child sees it with its next look at the clock.
  void set(std::int64_t unix_ms);
  // Its monotonic clock, which began at 0; only with all_clocks().
  void advance(Duration by);
  // For the wall clock alone; for both, with a thread that says until when it waits.
  std::vector<std::string> environment() const;
  std::vector<std::string> all_clocks(const std::string& ticker = {}) const;
  // Until when that thread waits; 0: it does not.
  Duration awaited() const;

 private:
  explicit FrozenClock(SharedMemory memory) : memory_(std::move(memory)) {}

  SharedMemory memory_;
};

// What a child's environment must say for its wall clock to be that of `node` on the page in `memory`;
// empty when the shim cannot be handed to a child. It inherits both files.
std::vector<std::string> shim_environment(const SharedMemory& memory, std::size_t node);
// The same for its monotonic clock as well. The thread whose name begins with `ticker` says until when it waits.
std::vector<std::string> full_shim_environment(const SharedMemory& memory, std::size_t node,
                                               const std::string& ticker = {});
// For one whose monotonic clock goes in steps, and whose rand() is ours (clock_page.h).
std::vector<std::string> stepping_shim_environment(const SharedMemory& memory, std::size_t node);

}  // namespace picklock

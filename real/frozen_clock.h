// A wall clock that stands still until it is set, for one child process under the clock shim.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace picklock {

class FrozenClock {
 public:
  // `shim` is the path of the shared library picklock_clock_shim. The child must be started with
  // environment(); ask it for its time to be sure that the shim took.
  static Result<FrozenClock> create(const std::string& shim, std::int64_t unix_ms);

  FrozenClock(FrozenClock&& other) noexcept;
  FrozenClock& operator=(FrozenClock&&) = delete;
  ~FrozenClock();

  void set(std::int64_t unix_ms);  // the child sees it with its next look at the clock
  std::vector<std::string> environment() const;

 private:
  FrozenClock() = default;

  std::string shim_;
  std::string path_;
  std::int64_t* nanoseconds_ = nullptr;  // shared with the child
};

}  // namespace picklock

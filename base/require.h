// Invariants that stay on in every build. A broken one is a defect of picklock, never of its user.
#pragma once

#include <source_location>

namespace picklock {

[[noreturn]] void broken_invariant(const char* why, std::source_location where);

// Stops the program with `why` and the place when `condition` is false.
constexpr void require(bool condition, const char* why,
                    std::source_location where = std::source_location::current()) {
  if (!condition) [[unlikely]] {
    broken_invariant(why, where);
  }
}

}  // namespace picklock

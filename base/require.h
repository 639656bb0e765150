// Invariants that stay on in every build. A broken one is a defect of picklock, never of its user.
#pragma once

namespace picklock {

[[noreturn]] void broken_invariant(const char* why, const char* file, int line);

// Stops the program with `why` and the caller's place when `condition` is false. (Clang 14 has no
// std::source_location with this standard library.)
constexpr void require(bool condition, const char* why, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  if (!condition) [[unlikely]] {
    broken_invariant(why, file, line);
  }
}

}  // namespace picklock

#include "base/require.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace picklock {

void broken_invariant(const char* why, const char* file, int line) {
  fmt::print(stderr, "picklock: internal error: {} ({}:{})\n", why, file, line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace picklock

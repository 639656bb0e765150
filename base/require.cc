#include "base/require.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace picklock {

void broken_invariant(const char* why, std::source_location where) {
  fmt::print(stderr, "picklock: internal error: {} ({}:{})\n", why, where.file_name(), where.line());
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace picklock

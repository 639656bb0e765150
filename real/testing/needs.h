// How a test ends for which something is not installed. For tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

// Unless `is_there`, ends the test with this advice: visibly skipped, or failed where the environment has CI set.
#define PICKLOCK_NEEDS(is_there, advice)               \
  if (!(is_there)) {                                   \
    ASSERT_EQ(std::getenv("CI"), nullptr) << (advice); \
    GTEST_SKIP() << (advice);                          \
  }                                                    \
  static_assert(true, "wants a semicolon")

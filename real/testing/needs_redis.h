// A test that needs redis-server. For tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

#include "real/child.h"

namespace picklock {

class NeedsRedis : public ::testing::Test {
 protected:
  void SetUp() override {
    if (is_program("redis-server")) return;
    ASSERT_EQ(std::getenv("CI"), nullptr) << "apt-get install redis-server";
    GTEST_SKIP() << "apt-get install redis-server";
  }
};

}  // namespace picklock

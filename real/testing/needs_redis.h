// A test that needs redis-server. For tests.
#pragma once

#include <gtest/gtest.h>

#include "real/child.h"
#include "real/testing/needs.h"

namespace picklock {

class NeedsRedis : public ::testing::Test {
 protected:
  void SetUp() override {
    PICKLOCK_NEEDS(is_program("redis-server"), "apt-get install redis-server");
  }
};

}  // namespace picklock

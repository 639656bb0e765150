// A test that needs ZooKeeper. For tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "real/child.h"
#include "real/zookeeper_server.h"

namespace picklock {

class NeedsZooKeeper : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::filesystem::exists(ZooKeeperServerProcess::kJar) && is_program("java")) return;
    constexpr const char* kAdvice = "apt-get install zookeeper default-jre-headless";
    ASSERT_EQ(std::getenv("CI"), nullptr) << kAdvice;
    GTEST_SKIP() << kAdvice;
  }
};

}  // namespace picklock

// A test that needs ZooKeeper. For tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "real/child.h"
#include "real/testing/needs.h"
#include "real/zookeeper_server.h"

namespace picklock {

class NeedsZooKeeper : public ::testing::Test {
 protected:
  void SetUp() override {
    PICKLOCK_NEEDS(std::filesystem::exists(ZooKeeperServerProcess::kJar) && is_program("java"),
                   "apt-get install zookeeper default-jre-headless");
  }
};

}  // namespace picklock

#include "algorithms/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace picklock {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

std::unique_ptr<Lock> make_nothing(Environment&, const LockOptions&) {
  return nullptr;
}

TEST(LockRegistry, BuiltinLocksAreDescribed) {
  const LockRegistry locks = builtin_locks();
  EXPECT_GE(locks.all().size(), 14U);
  for (const LockInfo& lock : locks.all()) {
    EXPECT_THAT(lock.protocol, AnyOf("redis", "zookeeper")) << lock.name;
    EXPECT_TRUE(lock.name.starts_with(lock.protocol + "_")) << lock.name;
    EXPECT_THAT(lock.summary, Not(IsEmpty())) << lock.name;
    EXPECT_TRUE(lock.make) << lock.name;
    for (const std::string& option : lock.options) {
      EXPECT_THAT(option,
                  AnyOf("ttl", "margin", "wait", "retry", "retry_jitter", "renew", "acks", "sync"))
          << lock.name;
    }
  }
}

TEST(LockRegistry, FindsByNameAndOnlyByWholeName) {
  const LockRegistry locks = builtin_locks();
  ASSERT_NE(locks.find("redis_token"), nullptr);
  EXPECT_EQ(locks.find("redis_token")->name, "redis_token");
  EXPECT_EQ(locks.find("redis_toke"), nullptr);
  EXPECT_EQ(locks.find(""), nullptr);
}

TEST(LockRegistry, KeepsTheOrderOfRegistration) {
  LockRegistry locks;
  locks.add({.name = "b", .protocol = "redis", .make = make_nothing});
  locks.add({.name = "a", .protocol = "redis", .make = make_nothing});
  EXPECT_THAT(locks.names(), testing::ElementsAre("b", "a"));
}

TEST(LockRegistry, ProgramsAddLocksToTheBuiltinOnes) {
  LockRegistry locks = builtin_locks();
  locks.add({.name = "mine", .protocol = "redis", .make = make_nothing});
  EXPECT_THAT(locks.names(), Contains("mine"));
  EXPECT_THAT(builtin_locks().names(), Not(Contains("mine")));
}

TEST(LockRegistryDeathTest, ASecondLockOfTheSameNameIsABrokenInvariant) {
  LockRegistry locks = builtin_locks();
  EXPECT_EXIT(locks.add({.name = "redis_token", .make = make_nothing}), testing::ExitedWithCode(70),
              "two locks of the same name");
}

TEST(LockRegistryDeathTest, ALockThatNothingMakesIsABrokenInvariant) {
  LockRegistry locks;
  EXPECT_EXIT(locks.add({.name = "ghost"}), testing::ExitedWithCode(70), "nothing makes");
}

}  // namespace
}  // namespace picklock

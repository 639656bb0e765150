#include "sim/servers/redis_model.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace picklock {
namespace {

// A model, one session, and what its observer was told.
class RedisModelTest : public testing::Test, private RedisObserver {
 protected:
  explicit RedisModelTest(AofPolicy aof = AofPolicy::off) : model_(RedisConfig{.aof = aof}) {
    model_.watch_key("lock", this);
    session_ = model_.connect();
  }

  const RedisReply& run(std::initializer_list<std::string_view> words) {
    command_.clear();
    for (const std::string_view word : words) command_.add(word);
    model_.execute(session_, command_, now_, reply_);
    return reply_;
  }
  std::vector<std::string> take_events() { return std::exchange(events_, {}); }
  void restart(std::int64_t now) {
    now_ = now;
    model_.restart(now);
    session_ = model_.connect();
  }

  RedisModel model_;
  RedisModel::Session session_ = 0;
  std::int64_t now_ = 1000;

 private:
  void on_created(std::string_view key) override { add("created", key); }
  void on_overwritten(std::string_view key) override { add("overwritten", key); }
  void on_deadline_changed(std::string_view key) override { add("deadline", key); }
  void on_removed(std::string_view key, RedisRemoval why) override {
    static constexpr std::string_view kNames[] = {"deleted", "overwritten", "expired", "flushed"};
    add(std::string(kNames[static_cast<std::size_t>(why)]), key);
  }
  void add(std::string what, std::string_view key) {
    EXPECT_EQ(key, "lock");
    events_.push_back(std::move(what));
  }

  RedisCommand command_;
  RedisReply reply_;
  std::vector<std::string> events_;
};

using Events = std::vector<std::string>;

TEST_F(RedisModelTest, KeyIsAliveAtItsDeadlineAndDeadAfterIt) {
  EXPECT_TRUE(run({"SET", "lock", "a", "NX", "PX", "10"}).is_ok());
  EXPECT_EQ(model_.deadline_of("lock"), 1010);
  now_ = 1010;
  EXPECT_TRUE(run({"GET", "lock"}).is_text("a"));
  now_ = 1011;
  EXPECT_TRUE(run({"GET", "lock"}).is_nil());
  EXPECT_EQ(take_events(), (Events{"created", "expired"}));
}

TEST_F(RedisModelTest, DeadlineThatHasComeDeletesAtOnce) {
  run({"SET", "lock", "a"});
  EXPECT_TRUE(run({"PEXPIREAT", "lock", "1000"}).is_integer(1));
  EXPECT_EQ(model_.memory_entries(), 0U);
  EXPECT_EQ(take_events(), (Events{"created", "deleted"}));
}

TEST_F(RedisModelTest, ObserverLearnsTheLifeOfItsKeyOnly) {
  run({"SET", "other", "a", "PX", "10"});
  EXPECT_EQ(take_events(), Events{});
  run({"SET", "lock", "a", "PX", "10"});
  run({"SET", "lock", "b", "NX"});
  run({"SET", "lock", "b"});
  run({"PEXPIRE", "lock", "5"});
  run({"PERSIST", "lock"});
  run({"APPEND", "lock", "c"});
  run({"RENAME", "lock", "elsewhere"});
  run({"RENAME", "elsewhere", "lock"});
  run({"FLUSHALL"});
  EXPECT_EQ(take_events(), (Events{"created", "overwritten", "deadline", "deadline", "deleted",
                                   "created", "flushed"}));
  run({"SELECT", "1"});
  run({"SET", "lock", "another database"});
  EXPECT_EQ(take_events(), Events{});
}

TEST_F(RedisModelTest, CollectionIsCreatedWithItsFirstElementAndRemovedWithItsLast) {
  run({"HINCRBY", "lock", "client", "1"});
  run({"HINCRBY", "lock", "client", "1"});
  run({"HDEL", "lock", "client"});
  EXPECT_EQ(take_events(), (Events{"created", "deleted"}));
}

TEST_F(RedisModelTest, ActiveExpiryFindsTheEarliestDeadline) {
  EXPECT_EQ(model_.next_deadline(), std::nullopt);
  run({"SET", "lock", "a", "PX", "30"});
  run({"SET", "other", "b", "PX", "20"});
  EXPECT_EQ(model_.next_deadline(), 1020);
  run({"DEL", "other"});
  EXPECT_EQ(model_.next_deadline(), 1030);
  model_.expire_due(1030);
  EXPECT_EQ(model_.memory_entries(), 1U);
  run({"DEBUG", "SET-ACTIVE-EXPIRE", "0"});
  model_.expire_due(1031);
  EXPECT_EQ(model_.memory_entries(), 1U);
  run({"DEBUG", "SET-ACTIVE-EXPIRE", "1"});
  model_.expire_due(1031);
  EXPECT_EQ(model_.memory_entries(), 0U);
  EXPECT_EQ(model_.next_deadline(), std::nullopt);
  EXPECT_EQ(take_events(), (Events{"created", "expired"}));
}

TEST_F(RedisModelTest, ClockThatGoesBackLengthensLife) {
  run({"SET", "lock", "a", "PX", "10"});
  now_ = 500;
  EXPECT_TRUE(run({"PTTL", "lock"}).is_integer(510));
}

TEST_F(RedisModelTest, CompareAndDeleteScriptDeletesOnlyItsOwn) {
  constexpr std::string_view kRelease =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return "
      "0 "
      "end";
  run({"SET", "lock", "a"});
  EXPECT_TRUE(run({"EVAL", kRelease, "1", "lock", "b"}).is_integer(0));
  EXPECT_TRUE(run({"EVAL", kRelease, "1", "lock", "a"}).is_integer(1));
  EXPECT_EQ(take_events(), (Events{"created", "deleted"}));
}

TEST_F(RedisModelTest, ResetForgetsDataSessionsAndScriptsButNotTheObserver) {
  run({"SET", "lock", "a", "PX", "10"});
  const std::string sha = run({"SCRIPT", "LOAD", "return 1"}).text();
  take_events();
  model_.reset();
  session_ = model_.connect();
  EXPECT_EQ(model_.memory_entries(), 0U);
  EXPECT_EQ(model_.next_deadline(), std::nullopt);
  EXPECT_TRUE(run({"EVALSHA", sha, "0"}).is_error());
  EXPECT_EQ(take_events(), Events{});
  run({"SET", "lock", "b"});
  EXPECT_EQ(take_events(), Events{"created"});
}

TEST_F(RedisModelTest, EndlessScriptIsStopped) {
  EXPECT_TRUE(run({"EVAL", "return 1", "0"}).is_integer(1));
  EXPECT_TRUE(run({"EVAL", "while true do end", "0"}).is_error());
  EXPECT_TRUE(run({"PING"}).text() == "PONG");
}

TEST_F(RedisModelTest, ScriptsOfOneModelLeaveNothingBehindForAnother) {
  RedisModel other{RedisConfig{}};
  const RedisModel::Session session = other.connect();
  RedisCommand command;
  for (const std::string_view word : {"EVAL", "return tostring(KEYS[1]) .. #ARGV", "0"}) {
    command.add(word);
  }
  run({"EVAL", "KEYS[2] = 'x' return 1", "1", "k", "argument"});
  RedisReply reply;
  other.execute(session, command, 0, reply);
  EXPECT_TRUE(reply.is_text("nil0"));
}

TEST_F(RedisModelTest, MessagesWaitInTheirSession) {
  const RedisModel::Session listener = model_.connect();
  RedisCommand subscribe;
  for (const std::string_view word : {"SUBSCRIBE", "a", "b"}) subscribe.add(word);
  RedisReply reply;
  model_.execute(listener, subscribe, now_, reply);
  EXPECT_EQ(reply.elements().at(1).text(), "a");
  EXPECT_TRUE(run({"PUBLISH", "b", "hello"}).is_integer(1));
  const std::vector<RedisReply> pushes = model_.take_pushes(listener);
  ASSERT_EQ(pushes.size(), 2U);
  EXPECT_EQ(pushes[0].elements().at(1).text(), "b");
  EXPECT_EQ(pushes[1].elements().at(2).text(), "hello");
  EXPECT_TRUE(model_.take_pushes(listener).empty());
  model_.disconnect(listener);
  EXPECT_TRUE(run({"PUBLISH", "b", "nobody"}).is_integer(0));
}

TEST_F(RedisModelTest, WithoutAppendOnlyFileNothingSurvives) {
  run({"SET", "lock", "a"});
  model_.fsync();
  model_.kill_process();
  restart(2000);
  EXPECT_EQ(model_.memory_entries(), 0U);
  EXPECT_EQ(take_events(), (Events{"created", "flushed"}));
}

class RedisModelAlways : public RedisModelTest {
 protected:
  RedisModelAlways() : RedisModelTest(AofPolicy::always) {}
};

TEST_F(RedisModelAlways, PowerLossLosesNothingThatWasAcknowledged) {
  run({"SET", "lock", "a"});
  model_.lose_power();
  restart(2000);
  EXPECT_TRUE(run({"GET", "lock"}).is_text("a"));
  EXPECT_EQ(take_events(), Events{"created"});
}

TEST_F(RedisModelAlways, LostDiskLosesEverything) {
  run({"SET", "lock", "a"});
  model_.lose_disk();
  restart(2000);
  EXPECT_EQ(take_events(), (Events{"created", "flushed"}));
}

class RedisModelEverysec : public RedisModelTest {
 protected:
  RedisModelEverysec() : RedisModelTest(AofPolicy::everysec) {}
};

TEST_F(RedisModelEverysec, KilledProcessLosesNothingButSessionsAndScripts) {
  run({"SET", "lock", "a", "PX", "5000"});
  const std::string sha = run({"SCRIPT", "LOAD", "return 1"}).text();
  model_.kill_process();
  restart(2000);
  EXPECT_TRUE(run({"PTTL", "lock"}).is_integer(4000));
  EXPECT_TRUE(run({"EVALSHA", sha, "0"}).is_error());
  EXPECT_EQ(take_events(), Events{"created"});
}

TEST_F(RedisModelEverysec, PowerLossLosesWhatWasNotSynced) {
  run({"SET", "kept", "a"});
  model_.fsync();
  run({"SET", "lock", "a"});
  model_.lose_power();
  restart(2000);
  EXPECT_TRUE(run({"EXISTS", "kept", "lock"}).is_integer(1));
  EXPECT_EQ(take_events(), (Events{"created", "flushed"}));
}

TEST_F(RedisModelEverysec, PowerLossBringsAReleasedLockBack) {
  run({"SET", "lock", "a"});
  model_.fsync();
  run({"DEL", "lock"});
  model_.lose_power();
  restart(2000);
  EXPECT_TRUE(run({"GET", "lock"}).is_text("a"));
  EXPECT_EQ(take_events(), (Events{"created", "deleted", "created"}));
}

TEST_F(RedisModelEverysec, DeadKeysDoNotComeBack) {
  run({"SET", "lock", "a", "PX", "10"});
  model_.fsync();
  model_.lose_power();
  restart(1011);
  EXPECT_EQ(model_.memory_entries(), 0U);
  EXPECT_EQ(take_events(), (Events{"created", "expired"}));
}

TEST_F(RedisModelEverysec, DiskStaysAsItWasAfterAKill) {
  run({"SET", "lock", "a"});
  model_.kill_process();
  restart(2000);
  model_.lose_power();  // it was written, never synced
  restart(3000);
  EXPECT_EQ(take_events(), (Events{"created", "flushed"}));
}

}  // namespace
}  // namespace picklock

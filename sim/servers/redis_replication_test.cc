#include "sim/servers/redis_replication.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "sim/servers/redis_model.h"

namespace picklock {
namespace {

// A model that replicates, and one session.
class Server {
 public:
  Server() : model(RedisConfig{.replicated = true}) { session_ = model.connect(); }

  const RedisReply& run(std::initializer_list<std::string_view> words) {
    command_.clear();
    for (const std::string_view word : words) command_.add(word);
    model.execute(session_, command_, now, reply_);
    return reply_;
  }

  RedisModel model;
  std::int64_t now = 1000;

 private:
  RedisModel::Session session_ = 0;
  RedisCommand command_;
  RedisReply reply_;
};

class RedisReplicationTest : public testing::Test {
 protected:
  RedisReplicationTest() { replica.model.become_replica(); }
  // Carries what the primary has changed to the replica.
  void replicate() {
    const auto batch = primary.model.take_changes();
    ASSERT_TRUE(batch.has_value());
    replica.model.apply(*batch);
  }

  Server primary;
  Server replica;
};

TEST_F(RedisReplicationTest, ABatchIsWhatACommandLeft) {
  primary.run({"SET", "lock", "a", "PX", "500"});
  const auto batch = primary.model.take_changes();
  ASSERT_TRUE(batch.has_value());
  ASSERT_EQ(batch->changes.size(), 1U);
  EXPECT_EQ(batch->offset, 1U);
  EXPECT_EQ(batch->changes[0].key, "lock");
  EXPECT_EQ(batch->changes[0].entry->deadline, 1500) << "an absolute deadline";
  EXPECT_FALSE(primary.model.take_changes().has_value());
  primary.run({"GET", "lock"});
  EXPECT_FALSE(primary.model.take_changes().has_value()) << "a read changes nothing";
}

TEST_F(RedisReplicationTest, AScriptIsOneBatch) {
  primary.run(
      {"EVAL", "redis.call('SET','a','1') redis.call('INCR','n') redis.call('DEL','a')", "0"});
  const auto batch = primary.model.take_changes();
  ASSERT_TRUE(batch.has_value());
  ASSERT_EQ(batch->changes.size(), 2U);
  EXPECT_FALSE(batch->changes[0].entry.has_value()) << "a is gone";
  EXPECT_EQ(batch->changes[1].key, "n");
}

TEST_F(RedisReplicationTest, AReplicaHasTheKeysOfItsPrimary) {
  primary.run({"SET", "lock", "a"});
  replicate();
  EXPECT_TRUE(replica.run({"GET", "lock"}).is_text("a"));
  primary.run({"FLUSHALL"});
  replicate();
  EXPECT_TRUE(replica.run({"GET", "lock"}).is_nil());
}

TEST_F(RedisReplicationTest, AReplicaRefusesWrites) {
  EXPECT_EQ(replica.run({"SET", "lock", "a"}).text(),
            "READONLY You can't write against a read only replica.");
  EXPECT_EQ(replica.run({"EVAL", "return redis.call('SET','a','1')", "0"}).text(),
            "READONLY You can't write against a read only replica. script: "
            "88c923858e73954cede057e8a25f614a3552b177, on @user_script:1.");
  EXPECT_TRUE(replica.run({"EVAL", "return 1", "0"}).is_integer(1));
  EXPECT_TRUE(replica.run({"WAIT", "1", "0"}).is_error());
}

TEST_F(RedisReplicationTest, AReplicaHidesADeadKeyAndKeepsIt) {
  primary.run({"SET", "lock", "a", "PX", "500"});
  replicate();
  replica.now = 2000;
  EXPECT_TRUE(replica.run({"GET", "lock"}).is_nil());
  replica.model.expire_due(replica.now);
  EXPECT_TRUE(replica.run({"DBSIZE"}).is_integer(1));
  replica.now = 1200;
  EXPECT_TRUE(replica.run({"GET", "lock"}).is_text("a")) << "its clock went back";
}

TEST_F(RedisReplicationTest, ACopyReplacesEverything) {
  primary.run({"SET", "lock", "a"});
  replica.model.apply(
      {.offset = 7, .changes = {{.key = "old", .entry = RedisEntry{.value = "x"}}}});
  primary.model.take_changes();
  replica.model.replace_by(primary.model.copy());
  EXPECT_EQ(replica.model.offset(), 1U);
  EXPECT_TRUE(replica.run({"GET", "old"}).is_nil());
  EXPECT_TRUE(replica.run({"GET", "lock"}).is_text("a"));
}

TEST_F(RedisReplicationTest, WaitCountsWhoHasTheLastWriteOfItsSession) {
  EXPECT_TRUE(primary.run({"WAIT", "0", "0"}).is_integer(0));
  EXPECT_FALSE(primary.model.take_wait().has_value());
  primary.model.acknowledge(2, 0);
  EXPECT_TRUE(primary.run({"WAIT", "1", "0"}).is_integer(1)) << "it has written nothing";
  primary.run({"SET", "lock", "a"});
  primary.model.take_changes();
  EXPECT_TRUE(primary.run({"WAIT", "1", "100"}).is_integer(0));
  const auto wait = primary.model.take_wait();
  ASSERT_TRUE(wait.has_value());
  EXPECT_EQ(wait->offset, 1U);
  EXPECT_EQ(wait->timeout_ms, 100);
  primary.model.acknowledge(2, 1);
  EXPECT_TRUE(primary.run({"WAIT", "1", "100"}).is_integer(1));
}

TEST_F(RedisReplicationTest, WaitDoesNotWaitInATransaction) {
  primary.run({"MULTI"});
  primary.run({"SET", "lock", "a"});
  primary.run({"WAIT", "1", "100"});
  const RedisReply& reply = primary.run({"EXEC"});
  ASSERT_EQ(reply.elements().size(), 2U);
  EXPECT_TRUE(reply.elements()[1].is_integer(0));
  EXPECT_FALSE(primary.model.take_wait().has_value());
}

TEST_F(RedisReplicationTest, WithoutEnoughReplicasWritesAreRefused) {
  primary.model.set_lacks_replicas(true);
  EXPECT_EQ(primary.run({"SET", "lock", "a"}).text(),
            "NOREPLICAS Not enough good replicas to write.");
  EXPECT_TRUE(primary.run({"GET", "lock"}).is_nil());
  primary.model.set_lacks_replicas(false);
  EXPECT_TRUE(primary.run({"SET", "lock", "a"}).is_ok());
}

}  // namespace
}  // namespace picklock

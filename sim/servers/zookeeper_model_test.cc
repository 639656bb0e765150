#include "sim/servers/zookeeper_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

LocalTime at(Duration since_start) {
  return LocalTime{since_start};
}

// The service, driven by hand at time `now`.
class ZooKeeperModelTest : public testing::Test {
 protected:
  ZkReply create(std::int64_t session, const std::string& path, bool ephemeral = false,
                 bool sequential = false) {
    return apply(
        session,
        {.op = ZkOp::create, .path = path, .ephemeral = ephemeral, .sequential = sequential});
  }
  ZkReply remove(std::int64_t session, const std::string& path, std::int32_t version = -1) {
    return apply(session, {.op = ZkOp::remove, .path = path, .version = version});
  }
  ZkReply set(std::int64_t session, const std::string& path, const std::string& data,
              std::int32_t version = -1) {
    return apply(session, {.op = ZkOp::set, .path = path, .data = data, .version = version});
  }
  ZkReply exists(std::int64_t session, const std::string& path, bool watch = false) {
    return apply(session, {.op = ZkOp::exists, .path = path, .watch = watch});
  }
  ZkReply get(std::int64_t session, const std::string& path, bool watch = false) {
    return apply(session, {.op = ZkOp::get, .path = path, .watch = watch});
  }
  ZkReply children(std::int64_t session, const std::string& path, bool watch = false) {
    return apply(session, {.op = ZkOp::get_children, .path = path, .watch = watch});
  }
  ZkReply apply(std::int64_t session, const ZkRequest& request) {
    ZkReply reply;
    model.apply(session, request, now, reply);
    return reply;
  }
  // "1 deleted /a" and so on; empties the list.
  std::vector<std::string> fired() {
    const std::vector<std::string> kNames{"created", "deleted", "changed", "children_changed"};
    std::vector<std::string> texts;
    for (const ZkNotification& one : model.notifications()) {
      texts.push_back(std::to_string(one.session) + " " +
                      kNames.at(static_cast<std::size_t>(one.event.kind)) + " " + one.event.path);
    }
    model.notifications().clear();
    return texts;
  }

  ZooKeeperModel model{{.session_timeout = 10s, .tick = 2s}};
  LocalTime now = at(0s);
};

using ZooKeeperModelSessions = ZooKeeperModelTest;
using ZooKeeperModelWatches = ZooKeeperModelTest;

TEST_F(ZooKeeperModelTest, NewServiceHasItsBuiltInZnodes) {
  const auto me = model.open_session(now);
  EXPECT_THAT(children(me, "/").children, ElementsAre("zookeeper"));
  EXPECT_THAT(children(me, "/zookeeper").children, ElementsAre("config", "quota"));
  EXPECT_EQ(exists(me, "/").stat.cversion, -1);
  EXPECT_EQ(exists(me, "/zookeeper").stat.cversion, -2);
  EXPECT_EQ(remove(me, "/zookeeper").code, ZkCode::bad_arguments);
  EXPECT_EQ(remove(me, "/").code, ZkCode::bad_arguments);
  EXPECT_EQ(create(me, "/").code, ZkCode::node_exists);
}

TEST_F(ZooKeeperModelTest, CreateAnswersWithPathAndStat) {
  const auto me = model.open_session(now);  // transaction 1
  const ZkReply made = apply(me, {.op = ZkOp::create, .path = "/a", .data = "xyz"});
  EXPECT_EQ(made.code, ZkCode::ok);
  EXPECT_EQ(made.path, "/a");
  EXPECT_EQ(made.stat, (ZkStat{.czxid = 2, .mzxid = 2, .data_length = 3}));
  EXPECT_EQ(get(me, "/a").data, "xyz");
  EXPECT_EQ(exists(me, "/a").stat, made.stat);
}

TEST_F(ZooKeeperModelTest, CreateNeedsAFreePathAndAParent) {
  const auto me = model.open_session(now);
  EXPECT_EQ(create(me, "/a/b").code, ZkCode::no_node);
  EXPECT_EQ(create(me, "/a").code, ZkCode::ok);
  EXPECT_EQ(create(me, "/a").code, ZkCode::node_exists);
  EXPECT_EQ(create(me, "/a/b").code, ZkCode::ok);
}

TEST_F(ZooKeeperModelTest, PathsAreChecked) {
  const auto me = model.open_session(now);
  for (const char* path : {"", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/a\tb"}) {
    EXPECT_EQ(create(me, path).code, ZkCode::bad_arguments) << path;
    EXPECT_EQ(exists(me, path).code, ZkCode::bad_arguments) << path;
    EXPECT_EQ(children(me, path).code, ZkCode::bad_arguments) << path;
    EXPECT_EQ(remove(me, path).code, ZkCode::bad_arguments) << path;
  }
  EXPECT_EQ(create(me, "/...").code, ZkCode::ok);
  EXPECT_EQ(create(me, "/.../", false, true).path, "/.../0000000000");
}

TEST_F(ZooKeeperModelTest, SequenceCountsCreationsOfTheParentForEver) {
  const auto me = model.open_session(now);
  create(me, "/q");
  EXPECT_EQ(create(me, "/q/n-", true, true).path, "/q/n-0000000000");
  EXPECT_EQ(create(me, "/q/plain").code, ZkCode::ok);  // counts as well
  EXPECT_EQ(create(me, "/q/m-", true, true).path, "/q/m-0000000002");
  EXPECT_EQ(remove(me, "/q/m-0000000002").code, ZkCode::ok);
  EXPECT_EQ(create(me, "/q/n-", true, true).path, "/q/n-0000000003");
  // Four creations and one removal.
  const ZkStat stat = exists(me, "/q").stat;
  EXPECT_EQ(stat.cversion, 5);
  EXPECT_EQ(stat.children, 3);
  EXPECT_THAT(children(me, "/q").children, ElementsAre("n-0000000000", "n-0000000003", "plain"));
}

TEST_F(ZooKeeperModelTest, EphemeralsHaveAnOwnerAndNoChildren) {
  const auto me = model.open_session(now);
  EXPECT_EQ(create(me, "/e", true).stat.ephemeral_owner, me);
  EXPECT_EQ(create(me, "/e/child").code, ZkCode::no_children_for_ephemerals);
}

TEST_F(ZooKeeperModelTest, VersionsGuardSetAndRemove) {
  const auto me = model.open_session(now);
  create(me, "/a");
  EXPECT_EQ(set(me, "/a", "1", 0).stat.version, 1);
  EXPECT_EQ(set(me, "/a", "2", 0).code, ZkCode::bad_version);
  EXPECT_EQ(set(me, "/a", "2").stat.version, 2);
  EXPECT_EQ(get(me, "/a").data, "2");
  EXPECT_EQ(remove(me, "/a", 1).code, ZkCode::bad_version);
  EXPECT_EQ(remove(me, "/a", 2).code, ZkCode::ok);
  EXPECT_EQ(remove(me, "/a").code, ZkCode::no_node);
  EXPECT_EQ(set(me, "/a", "3").code, ZkCode::no_node);
  EXPECT_EQ(get(me, "/a").code, ZkCode::no_node);
}

TEST_F(ZooKeeperModelTest, BadVersionIsToldBeforeNotEmpty) {
  const auto me = model.open_session(now);
  create(me, "/a");
  create(me, "/a/b");
  EXPECT_EQ(remove(me, "/a", 7).code, ZkCode::bad_version);
  EXPECT_EQ(remove(me, "/a", 0).code, ZkCode::not_empty);
}

TEST_F(ZooKeeperModelTest, TransactionIdsGrowWithEveryWriteAndWithSessions) {
  const auto first = model.open_session(now);
  EXPECT_EQ(model.last_zxid(), 1);
  model.open_session(now);
  EXPECT_EQ(model.last_zxid(), 2);
  create(first, "/a");
  EXPECT_EQ(create(first, "/a").code, ZkCode::node_exists);  // refused, yet logged
  EXPECT_EQ(model.last_zxid(), 4);
  EXPECT_EQ(set(first, "/a", "x").stat.mzxid, 5);
  exists(first, "/a");
  children(first, "/");
  apply(first, {.op = ZkOp::ping});
  EXPECT_EQ(model.last_zxid(), 5);
  apply(first, {.op = ZkOp::close});
  EXPECT_EQ(model.last_zxid(), 6);
}

// As ZooKeeper 3.8.0 does it: the watches of a session end after its znodes.
TEST_F(ZooKeeperModelWatches, SessionThatEndsIsNotifiedOfItsOwnZnodes) {
  const auto me = model.open_session(now);
  create(me, "/a", true);
  exists(me, "/a", true);
  children(me, "/", true);
  apply(me, {.op = ZkOp::close});
  EXPECT_THAT(fired(), ElementsAre("1 deleted /a", "1 children_changed /"));
}

TEST_F(ZooKeeperModelTest, ResetForgetsEverythingButItsObserver) {
  struct Log final : ZooKeeperObserver {
    void on_created(std::string_view path, std::int64_t session) override {
      lines.push_back("created " + std::string(path) + " by " + std::to_string(session));
    }
    void on_deleted(std::string_view path, ZkRemoval why) override {
      lines.push_back("deleted " + std::string(path) + " why " +
                      std::to_string(static_cast<int>(why)));
    }
    std::vector<std::string> lines;
  } log;
  model.observe(&log);
  auto me = model.open_session(now);
  create(me, "/a", true);
  exists(me, "/b", true);
  model.reset();
  EXPECT_EQ(exists(me, "/a").code, ZkCode::session_expired);
  me = model.open_session(now);
  EXPECT_EQ(me, 1);
  EXPECT_EQ(model.last_zxid(), 1);
  EXPECT_EQ(exists(me, "/a").code, ZkCode::no_node);
  create(me, "/b", true);
  EXPECT_THAT(fired(), IsEmpty());
  create(me, "/c");
  remove(me, "/c");
  apply(me, {.op = ZkOp::close});
  EXPECT_THAT(log.lines, ElementsAre("created /a by 1", "created /b by 1", "created /c by 1",
                                     "deleted /c why 0", "deleted /b why 1"));
}

TEST_F(ZooKeeperModelTest, ReplyIsOverwrittenWhole) {
  const auto me = model.open_session(now);
  ZkReply reply;
  model.apply(me, {.op = ZkOp::create, .path = "/a", .data = "old"}, now, reply);
  model.apply(me, {.op = ZkOp::get, .path = "/a"}, now, reply);
  model.apply(me, {.op = ZkOp::get_children, .path = "/"}, now, reply);
  EXPECT_EQ(reply.data, "");
  EXPECT_EQ(reply.path, "");
  model.apply(me, {.op = ZkOp::get_children, .path = "/nowhere"}, now, reply);
  EXPECT_THAT(reply.children, IsEmpty());
  EXPECT_EQ(reply.stat, ZkStat{});
}

TEST_F(ZooKeeperModelSessions, TimeoutIsClampedToTwoAndTwentyTicks) {
  const auto negotiated = [](Duration asked) {
    return ZooKeeperModel({.session_timeout = asked, .tick = 2s}).session_timeout();
  };
  EXPECT_EQ(negotiated(1s), 4s);
  EXPECT_EQ(negotiated(10s), 10s);
  EXPECT_EQ(negotiated(60s), 40s);
}

TEST_F(ZooKeeperModelSessions, ExpiryIsRoundedUpToTheNextTick) {
  now = at(500ms);
  model.open_session(now);
  EXPECT_EQ(model.next_expiry(), at(12s));  // 10.5 s, rounded up
  model.touch(1, at(2s));
  EXPECT_EQ(model.next_expiry(), at(14s));  // 12 s falls on a tick: one more
  model.touch(1, at(3999ms));
  EXPECT_EQ(model.next_expiry(), at(14s));
}

TEST_F(ZooKeeperModelSessions, ASessionIsAliveUntilItsTickAndDeadOnIt) {
  const auto me = model.open_session(now);
  create(me, "/e", true);
  model.expire_due(at(12s) - 1ns);
  EXPECT_TRUE(model.touch(me, at(12s) - 1ns));
  ASSERT_EQ(model.next_expiry(), at(22s));
  EXPECT_FALSE(model.touch(me, at(22s)));
  EXPECT_EQ(model.next_expiry(), std::nullopt);
  now = at(22s);
  EXPECT_EQ(exists(me, "/e").code, ZkCode::session_expired);
  const auto other = model.open_session(now);
  EXPECT_EQ(exists(other, "/e").code, ZkCode::no_node);
}

TEST_F(ZooKeeperModelSessions, AnyRequestExtendsTheSession) {
  const auto me = model.open_session(now);
  now = at(9s);
  exists(me, "/nowhere");
  EXPECT_EQ(model.next_expiry(), at(20s));
}

TEST_F(ZooKeeperModelSessions, ExpiryDeletesOnlyItsOwnEphemeralsInOneTransaction) {
  const auto dies = model.open_session(now);
  const auto lives = model.open_session(now);
  create(dies, "/keep");
  create(dies, "/z", true);
  create(lives, "/m", true);
  create(dies, "/a", true);
  children(lives, "/", true);
  exists(lives, "/z", true);
  exists(lives, "/a", true);
  model.touch(lives, at(10s));
  const std::int64_t before = model.last_zxid();
  model.expire_due(at(12s));
  EXPECT_EQ(model.last_zxid(), before + 1);
  // In the order of creation.
  EXPECT_THAT(fired(), ElementsAre("2 deleted /z", "2 children_changed /", "2 deleted /a"));
  EXPECT_THAT(children(lives, "/").children, ElementsAre("keep", "m", "zookeeper"));
}

TEST_F(ZooKeeperModelSessions, WatchesOfAnExpiredSessionVanish) {
  const auto dies = model.open_session(now);
  exists(dies, "/a", true);
  model.expire_due(at(12s));
  now = at(12s);
  create(model.open_session(now), "/a");
  EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(ZooKeeperModelSessions, CloseEndsTheSessionAtOnce) {
  const auto me = model.open_session(now);
  const auto other = model.open_session(now);
  create(me, "/e", true);
  exists(other, "/e", true);
  EXPECT_EQ(apply(me, {.op = ZkOp::close}).code, ZkCode::ok);
  EXPECT_THAT(fired(), ElementsAre("2 deleted /e"));
  EXPECT_EQ(apply(me, {.op = ZkOp::close}).code, ZkCode::session_expired);
}

TEST_F(ZooKeeperModelSessions, RestartGivesEverySessionItsFullTimeoutAndKeepsTheTree) {
  const auto me = model.open_session(now);
  create(me, "/e", true);
  model.restart(at(11s));
  EXPECT_EQ(model.next_expiry(), at(22s));
  now = at(21s);
  EXPECT_EQ(exists(me, "/e").stat.ephemeral_owner, me);
}

TEST_F(ZooKeeperModelSessions, NobodyIsASessionThatWasNeverOpened) {
  EXPECT_FALSE(model.touch(0, now));
  EXPECT_FALSE(model.touch(1, now));
  EXPECT_FALSE(model.touch(-5, now));
}

TEST_F(ZooKeeperModelWatches, EachKindFiresOnceWithItsEvent) {
  const auto me = model.open_session(now);
  exists(me, "/a", true);
  create(me, "/a");
  EXPECT_THAT(fired(), ElementsAre("1 created /a"));
  get(me, "/a", true);
  set(me, "/a", "x");
  set(me, "/a", "y");
  EXPECT_THAT(fired(), ElementsAre("1 changed /a"));
  children(me, "/a", true);
  create(me, "/a/b");
  create(me, "/a/c");
  EXPECT_THAT(fired(), ElementsAre("1 children_changed /a"));
  children(me, "/a", true);
  remove(me, "/a/b");
  EXPECT_THAT(fired(), ElementsAre("1 children_changed /a"));
}

TEST_F(ZooKeeperModelWatches, ReadsOfMissingZnodesWatchNothingButExistsDoes) {
  const auto me = model.open_session(now);
  get(me, "/a", true);
  children(me, "/a", true);
  create(me, "/a");
  EXPECT_THAT(fired(), IsEmpty());
  exists(me, "/b", true);
  create(me, "/b");
  EXPECT_THAT(fired(), ElementsAre("1 created /b"));
}

TEST_F(ZooKeeperModelWatches, ADeletionIsToldOnceToWhoWatchesNodeAndChildren) {
  const auto me = model.open_session(now);
  const auto other = model.open_session(now);
  create(me, "/a");
  children(me, "/a", true);
  exists(me, "/a", true);
  get(me, "/a", true);  // the same watch as that of exists
  children(other, "/a", true);
  children(other, "/", true);
  remove(me, "/a");
  EXPECT_THAT(fired(), ElementsAre("1 deleted /a", "2 deleted /a", "2 children_changed /"));
  create(me, "/a");
  remove(me, "/a");
  EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(ZooKeeperModelWatches, ARefusedWriteFiresNothing) {
  const auto me = model.open_session(now);
  create(me, "/a");
  get(me, "/a", true);
  set(me, "/a", "x", 9);
  remove(me, "/a", 9);
  create(me, "/a");
  EXPECT_THAT(fired(), IsEmpty());
}

// A lock's life: three join, the first releases, the second dies, the third gets it.
TEST_F(ZooKeeperModelWatches, LockQueueSequence) {
  const auto a = model.open_session(now);
  const auto b = model.open_session(now);
  const auto c = model.open_session(now);
  create(a, "/lock");
  EXPECT_EQ(create(a, "/lock/x-", true, true).path, "/lock/x-0000000000");
  EXPECT_EQ(create(b, "/lock/y-", true, true).path, "/lock/y-0000000001");
  EXPECT_EQ(create(c, "/lock/w-", true, true).path, "/lock/w-0000000002");
  EXPECT_THAT(children(c, "/lock").children,
              ElementsAre("w-0000000002", "x-0000000000", "y-0000000001"));
  exists(b, "/lock/x-0000000000", true);
  exists(c, "/lock/y-0000000001", true);
  EXPECT_EQ(remove(a, "/lock/x-0000000000").code, ZkCode::ok);
  EXPECT_THAT(fired(), ElementsAre("2 deleted /lock/x-0000000000"));
  model.touch(a, at(11s));
  model.touch(c, at(11s));
  model.expire_due(at(12s));
  EXPECT_THAT(fired(), ElementsAre("3 deleted /lock/y-0000000001"));
  now = at(12s);
  EXPECT_THAT(children(c, "/lock").children, ElementsAre("w-0000000002"));
  EXPECT_EQ(exists(c, "/lock/w-0000000002").stat.czxid, 7);
}

}  // namespace
}  // namespace picklock

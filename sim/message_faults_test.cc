#include "sim/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/testing/faults_fixture.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;

// Faults of messages "SET" from client-1 to redis-1.
class MessageFaults : public FaultsTest {
 protected:
  static Fault on_messages(FaultKind kind, std::uint32_t nth = 1, std::uint32_t count = 1) {
    Fault one = fault(kind, {});
    one.message = {.from = "client-1", .to = "redis-1", .what = "SET", .nth = nth, .count = count};
    return one;
  }
};

TEST_F(MessageFaults, TheNthMessagesAreLost) {
  start({on_messages(FaultKind::lose, 2, 2)});
  EXPECT_THAT(send_sets(5), ElementsAre("1ms a", "4ms d", "5ms e"));
  EXPECT_EQ(faults_.strikes(), std::vector<std::uint32_t>{2});
}

TEST_F(MessageFaults, AllMessagesFromThereOnAreLost) {
  start({on_messages(FaultKind::lose, 3, 0)});
  EXPECT_THAT(send_sets(5), ElementsAre("1ms a", "2ms b"));
}

TEST_F(MessageFaults, OnlyMessagesOfThePatternAreHit) {
  start({on_messages(FaultKind::lose, 1, 0)});
  send(client_, redis_, 'a', "GET");
  send(redis_, client_, 'b', "SET");
  send(other_client_, redis_, 'c', "SET");
  send(client_, redis_, 'd', "SET");
  EXPECT_THAT(run(), ElementsAre("1ms a", "1ms b", "1ms c"));
}

TEST_F(MessageFaults, AStarMatchesEveryNodeAndEveryCommand) {
  Fault lose = on_messages(FaultKind::lose, 1, 0);
  lose.message.from = lose.message.what = "*";
  start({lose});
  send(client_, redis_, 'a', "GET");
  send(other_client_, redis_, 'b', "SET");
  send(redis_, client_, 'c', "SET");
  EXPECT_THAT(run(), ElementsAre("1ms c"));
}

TEST_F(MessageFaults, DelayDuplicateAndReorderDoWhatTheySay) {
  Fault delay = on_messages(FaultKind::delay);
  delay.by = 10ms;
  Fault duplicate = on_messages(FaultKind::duplicate, 2);
  duplicate.by = 5ms;
  start({delay, duplicate, on_messages(FaultKind::reorder, 3)});
  // A stream: "b" waits behind "a", and "c" may overtake both.
  EXPECT_THAT(send_sets(3), ElementsAre("3ms c", "7ms b again", "11ms a", "11ms b"));
}

TEST_F(MessageFaults, SearchingBeginsAtTheAnchor) {
  Fault lose = on_messages(FaultKind::lose);
  lose.when = at_time(1500us);
  start({lose});
  EXPECT_THAT(send_sets(4), ElementsAre("1ms a", "2ms b", "4ms d"));
}

TEST_F(MessageFaults, AnAnchorThatIsReachedAgainBeginsTheCountAgain) {
  Fault lose = on_messages(FaultKind::lose);
  lose.when = after("client-1", "acquired", 0);
  start({lose});
  reach(0ms, client_, "acquired");
  reach(1500us, client_, "acquired");
  EXPECT_THAT(send_sets(4), ElementsAre("2ms b", "4ms d"));
  EXPECT_EQ(faults_.strikes(), std::vector<std::uint32_t>{2});
}

TEST_F(MessageFaults, WithoutAMessageFaultNobodyLooksAtMessages) {
  start({on_messages(FaultKind::lose, 1, 0)});
  Fault crash = fault(FaultKind::crash);
  crash.when = at_time(1h);
  start({crash});
  at(0ms, [this] { send(client_, redis_, 'a'); });
  EXPECT_THAT(run(), Contains("1ms a"));
}

TEST_F(MessageFaults, ANewRunBeginsWithNothingInForce) {
  start({on_messages(FaultKind::lose)});
  const Lines first = send_sets(3);
  restart(Choices::random(1));
  EXPECT_THAT(faults_.strikes(), Each(0U));
  EXPECT_EQ(send_sets(3), first);
}

}  // namespace
}  // namespace picklock

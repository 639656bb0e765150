#include "checker/timeline.h"

#include <gtest/gtest.h>

#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

const Hold& hold_of(const Timeline& timeline, const HistoryBuilder& h, OpId acquire) {
  return *timeline.find_hold(h.number(acquire));
}

TEST(Timeline, AnEmptyHistoryHasNothing) {
  HistoryBuilder h;
  const Timeline& t = h.timeline();
  EXPECT_TRUE(t.operations().empty());
  EXPECT_TRUE(t.holds().empty());
  EXPECT_EQ(t.end(), ms(100'000));
}

TEST(Timeline, BeliefLastsFromTheReturnToTheInvocationOfTheRelease) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.release(1, a, 10, 12);
  const Timeline& t = h.timeline();
  const Hold& hold = hold_of(t, h, a);
  EXPECT_EQ(hold.granted, ms(2));
  EXPECT_EQ(hold.naive_until, ms(10));
  EXPECT_EQ(hold.diligent_until, ms(10));
  EXPECT_EQ(hold.belief_end, BeliefEnd::released);
  EXPECT_FALSE(hold.has_deadline);
}

TEST(Timeline, BeliefEndsWhenTheClientLearnsOfItsLoss) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.aware(1, a, 7);
  h.release(1, a, 10, 12);
  EXPECT_EQ(hold_of(h.timeline(), h, a).naive_until, ms(7));
}

TEST(Timeline, ACrashEndsBeliefAndPendingCallsAndARestartIsANewProcess) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId w = h.write(1, a, 3, kPending, 1);
  h.crash(1, 5);
  h.restart(1, 6);
  const OpId b = h.acquire(1, 7, 8);
  h.crash(2, 9);
  const Timeline& t = h.timeline();
  EXPECT_EQ(hold_of(t, h, a).naive_until, ms(5));
  EXPECT_EQ(hold_of(t, h, a).belief_end, BeliefEnd::crashed);
  EXPECT_EQ(hold_of(t, h, b).naive_until, t.end());
  EXPECT_EQ(t.find(h.number(w))->waited, ms(5));
  EXPECT_EQ(t.find(h.number(w))->returned, kNever);
  EXPECT_FALSE(t.is_dead(HistoryBuilder::client(1), ms(4)));
  EXPECT_TRUE(t.is_dead(HistoryBuilder::client(1), ms(5)));
  EXPECT_FALSE(t.is_dead(HistoryBuilder::client(1), ms(6)));
}

TEST(Timeline, APauseDoesNotEndBelief) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.pause(1, 3, 50);
  const Timeline& t = h.timeline();
  EXPECT_EQ(hold_of(t, h, a).naive_until, t.end());
  ASSERT_EQ(t.standstills().size(), 1U);
  EXPECT_EQ(t.standstills()[0].from, ms(3));
  EXPECT_EQ(t.standstills()[0].until, ms(50));
}

TEST(Timeline, TheDeadlineInForceEndsTheDiligentBelief) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.deadline(1, a, 2, 12);
  h.deadline(1, a, 8, 18);  // renewed in time
  h.release(1, a, 40, 41);
  const Hold hold = hold_of(h.timeline(), h, a);
  EXPECT_TRUE(hold.has_deadline);
  EXPECT_EQ(hold.diligent_until, ms(18));
  EXPECT_EQ(hold.naive_until, ms(40));
}

TEST(Timeline, ADeadlineRenewedTooLateDoesNotReviveTheBelief) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.deadline(1, a, 2, 12);
  h.deadline(1, a, 13, 30);
  EXPECT_EQ(hold_of(h.timeline(), h, a).diligent_until, ms(12));
}

TEST(Timeline, AClockSteppedPastTheDeadlineEndsTheBeliefAtOnce) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.deadline(1, a, 2, 12);
  h.deadline(1, a, 6, 4);
  EXPECT_EQ(hold_of(h.timeline(), h, a).diligent_until, ms(6));
}

TEST(Timeline, ADeadlineThatPassedBeforeTheGrantLeavesNoDiligentBelief) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 20);
  h.deadline(1, a, 19, 12);
  EXPECT_EQ(hold_of(h.timeline(), h, a).diligent_until, ms(20));
}

TEST(Timeline, OwnershipNeedsAQuorumOfServers) {
  HistoryBuilder h;
  h.subject.quorum = 2;
  const OpId a = h.acquire(1, 0, 5);
  h.named(1, a, 1);
  h.named(2, a, 3);
  h.named(3, a, 4);
  h.unnamed(1, a, 8, Cause::expired);
  h.unnamed(2, a, 9, Cause::expired);
  const Timeline& t = h.timeline();
  ASSERT_EQ(t.ownerships().size(), 1U);
  EXPECT_EQ(t.ownerships()[0].from, ms(3));
  EXPECT_EQ(t.ownerships()[0].until, ms(9));
  EXPECT_EQ(t.ownerships()[0].cause, Cause::expired);
  EXPECT_EQ(hold_of(t, h, a).named, ms(3));
}

TEST(Timeline, AHoldThatOnlyServersKnowHasNoBelief) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 5, Outcome::unknown);
  h.named(1, a, 3);
  const Timeline& t = h.timeline();
  EXPECT_FALSE(hold_of(t, h, a).is_granted());
  EXPECT_EQ(hold_of(t, h, a).client, HistoryBuilder::client(1));
  EXPECT_TRUE(t.grants().empty());
  ASSERT_EQ(t.ownerships().size(), 1U);
  EXPECT_EQ(t.ownerships()[0].until, t.end());
}

TEST(Timeline, IsReusable) {
  HistoryBuilder first;
  const OpId a = first.acquire(1, 0, 2);
  first.named(1, a, 1);
  first.pause(1, 3, 4);
  HistoryBuilder second;
  Timeline timeline(first.timeline().history());
  EXPECT_EQ(timeline.holds().size(), 1U);
  timeline.assign(second.timeline().history());
  EXPECT_TRUE(timeline.operations().empty());
  EXPECT_TRUE(timeline.holds().empty());
  EXPECT_TRUE(timeline.ownerships().empty());
  EXPECT_TRUE(timeline.standstills().empty());
}

}  // namespace
}  // namespace picklock::testing

#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

HistoryBuilder bounded() {
  HistoryBuilder h;
  h.subject.progress_bound = std::chrono::milliseconds(50);
  h.subject.recovery_bound = std::chrono::milliseconds(50);
  h.subject.acquire_wait = std::chrono::milliseconds(30);
  h.subject.acquire_slack = std::chrono::milliseconds(5);
  h.end = 1000;
  return h;
}

TEST(Liveness, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h = bounded();
  EXPECT_EQ(judge_deadlock_freedom(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_recovery_time(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_call_termination(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_single_wake_up(h.timeline(), {}).judged, 0U);
}

TEST(DeadlockFreedom, AcceptsAWaiterBehindAHolderForAsLongAsItTakes) {
  HistoryBuilder h = bounded();
  const OpId a = h.acquire(1, 0, 2);
  h.acquire(2, 3, 850);
  h.release(1, a, 800, 801);
  const Verdict verdict = judge_deadlock_freedom(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(DeadlockFreedom, RejectsALockThatACrashedHolderKeeps) {
  HistoryBuilder h = bounded();
  const OpId a = h.acquire(1, 0, 2);
  h.named(1, a, 1);
  h.crash(1, 10);
  const OpId b = h.acquire(2, 3, kPending);
  const Verdict verdict = judge_deadlock_freedom(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "nobody held the lock and nobody got it within 50ms of waiting from 10ms on: client-2 "
            "waits for client-1's hold, which redis-1 still names, and client-1 crashed at 10ms");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
  EXPECT_EQ(verdict.counterexample->until, ms(60));
}

TEST(DeadlockFreedom, AWaiterMayWaitForItself) {
  HistoryBuilder h = bounded();
  const OpId a = h.acquire(1, 0, kPending);
  h.named(1, a, 1);
  const Verdict verdict = judge_deadlock_freedom(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_NE(verdict.counterexample->reason.find("client-1 itself waits for the lock, a cycle"),
            std::string::npos);
}

TEST(DeadlockFreedom, AddsUpTheWaitingOfAcquiresThatGiveUp) {
  HistoryBuilder h = bounded();
  for (int i = 0; i < 3; ++i) h.acquire(1, 100 + 30 * i, 120 + 30 * i, Outcome::refused);
  EXPECT_EQ(judge_deadlock_freedom(h.timeline(), {}).status, Status::violated);
  HistoryBuilder two = bounded();
  for (int i = 0; i < 2; ++i) two.acquire(1, 100 + 30 * i, 120 + 30 * i, Outcome::refused);
  EXPECT_EQ(judge_deadlock_freedom(two.timeline(), {}).status, Status::holds);
}

TEST(DeadlockFreedom, CountsOnlyAfterTheFaultsAndOnlyRunningWaiters) {
  HistoryBuilder h = bounded();
  h.subject.faults_end = ms(500);
  h.acquire(1, 0, 540);
  EXPECT_EQ(judge_deadlock_freedom(h.timeline(), {}).status, Status::holds);
  HistoryBuilder paused = bounded();
  paused.acquire(1, 0, 540);
  paused.pause(1, 20, 530);
  EXPECT_EQ(judge_deadlock_freedom(paused.timeline(), {}).status, Status::holds);
  HistoryBuilder running = bounded();
  running.acquire(1, 0, 540);
  EXPECT_EQ(judge_deadlock_freedom(running.timeline(), {}).status, Status::violated);
}

TEST(DeadlockFreedom, IsUndecidedWhenTheRunEndsTooEarly) {
  HistoryBuilder h = bounded();
  h.acquire(1, 960, kPending);
  EXPECT_EQ(judge_deadlock_freedom(h.timeline(), {}).status, Status::undecided);
  HistoryBuilder cut = bounded();
  cut.complete = false;
  cut.acquire(1, 960, 970);
  EXPECT_EQ(judge_deadlock_freedom(cut.timeline(), {}).status, Status::undecided);
}

TEST(DeadlockFreedom, IsNotJudgedWithoutABound) {
  HistoryBuilder h;
  h.acquire(1, 0, kPending);
  EXPECT_EQ(judge_deadlock_freedom(h.timeline(), {}).judged, 0U);
}

TEST(RecoveryTime, AcceptsAGrantWithinTheBoundOfACrash) {
  HistoryBuilder h = bounded();
  h.acquire(1, 0, 2);
  h.crash(1, 10);
  h.acquire(2, 3, 60);
  const Verdict verdict = judge_recovery_time(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 1U);
}

TEST(RecoveryTime, RejectsALaterGrant) {
  HistoryBuilder h = bounded();
  const OpId a = h.acquire(1, 0, 2);
  h.named(1, a, 1);
  h.crash(1, 10);
  const OpId b = h.acquire(2, 3, 61);
  const Verdict verdict = judge_recovery_time(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
}

TEST(RecoveryTime, CountsFromTheFirstWaiterAndIsUndecidedAtTheEndOfTheRun) {
  HistoryBuilder h = bounded();
  h.acquire(1, 0, 2);
  h.crash(1, 10);
  h.acquire(2, 500, 540);
  EXPECT_EQ(judge_recovery_time(h.timeline(), {}).status, Status::holds);
  HistoryBuilder late = bounded();
  late.acquire(1, 0, 2);
  late.crash(1, 10);
  late.acquire(2, 990, kPending);
  EXPECT_EQ(judge_recovery_time(late.timeline(), {}).status, Status::undecided);
}

TEST(CallTermination, AcceptsTheBoundOfRunningTime) {
  HistoryBuilder h = bounded();
  h.acquire(1, 0, 35);
  h.acquire(2, 0, 135, Outcome::refused);
  h.pause(2, 10, 110);
  h.acquire(3, 970, kPending);  // the run ended before
  h.acquire(4, 0, kPending);
  h.crash(4, 20);
  const Verdict verdict = judge_call_termination(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 4U);
}

TEST(CallTermination, RejectsACallThatTakesLongerOrNeverReturns) {
  HistoryBuilder h = bounded();
  const OpId a = h.acquire(1, 0, 36);
  const Verdict verdict = judge_call_termination(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->operations, std::vector{h.number(a)});
  HistoryBuilder never = bounded();
  never.acquire(1, 900, kPending);
  EXPECT_EQ(judge_call_termination(never.timeline(), {}).status, Status::violated);
}

TEST(SingleWakeUp, AcceptsOneWakeUpFromGrantToGrant) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 12);
  const OpId b = h.acquire(2, 0, 22);
  h.woken(1, a, 10);
  h.woken(1, a, 11);
  h.woken(2, b, 20);
  const Verdict verdict = judge_single_wake_up(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 3U);
}

TEST(SingleWakeUp, RejectsAHerd) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 12);
  const OpId b = h.acquire(2, 0, 22);
  h.woken(1, a, 10);
  h.woken(2, b, 10);
  const Verdict verdict = judge_single_wake_up(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
}

TEST(SingleWakeUp, ForgetsWaitersThatDied) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, kPending);
  const OpId b = h.acquire(2, 0, 22);
  h.woken(1, a, 10);
  h.crash(1, 11);
  h.woken(2, b, 20);
  EXPECT_EQ(judge_single_wake_up(h.timeline(), {}).status, Status::holds);
}

}  // namespace
}  // namespace picklock::testing

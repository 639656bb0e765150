// The judges of the three workloads: lost updates, overselling, jobs that run twice.
#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(NoLostUpdate, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_no_lost_update(h.timeline(), {}).judged, 0U);
}

TEST(NoLostUpdate, AcceptsASumOfAllIncrements) {
  HistoryBuilder h;
  h.subject.initial = 4;
  const OpId a = h.acquire(1, 0, 2);
  h.apply(1, Action::write, a, 5, 5);
  h.apply(1, Action::write, a, 7, 6);
  const Verdict verdict = judge_no_lost_update(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(NoLostUpdate, RejectsAnOverwrittenIncrementAndNamesBothWrites) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 0, 2);
  const OpId first = h.apply(1, Action::write, a, 5, 1);
  const OpId second = h.apply(2, Action::write, b, 7, 1);
  const Verdict verdict = judge_no_lost_update(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "the counter ended at 1 after 2 acknowledged increments from 0: client-2's write of 1 "
            "at 7ms overwrote client-1's write of 1 at 5ms, which it had not read");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(first), h.number(second)}));
}

TEST(NoLostUpdate, AWriteOfUnknownOutcomeMayCountOrNot) {
  for (const bool was_applied : {false, true}) {
    HistoryBuilder h;
    const OpId a = h.acquire(1, 0, 2);
    h.apply(1, Action::write, a, 5, 1);
    const OpId w = h.write(1, a, 6, 8, 2, Outcome::unknown);
    if (was_applied) h.applied(Action::write, w, a, 9, 2);
    EXPECT_EQ(judge_no_lost_update(h.timeline(), {}).status, Status::holds) << was_applied;
    h.apply(2, Action::write, h.acquire(2, 8, 9), 20, 1);
    EXPECT_EQ(judge_no_lost_update(h.timeline(), {}).status, Status::violated) << was_applied;
  }
}

TEST(NoLostUpdate, RejectsAnAcknowledgedWriteThatWasNeverApplied) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.apply(1, Action::read, a, 4, 0);
  const OpId w = h.write(1, a, 5, 6, 1);
  const Verdict verdict = judge_no_lost_update(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->operations, std::vector{h.number(w)});
}

TEST(NoLostUpdate, IsUndecidedWithoutTheResourcesOwnRecord) {
  HistoryBuilder h;
  h.write(1, h.acquire(1, 0, 2), 5, 6, 1);
  EXPECT_EQ(judge_no_lost_update(h.timeline(), {}).status, Status::undecided);
}

HistoryBuilder flash_sale(std::int64_t stock) {
  HistoryBuilder h;
  h.subject.workload = Workload::flash_sale;
  h.subject.initial = stock;
  return h;
}

TEST(NoOversell, AnEmptyHistoryIsNotJudged) {
  EXPECT_EQ(judge_no_oversell(flash_sale(3).timeline(), {}).judged, 0U);
}

TEST(NoOversell, AcceptsASoldOutStock) {
  HistoryBuilder h = flash_sale(2);
  const OpId a = h.acquire(1, 0, 2);
  h.apply(1, Action::sell, a, 5, 1);
  h.apply(1, Action::sell, a, 7, 0);
  const Verdict verdict = judge_no_oversell(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(NoOversell, RejectsOnePieceSoldTwice) {
  HistoryBuilder h = flash_sale(1);
  const OpId first = h.apply(1, Action::sell, h.acquire(1, 0, 2), 5, 0);
  const OpId second = h.apply(2, Action::sell, h.acquire(2, 0, 2), 7, 0);
  const Verdict verdict = judge_no_oversell(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "2 pieces were sold of 1: client-2's sell of 0 at 7ms did not count client-1's sell of "
            "0 at 5ms");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(first), h.number(second)}));
}

TEST(NoOversell, RejectsAStockBelowZero) {
  HistoryBuilder h = flash_sale(1);
  h.apply(1, Action::sell, h.acquire(1, 0, 2), 5, -1);
  EXPECT_EQ(judge_no_oversell(h.timeline(), {}).status, Status::violated);
}

TEST(NoOversell, ASaleOfUnknownOutcomeCountsWhenItWasApplied) {
  HistoryBuilder h = flash_sale(1);
  h.apply(1, Action::sell, h.acquire(1, 0, 2), 5, 0);
  const OpId b = h.acquire(2, 0, 2);
  const OpId sale = h.call(2, Action::sell, b, 6, 8, Outcome::unknown, 0);
  EXPECT_EQ(judge_no_oversell(h.timeline(), {}).status, Status::holds);
  h.applied(Action::sell, sale, b, 9, 0);
  EXPECT_EQ(judge_no_oversell(h.timeline(), {}).status, Status::violated);
}

TEST(AtMostOnce, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_at_most_once(h.timeline(), {}).judged, 0U);
}

TEST(AtMostOnce, AcceptsOneRunOfEachSlot) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.apply(1, Action::run, a, 5, 1);
  h.apply(1, Action::run, a, 7, 2);
  h.apply(1, Action::run, a, 9, 2, 0, Outcome::refused);
  const Verdict verdict = judge_at_most_once(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(AtMostOnce, RejectsASecondRunOfASlot) {
  HistoryBuilder h;
  const OpId first = h.apply(1, Action::run, h.acquire(1, 0, 2), 5, 7);
  h.apply(3, Action::run, h.acquire(3, 0, 2), 6, 8);
  const OpId second = h.apply(2, Action::run, h.acquire(2, 0, 2), 9, 7);
  const Verdict verdict = judge_at_most_once(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "the job of slot 7 ran twice: for client-1 at 5ms and for client-2 at 9ms");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(first), h.number(second)}));
}

}  // namespace
}  // namespace picklock::testing

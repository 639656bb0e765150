#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(ServerExclusion, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  const Verdict verdict = judge_server_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 0U);
}

TEST(ServerExclusion, AcceptsOwnersThatFollowEachOtherAtOneInstant) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 3);
  const OpId b = h.acquire(2, 0, 12);
  h.named(1, a, 1);
  h.named(1, b, 10);  // recorded before its predecessor's end, at the same instant
  h.unnamed(1, a, 10, Cause::expired);
  const Verdict verdict = judge_server_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(ServerExclusion, RejectsTwoOwnersAtOneInstant) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 3);
  const OpId b = h.acquire(2, 0, 12);
  h.named(1, a, 1);
  h.named(2, b, 10);
  h.unnamed(1, a, 14, Cause::released);
  const Verdict verdict = judge_server_exclusion(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->from, ms(10));
  EXPECT_EQ(verdict.counterexample->until, ms(14));
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
  EXPECT_EQ(verdict.counterexample->reason,
            "a server came to name client-2 as the lock's owner at 10ms while a server still named "
            "client-1 (from 1ms until 14ms)");
}

TEST(ServerExclusion, AMinorityOwnsNothing) {
  HistoryBuilder h;
  h.subject.quorum = 2;
  const OpId a = h.acquire(1, 0, 3);
  const OpId b = h.acquire(2, 0, 12);
  h.named(1, a, 1);
  h.named(2, a, 2);
  h.named(3, b, 5);
  EXPECT_EQ(judge_server_exclusion(h.timeline(), {}).status, Status::holds);
  h.named(4, b, 6);
  EXPECT_EQ(judge_server_exclusion(h.timeline(), {}).status, Status::violated);
}

}  // namespace
}  // namespace picklock::testing

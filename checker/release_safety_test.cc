#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(ReleaseSafety, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_release_safety(h.timeline(), {}).judged, 0U);
}

TEST(ReleaseSafety, AcceptsAReleaseOfOnesOwnAndAnExpiry) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId r = h.release(1, a, 5, 7);
  h.named(1, a, 1);
  h.unnamed(1, a, 6, Cause::released, r);
  const OpId b = h.acquire(2, 8, 10);
  h.named(1, b, 9);
  h.unnamed(1, b, 20, Cause::expired);
  const Verdict verdict = judge_release_safety(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 1U);
}

TEST(ReleaseSafety, RejectsTheDeletionOfAnothersLock) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 8, 10);
  const OpId r = h.release(1, a, 15, 17);
  h.named(1, b, 9);
  h.unnamed(1, b, 16, Cause::deleted, r);
  const Verdict verdict = judge_release_safety(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-1's release took the lock on redis-1 away from client-2 at 16ms");
  EXPECT_EQ(verdict.counterexample->operations,
            (std::vector{h.number(a), h.number(b), h.number(r)}));
}

TEST(ReleaseSafety, RejectsOverwriting) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 3, 5);
  h.named(1, a, 1);
  h.unnamed(1, a, 4, Cause::overwritten, b);
  h.named(1, b, 4);
  EXPECT_EQ(judge_release_safety(h.timeline(), {}).status, Status::violated);
}

TEST(ReleaseSafety, AnOperationOfTheHoldItselfMayOverwriteIt) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 5);
  h.named(1, a, 1);
  h.unnamed(1, a, 4, Cause::overwritten, a);
  h.named(1, a, 4);
  EXPECT_EQ(judge_release_safety(h.timeline(), {}).status, Status::holds);
}

}  // namespace
}  // namespace picklock::testing

#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/draws.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(Fences, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_fence_monotonicity(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_fence_soundness(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_fence_completeness(h.timeline(), {}).judged, 0U);
}

TEST(FenceMonotonicity, AcceptsGrowingTokensAndOverlappingGrantsInEitherOrder) {
  HistoryBuilder h;
  h.acquire(1, 0, 2, Outcome::ok, 33);
  h.acquire(2, 3, 9, Outcome::ok, 36);
  h.acquire(3, 9, 10, Outcome::ok, 34);  // began at the instant at which the other returned
  const Verdict verdict = judge_fence_monotonicity(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 3U);
}

TEST(FenceMonotonicity, RejectsATokenThatGoesBack) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2, Outcome::ok, 34);
  const OpId b = h.acquire(2, 3, 9, Outcome::ok, 33);
  const Verdict verdict = judge_fence_monotonicity(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-2 was granted fence 33 at 9ms, below 34 which client-1 was granted at 2ms");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
}

TEST(FenceMonotonicity, GoesByTheServersWhereTheyWereObserved) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 8, Outcome::ok, 34);
  const OpId b = h.acquire(2, 0, 8, Outcome::ok, 33);
  EXPECT_EQ(judge_fence_monotonicity(h.timeline(), {}).status, Status::holds);
  h.named(1, a, 2);
  h.named(2, b, 4);
  EXPECT_EQ(judge_fence_monotonicity(h.timeline(), {}).status, Status::violated);
}

TEST(FenceMonotonicity, RejectsATokenGivenTwiceButForReEntry) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 8, Outcome::ok, 34);
  h.acquire(1, 9, 10, Outcome::ok, 34);
  EXPECT_EQ(judge_fence_monotonicity(h.timeline(), {}).status, Status::holds);
  h.release(1, a, 9, 10);
  EXPECT_EQ(judge_fence_monotonicity(h.timeline(), {}).status, Status::violated);
  HistoryBuilder two;
  two.acquire(1, 0, 8, Outcome::ok, 34);
  two.acquire(2, 0, 8, Outcome::ok, 34);
  EXPECT_EQ(judge_fence_monotonicity(two.timeline(), {}).status, Status::violated);
}

TEST(FenceMonotonicity, AgreesWithBruteForce) {
  constexpr std::uint64_t kHistories = 10'000;
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws below(seed);
    struct Grant {
      std::int64_t from, until, token;
    };
    std::vector<Grant> grants;
    HistoryBuilder h;
    const std::int64_t count = 2 + below(3);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t from = below(12);
      const std::int64_t until = from + below(8);
      grants.push_back({from, until, 1 + below(4) + from / 3});
      h.acquire(static_cast<std::uint32_t>(1 + i), from, until, Outcome::ok, grants.back().token);
    }
    bool expected = false;
    for (const Grant& a : grants) {
      for (const Grant& b : grants) {
        if (&a != &b && a.token == b.token) expected = true;
        if (a.until < b.from && a.token >= b.token) expected = true;
      }
    }
    const Status status = judge_fence_monotonicity(h.timeline(), {}).status;
    ASSERT_EQ(status == Status::violated, expected) << "seed " << seed;
    violated += expected ? 1U : 0U;
  }
  EXPECT_GT(violated, kHistories / 20);
  EXPECT_LT(violated, kHistories - kHistories / 20);
}

struct TwoHolds {
  HistoryBuilder h;
  OpId older = h.acquire(1, 0, 2, Outcome::ok, 33);
  OpId newer = h.acquire(2, 3, 5, Outcome::ok, 34);
};

TEST(FenceSoundness, AcceptsGrowingTokensAndStaleReads) {
  TwoHolds two;
  two.h.apply(1, Action::write, two.older, 10, 1, 33);
  two.h.apply(2, Action::write, two.newer, 12, 2, 34);
  two.h.apply(1, Action::write, two.older, 14, 2, 33, Outcome::refused);
  two.h.apply(1, Action::read, two.older, 16, 2, 33);
  const Verdict verdict = judge_fence_soundness(two.h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(FenceSoundness, RejectsAWriteWithAnOlderToken) {
  TwoHolds two;
  two.h.apply(2, Action::write, two.newer, 12, 2, 34);
  two.h.apply(1, Action::write, two.older, 14, 3, 33);
  const Verdict verdict = judge_fence_soundness(two.h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "the resource accepted client-1's write of 3 with token 33 at 14ms, after client-2's "
            "write of 2 with token 34 at 12ms");
}

TEST(FenceSoundness, OperationsOfOneInstantMayHaveComeInEitherOrder) {
  TwoHolds two;
  two.h.apply(2, Action::write, two.newer, 12, 2, 34);
  two.h.apply(1, Action::write, two.older, 12, 3, 33);
  EXPECT_EQ(judge_fence_soundness(two.h.timeline(), {}).status, Status::holds);
  EXPECT_EQ(judge_fence_completeness(two.h.timeline(), {}).status, Status::holds);
}

TEST(FenceCompleteness, RejectsAWriteAfterTheNewerHoldHasRead) {
  TwoHolds two;
  two.h.apply(1, Action::read, two.older, 6, 0);
  two.h.apply(2, Action::read, two.newer, 7, 0);  // without a token: the hold has one
  const OpId stale = two.h.apply(1, Action::write, two.older, 8, 1, 33);
  EXPECT_EQ(judge_fence_soundness(two.h.timeline(), {}).status, Status::holds);
  const Verdict verdict = judge_fence_completeness(two.h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.judged, 3U);
  EXPECT_EQ(verdict.counterexample->operations.back(), two.h.number(stale));
  EXPECT_EQ(verdict.counterexample->reason,
            "the resource accepted client-1's write of 1 at 8ms, whose hold has token 33, after "
            "client-2's read of 0 at 7ms, whose hold has token 34");
}

TEST(FenceCompleteness, AcceptsWhatTheResourceRefused) {
  TwoHolds two;
  two.h.apply(2, Action::read, two.newer, 7, 0, 34);
  two.h.apply(1, Action::write, two.older, 8, 1, 33, Outcome::refused);
  EXPECT_EQ(judge_fence_completeness(two.h.timeline(), {}).status, Status::holds);
}

}  // namespace
}  // namespace picklock::testing

#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/testing/draws.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(BeliefExclusion, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_belief_exclusion(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_diligent_belief_exclusion(h.timeline(), {}).judged, 0U);
}

TEST(BeliefExclusion, AcceptsAGrantAtTheInstantOfTheRelease) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.acquire(2, 1, 10);
  h.release(1, a, 10, 12);
  const Verdict verdict = judge_belief_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(BeliefExclusion, RejectsAGrantDuringThePauseOfAHolder) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.pause(1, 3, 14'040);
  const OpId b = h.acquire(2, 1, 10'002);
  h.release(2, b, 20'000, 20'001);
  h.release(1, a, 14'040, 14'041, Outcome::refused);
  const Verdict verdict = judge_belief_exclusion(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-2 acquired at 10.002s while client-1, which acquired at 2ms, still believed "
            "that it held the lock (until 14.04s; together for 4.038s)");
  EXPECT_EQ(verdict.counterexample->from, ms(10'002));
  EXPECT_EQ(verdict.counterexample->until, ms(14'040));
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
}

TEST(BeliefExclusion, AClientDoesNotExcludeItself) {
  HistoryBuilder h;
  h.acquire(1, 0, 2);
  h.acquire(1, 3, 4);
  EXPECT_EQ(judge_belief_exclusion(h.timeline(), {}).status, Status::holds);
  h.acquire(2, 5, 6);
  EXPECT_EQ(judge_belief_exclusion(h.timeline(), {}).status, Status::violated);
}

TEST(DiligentBeliefExclusion, AcceptsAGrantAfterTheDeadlineOfAPausedHolder) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.deadline(1, a, 2, 10'000);
  const OpId b = h.acquire(2, 1, 10'000);
  h.deadline(2, b, 10'000, 20'000);
  EXPECT_EQ(judge_belief_exclusion(h.timeline(), {}).status, Status::violated);
  const Verdict verdict = judge_diligent_belief_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(DiligentBeliefExclusion, RejectsAGrantBeforeTheDeadline) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.deadline(1, a, 2, 10'000);
  h.acquire(2, 1, 9'999);
  const Verdict verdict = judge_diligent_belief_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.judged, 1U);
}

TEST(DiligentBeliefExclusion, IsNotJudgedWithoutDeadlines) {
  HistoryBuilder h;
  h.acquire(1, 0, 2);
  h.acquire(2, 1, 9);
  const Verdict verdict = judge_diligent_belief_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 0U);
}

struct Believer {
  std::uint32_t client = 0;
  std::int64_t from = 0;
  std::int64_t until = 0;
};

// Some point of time halfway between two milliseconds lies in beliefs of two clients.
bool brute_force_violated(const std::vector<Believer>& believers) {
  for (std::int64_t half = 1; half < 64; half += 2) {
    for (const Believer& a : believers) {
      for (const Believer& b : believers) {
        const bool in_a = 2 * a.from < half && half < 2 * a.until;
        const bool in_b = 2 * b.from < half && half < 2 * b.until;
        if (in_a && in_b && a.client != b.client) return true;
      }
    }
  }
  return false;
}

TEST(BeliefExclusion, AgreesWithBruteForce) {
  constexpr std::uint64_t kHistories = 10'000;
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws below(seed);
    HistoryBuilder h;
    std::vector<Believer> believers;
    const std::int64_t holds = 2 + below(4);
    for (std::int64_t i = 0; i < holds; ++i) {
      const auto client = static_cast<std::uint32_t>(1 + below(3));
      const std::int64_t from = 1 + below(24);
      const std::int64_t until = from + below(6);
      const OpId hold = h.acquire(client, from - 1, from);
      if (below(2) == 0) {
        h.release(client, hold, until, until + 1);
      } else {
        h.aware(client, hold, until);
      }
      believers.push_back({.client = client, .from = from, .until = until});
    }
    const bool expected = brute_force_violated(believers);
    const bool actual = judge_belief_exclusion(h.timeline(), {}).status == Status::violated;
    ASSERT_EQ(actual, expected) << "seed " << seed;
    violated += expected ? 1U : 0U;
  }
  EXPECT_GT(violated, kHistories / 20);
  EXPECT_LT(violated, kHistories - kHistories / 20);
}

}  // namespace
}  // namespace picklock::testing

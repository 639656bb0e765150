#include <gtest/gtest.h>

#include <algorithm>

#include "checker/judges.h"
#include "checker/testing/draws.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

TEST(EffectExclusion, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_effect_exclusion(h.timeline(), {}).judged, 0U);
}

TEST(EffectExclusion, AcceptsHoldsThatFollowEachOther) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 0, 2);
  h.apply(1, Action::read, a, 5, 0);
  h.apply(1, Action::write, a, 6, 1);
  h.apply(2, Action::read, b, 6, 1);  // at one instant: in the order that the lock would like
  h.apply(2, Action::write, b, 7, 2);
  const Verdict verdict = judge_effect_exclusion(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 2U);
}

TEST(EffectExclusion, RejectsAnOperationBetweenTwoOfAnotherHold) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 0, 2);
  const OpId r = h.apply(1, Action::read, a, 5, 0);
  const OpId w = h.apply(2, Action::write, b, 6, 1);
  const OpId last = h.apply(1, Action::write, a, 7, 1);
  const Verdict verdict = judge_effect_exclusion(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-2's write of 1 was applied at 6ms, between client-1's read of 0 at 5ms and "
            "client-1's write of 1 at 7ms");
  EXPECT_EQ(verdict.counterexample->operations,
            (std::vector{h.number(r), h.number(w), h.number(last)}));
}

TEST(EffectExclusion, IgnoresWhatTheResourceRefused) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 0, 2);
  h.apply(1, Action::read, a, 5, 0);
  h.apply(2, Action::write, b, 6, 1);
  h.apply(1, Action::write, a, 7, 1, 0, Outcome::refused);
  EXPECT_EQ(judge_effect_exclusion(h.timeline(), {}).status, Status::holds);
}

TEST(EffectExclusion, CountsTheEntangledHolds) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 0, 2);
  const OpId c = h.acquire(3, 0, 2);
  h.apply(1, Action::write, a, 5, 1);
  h.apply(2, Action::write, b, 6, 1);
  h.apply(1, Action::write, a, 7, 1);
  h.apply(3, Action::write, c, 8, 1);
  h.apply(2, Action::write, b, 9, 1);
  const Verdict verdict = judge_effect_exclusion(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_NE(verdict.counterexample->reason.find("3 holds are entangled"), std::string::npos);
}

struct Applied {
  std::int64_t at = 0;
  int hold = 0;
};

// Is there an order of the operations, by time and free at equal times, in which every hold is contiguous?
bool brute_force_holds(std::vector<Applied> effects) {
  std::vector<std::size_t> order(effects.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  do {
    bool fits = true;
    for (std::size_t i = 0; fits && i + 1 < order.size(); ++i) {
      fits = effects[order[i]].at <= effects[order[i + 1]].at;
    }
    for (std::size_t i = 0; fits && i < order.size(); ++i) {
      for (std::size_t k = i + 2; fits && k < order.size(); ++k) {
        if (effects[order[i]].hold != effects[order[k]].hold) continue;
        fits = effects[order[k - 1]].hold == effects[order[k]].hold;
      }
    }
    if (fits) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST(EffectExclusion, AgreesWithBruteForce) {
  constexpr std::uint64_t kHistories = 10'000;
  std::uint64_t held = 0;
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws below(seed);
    HistoryBuilder h;
    const std::array holds{h.acquire(1, 0, 1), h.acquire(2, 0, 1), h.acquire(3, 0, 1)};
    std::vector<Applied> effects;
    const std::int64_t count = 2 + below(4);
    for (std::int64_t i = 0; i < count; ++i) {
      effects.push_back({.at = 5 + below(4), .hold = static_cast<int>(below(3))});
      const auto n = static_cast<std::uint32_t>(effects.back().hold);
      h.apply(n + 1, Action::write, holds.at(n), effects.back().at, 1);
    }
    const bool expected = brute_force_holds(effects);
    const bool actual = judge_effect_exclusion(h.timeline(), {}).status == Status::holds;
    ASSERT_EQ(actual, expected) << "seed " << seed;
    held += expected ? 1U : 0U;
  }
  EXPECT_GT(held, kHistories / 20);
  EXPECT_LT(held, kHistories - kHistories / 20);
}

}  // namespace
}  // namespace picklock::testing

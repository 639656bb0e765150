#include <gtest/gtest.h>

#include "checker/judges.h"
#include "checker/properties.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

std::string_view strongest(HistoryBuilder& h, const Limits& limits = {}) {
  return strongest_specification(h.timeline(), judge_all(h.timeline(), limits));
}

TEST(LockMutex, AnEmptyHistoryIsNotJudged) {
  HistoryBuilder h;
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).judged, 0U);
  EXPECT_EQ(judge_lock_fenced_lease(h.timeline(), {}).judged, 0U);
}

TEST(LockMutex, AcceptsGrantsThatFollowReleases) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.release(1, a, 10, 12);
  const OpId b = h.acquire(2, 3, 11);  // the release took effect before it returned
  h.acquire(3, 3, 9, Outcome::refused);
  h.release(2, b, 20, 25, Outcome::unknown);
  h.acquire(3, 21, 40);
  const Verdict verdict = judge_lock_mutex(h.timeline(), {});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 5U);
  EXPECT_EQ(strongest(h), "M0");
}

TEST(LockMutex, RejectsASecondGrant) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  const OpId b = h.acquire(2, 3, 11);
  const Verdict verdict = judge_lock_mutex(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-2's acquire was granted between 3ms and 11ms although client-1, which acquired "
            "at 2ms, had not released");
  EXPECT_EQ(verdict.counterexample->operations, (std::vector{h.number(a), h.number(b)}));
}

TEST(LockMutex, RejectsARefusedReleaseOfItsOwner) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.release(1, a, 5, 7, Outcome::refused);
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::violated);
}

TEST(LockMutex, AcceptsARefusedSecondRelease) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.release(1, a, 5, 7);
  h.release(1, a, 8, 9, Outcome::refused);
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::holds);
}

TEST(LockMutex, AnUnknownAcquireHappenedWhenItsReleaseSaysSo) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2, Outcome::unknown);
  const OpId b = h.acquire(2, 3, 4);
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::holds);
  h.release(1, a, 5, 6);
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::violated);
  h.release(2, b, 5, 6);  // and then the first took effect between the two releases
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::holds);
}

HistoryBuilder leased() {
  HistoryBuilder h;
  h.subject.ttl = std::chrono::milliseconds(100);
  h.subject.rate_error = Ratio(1, 10);
  return h;
}

TEST(LockTimedLease, AcceptsAGrantOnceTheLeaseMayHaveRunOut) {
  HistoryBuilder h = leased();
  h.acquire(1, 10, 12);
  h.acquire(2, 20, 100);  // 10 ms + 100 ms less a tenth
  EXPECT_EQ(judge_lock_mutex(h.timeline(), {}).status, Status::violated);
  EXPECT_EQ(judge_lock_timed_lease(h.timeline(), {}).status, Status::holds);
  EXPECT_EQ(strongest(h), "M2");
}

TEST(LockTimedLease, RejectsAnEarlierGrant) {
  HistoryBuilder h = leased();
  h.acquire(1, 10, 12);
  h.acquire(2, 20, 99);
  const Verdict verdict = judge_lock_timed_lease(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(
      verdict.counterexample->reason,
      "client-2's acquire was granted between 20ms and 99ms although client-1, which acquired "
      "at 12ms, had not released and its lease had not run out");
  EXPECT_EQ(strongest(h), "M3");
}

TEST(LockTimedLease, ARenewalProlongsTheLease) {
  HistoryBuilder h = leased();
  const OpId a = h.acquire(1, 10, 12);
  h.renewed(1, a, 50);
  h.acquire(2, 20, 139);
  EXPECT_EQ(judge_lock_timed_lease(h.timeline(), {}).status, Status::violated);
  HistoryBuilder later = leased();
  const OpId b = later.acquire(1, 10, 12);
  later.renewed(1, b, 50);
  later.acquire(2, 20, 140);
  EXPECT_EQ(judge_lock_timed_lease(later.timeline(), {}).status, Status::holds);
}

TEST(LockTimedLease, ARenewalByAMinorityProlongsNothing) {
  HistoryBuilder h = leased();
  h.subject.quorum = 2;
  const OpId a = h.acquire(1, 10, 12);
  h.renewed(1, a, 50);
  h.renewed(1, a, 60);
  h.acquire(2, 20, 100);
  EXPECT_EQ(judge_lock_timed_lease(h.timeline(), {}).status, Status::holds);
  h.renewed(2, a, 40);
  EXPECT_EQ(judge_lock_timed_lease(h.timeline(), {}).status, Status::violated);
}

TEST(LockTimedLease, WithoutATtlItIsAMutex) {
  HistoryBuilder h;
  h.acquire(1, 10, 12);
  h.acquire(2, 20, 90'000);
  EXPECT_EQ(judge_lock_timed_lease(h.timeline(), {}).status, Status::violated);
}

TEST(LockFailureDetectorLease, RejectsAReleaseOfALostLock) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.acquire(2, 3, 5);
  EXPECT_EQ(judge_lock_failure_detector_lease(h.timeline(), {}).status, Status::holds);
  h.release(1, a, 6, 8);  // it deleted the lock of client-2
  const Verdict verdict = judge_lock_failure_detector_lease(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.counterexample->reason,
            "client-2's acquire was granted between 3ms and 5ms although client-1, which acquired "
            "at 2ms, released it only later");
  EXPECT_EQ(strongest(h), "none");
}

TEST(LockFencedLease, JudgesTokensWhereThereAreSome) {
  HistoryBuilder h;
  h.acquire(1, 0, 2, Outcome::ok, 34);
  h.acquire(2, 3, 5, Outcome::ok, 33);
  EXPECT_EQ(judge_lock_fenced_lease(h.timeline(), {}).judged, 0U);
  h.subject.fenced = true;
  EXPECT_EQ(judge_lock_fenced_lease(h.timeline(), {}).status, Status::violated);
  EXPECT_EQ(strongest(h), "M3");
  HistoryBuilder rising;
  rising.subject.fenced = true;
  rising.acquire(1, 0, 2, Outcome::ok, 33);
  rising.acquire(2, 3, 5, Outcome::ok, 35);
  EXPECT_EQ(strongest(rising), "M4");
}

TEST(LockSearch, GivesUpWhenItsBudgetIsUsedUp) {
  HistoryBuilder h;
  const OpId a = h.acquire(1, 0, 2);
  h.release(1, a, 10, 12);
  h.acquire(2, 3, 11);
  const Verdict verdict = judge_lock_mutex(h.timeline(), {.search_steps = 2});
  EXPECT_EQ(verdict.status, Status::undecided);
  EXPECT_FALSE(verdict.undecided_because.empty());
  EXPECT_FALSE(verdict.counterexample.has_value());
  EXPECT_EQ(strongest(h, {.search_steps = 2}), "undecided");
}

TEST(LockSearch, LateReleasesDoNotPileUp) {
  HistoryBuilder h;
  std::int64_t at = 0;
  for (int i = 0; i < 500; ++i) {
    const auto client = static_cast<std::uint32_t>(1 + i % 4);
    const OpId hold = h.acquire(client, at, at + 2);
    h.release(client, hold, at + 3, at + 5, Outcome::unknown);
    at += 10;
  }
  const Verdict verdict = judge_lock_mutex(h.timeline(), {.search_steps = 10'000});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 1000U);
}

TEST(Properties, AreFoundByName) {
  EXPECT_EQ(properties().size(), 20U);
  for (const Property& property : properties()) {
    EXPECT_EQ(find_property(property.name), &property);
    HistoryBuilder h;
    const Verdict verdict = property.judge(h.timeline(), {});
    EXPECT_EQ(verdict.status, Status::holds) << property.name;
    EXPECT_EQ(verdict.judged, 0U) << property.name;
  }
  EXPECT_EQ(find_property("belief"), nullptr);
}

}  // namespace
}  // namespace picklock::testing

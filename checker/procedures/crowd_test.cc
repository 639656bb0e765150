#include "checker/procedures/crowd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "checker/certificate_verifier.h"
#include "checker/judgement.h"
#include "checker/lock_server_history.h"
#include "checker/testing/cross_check.h"

namespace picklock {
namespace {

struct Window {
  Verb verb{};
  std::int64_t invoked = 0;
  std::int64_t returned = 0;
};

// Each operation is a process's own.
OperationHistory told(const std::vector<Window>& windows) {
  OperationHistory history;
  history.objects.emplace_back();
  for (const Window& window : windows) {
    const auto process = static_cast<std::uint32_t>(history.operations.size());
    history.operations.push_back({.invoked = true_time(window.invoked),
                                  .returned = true_time(window.returned),
                                  .process = process,
                                  .owner = process,
                                  .verb = window.verb,
                                  .outcome = Outcome::ok});
  }
  return history;
}

Judgement judged(const OperationHistory& history) {
  const Judgement judgement =
      judge(history, default_specification(SpecificationKind::mutex), {.linearization = true});
  EXPECT_EQ(verify(history, judgement), "");
  return judgement;
}

TEST(Crowd, CountsTheReleasesThatMeetTheSpan) {
  // The first acquire and its release are over when the others begin.
  const Judgement judgement = judged(told({{Verb::acquire, 1, 2},
                                           {Verb::release, 3, 4},
                                           {Verb::acquire, 5, 9},
                                           {Verb::release, 6, 20},
                                           {Verb::acquire, 7, 9},
                                           {Verb::acquire, 8, 10}}));
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::crowd);
  EXPECT_EQ(judgement.sub_history, (std::vector<std::uint32_t>{2, 4, 5}));
  EXPECT_EQ(judgement.reason,
            "3 acquires succeeded within [5ns, 10ns], and too few releases were under way to come "
            "between them");
}

// Two pairs of acquires share one long release; what happens between the pairs does not matter.
TEST(Crowd, LetsAReleaseServeInOneSpanOnly) {
  const Judgement judgement = judged(told({{Verb::acquire, 1, 20},
                                           {Verb::release, 2, 30},
                                           {Verb::acquire, 3, 4},
                                           {Verb::acquire, 5, 6},
                                           {Verb::release, 7, 8},
                                           {Verb::release, 9, 12},
                                           {Verb::acquire, 13, 14},
                                           {Verb::acquire, 15, 16}}));
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::crowd);
  EXPECT_EQ(judgement.sub_history, (std::vector<std::uint32_t>{2, 3, 6, 7}));
}

TEST(Crowd, KnowsThatTheLockBeginsFree) {
  const Judgement judgement =
      judged(told({{Verb::release, 1, 5}, {Verb::acquire, 2, 9}, {Verb::release, 3, 6}}));
  EXPECT_EQ(judgement.certificate.kind, CertificateKind::crowd);
  EXPECT_EQ(judgement.sub_history, (std::vector<std::uint32_t>{0, 2}));
}

// The spans are wide under contention: who waits for long may have come at many times.
TEST(Crowd, OfAContendedLockIsMinimal) {
  const OperationHistory history =
      record_lock_server({.clients = 4, .operations = 100, .injection = Injection::double_grant});
  const Judgement judgement = judged(history);
  ASSERT_EQ(judgement.status, Status::violated);
  EXPECT_TRUE(judgement.is_minimal);
  EXPECT_GT(judgement.sub_history.size(), 3);
  for (const std::uint32_t place : judgement.sub_history) {
    std::vector<std::uint8_t> is_kept(history.operations.size());
    for (const std::uint32_t kept : judgement.sub_history) is_kept[kept] = kept == place ? 0 : 1;
    std::vector<std::uint32_t> all(history.operations.size());
    std::iota(all.begin(), all.end(), 0);
    const HistoryCut shortest = cut(history, all, judgement.violated_at);
    is_kept.resize(shortest.operations.size());
    EXPECT_EQ(
        search_object(shortest.operations, is_kept, history.values, judgement.specification, {})
            .status,
        Status::holds)
        << place << " is not needed";
  }
}

// Wherever refusals say nothing and nobody calls again at the instant of a return, there is a crowd; the
// cross-check sees that it is minimal.
TEST(Crowd, ProvesEveryViolation) {
  testing::RandomHistories kind{.specification = default_specification(SpecificationKind::mutex),
                                .processes = 6,
                                .operations = 14,
                                .instants = 40};
  std::uint64_t crowds = 0;
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    const OperationHistory history = testing::RandomHistory(kind, seed).make();
    std::set<std::pair<std::uint32_t, TrueTime>> returns;
    for (const Operation& operation : history.operations) {
      returns.emplace(operation.process, operation.returned);
    }
    const bool touches = std::ranges::any_of(history.operations, [&](const Operation& operation) {
      return returns.contains({operation.process, operation.invoked});
    });
    const Judgement judgement = judged(history);
    if (touches || judgement.status != Status::violated) continue;
    EXPECT_EQ(judgement.certificate.kind, CertificateKind::crowd) << testing::show(history);
    ++crowds;
  }
  EXPECT_GT(crowds, 500);
  testing::CrossCheck(kind).run(1, 2'000);
}

}  // namespace
}  // namespace picklock

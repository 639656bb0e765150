#include "checker/pace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "checker/judgement.h"
#include "checker/lock_server_history.h"

namespace picklock {
namespace {

TEST(Pace, GoesOnUntilItIsStopped) {
  std::atomic<bool> stop{false};
  Watch watch{.stop = &stop};
  Pace pace(&watch);
  for (int i = 0; i < 100'000; ++i) pace.step();
  stop = true;
  EXPECT_THROW(for (int i = 0; i < 10'000; ++i) pace.step(), Interrupted);
}

TEST(Pace, SortsAndMayBeStopped) {
  std::vector<int> numbers(100'000);
  for (int i = 0; i < 100'000; ++i) numbers[static_cast<std::size_t>(i)] = i * 7'919 % 100'003;
  Pace unwatched(nullptr);
  sort_at(unwatched, numbers);
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  const std::atomic<bool> stop{true};
  Watch watch{.stop = &stop};
  Pace pace(&watch);
  EXPECT_THROW(sort_at(pace, numbers, std::ranges::greater{}), Interrupted);
}

class InterruptedJudging : public ::testing::TestWithParam<const char*> {};

// Whatever decides: every procedure, and the search, looks at the watch.
TEST_P(InterruptedJudging, IsUndecided) {
  const OperationHistory history = record_lock_server({.clients = 10, .operations = 50'000});
  const Specification specification = parse_specification(GetParam()).value();
  EXPECT_EQ(judge(history, specification).status, Status::holds);
  const std::atomic<bool> stop{true};
  Watch watch{.stop = &stop};
  const Judgement judgement = judge(history, specification, {.watch = &watch});
  EXPECT_EQ(judgement.status, Status::undecided);
  EXPECT_EQ(judgement.undecided_because, "it was interrupted");
}

INSTANTIATE_TEST_SUITE_P(EachProcedure, InterruptedJudging,
                         ::testing::Values("mutex", "owner-mutex", "reentrant", "fenced",
                                           "semaphore:1", "rw-lock", "lease", "lease:ttl=10s"));

}  // namespace
}  // namespace picklock

// judge(), the search and the exhaustive search say the same of ten thousand random histories of each
// specification; every certificate verifies, every cut is the shortest, every sub-history is minimal.
//
// The long test is the same with PICKLOCK_RANDOM_HISTORIES=100 in the environment: a million of each.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <string>

#include "checker/testing/cross_check.h"

namespace picklock::testing {
namespace {

class EverySpecification : public ::testing::TestWithParam<const char*> {
 protected:
  // Histories enough, and both verdicts often enough to mean something.
  void expect_agreement(const RandomHistories& kind, std::uint64_t count) {
    const char* factor = std::getenv("PICKLOCK_RANDOM_HISTORIES");
    if (factor != nullptr) count *= std::strtoull(factor, nullptr, 10);
    const Tally tally = CrossCheck(kind).run(1, count);
    EXPECT_GT(tally.holding, count / 100);
    EXPECT_GT(tally.violated, count / 100);
  }
  Specification specification() { return parse_specification(GetParam()).value(); }
};

TEST_P(EverySpecification, AllOutcomesKnown) {
  expect_agreement({.specification = specification(), .unknowns = false}, 4'000);
}
TEST_P(EverySpecification, SomeOutcomesUnknown) {
  expect_agreement({.specification = specification()}, 3'000);
}
TEST_P(EverySpecification, OwnersGoOnAfterUnknownOutcomes) {
  expect_agreement({.specification = specification(), .owners_go_on = true}, 2'000);
}
TEST_P(EverySpecification, ManyEqualTimes) {
  expect_agreement({.specification = specification(), .instants = 8}, 2'000);
}

std::string name_of_test(const ::testing::TestParamInfo<const char*>& info) {
  std::string name;
  for (const char c : std::string(info.param)) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Judgement, EverySpecification,
    ::testing::Values("mutex", "mutex:refusals=strict", "owner-mutex",
                      "owner-mutex:refusals=ignored", "reentrant", "reentrant:2", "fenced",
                      "fenced:refusals=ignored", "reentrant-fenced", "reentrant-fenced:2",
                      "semaphore:2", "semaphore:2,refusals=ignored", "rw-lock",
                      "rw-lock:refusals=ignored", "lease", "lease:refusals=strict", "lease:ttl=5ns",
                      "lease:ttl=9ns", "lease:ttl=5ns,refusals=strict", "fenced-resource",
                      "fenced-resource:refusals=ignored", "register", "cas-register",
                      "cas-register:refusals=ignored,initial=1", "kv", "counter", "set",
                      "multi-register"),
    name_of_test);

}  // namespace
}  // namespace picklock::testing

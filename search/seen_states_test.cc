#include "search/seen_states.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/hash.h"

namespace picklock {
namespace {

TEST(SeenStates, ForgetNothingWhileTheyGrow) {
  constexpr std::uint64_t kStates = 20'000;
  SeenStates seen;
  std::map<std::uint64_t, std::vector<std::uint64_t>> expected;
  std::uint64_t drawn = 0;
  for (std::uint64_t i = 0; i < 3 * kStates; ++i) {
    drawn = mix(drawn + i);
    const std::uint64_t state = drawn % kStates;  // 0 is a state like any other
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = 0; n < drawn / kStates % 4; ++n) numbers.push_back(mix(drawn + n) % 10);
    const auto [known, is_new] = expected.try_emplace(state, numbers);
    const SeenStates::Found found = seen.find_or_add(state, numbers);
    ASSERT_EQ(found.is_new, is_new);
    const auto are_known = seen.numbers(found.entry);
    ASSERT_EQ(std::vector(are_known.begin(), are_known.end()), known->second);
    const auto is_odd = [](std::uint64_t number) { return number % 2 == 1; };
    seen.keep(found.entry, is_odd);
    std::erase_if(known->second, [&](std::uint64_t number) { return !is_odd(number); });
  }
  EXPECT_GT(expected.size(), kStates / 2);
  seen.clear();
  EXPECT_TRUE(seen.find_or_add(expected.begin()->first, {}).is_new);
}

TEST(SeenStates, WithTheSameLowBitsAreToldApart) {
  SeenStates seen;
  constexpr std::uint64_t kApart = std::uint64_t{1} << 40;
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_TRUE(seen.find_or_add(i * kApart, {}).is_new);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_FALSE(seen.find_or_add(i * kApart, {}).is_new);
}

}  // namespace
}  // namespace picklock

#include "sim/servers/redis_store.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <utility>

#include "base/hash.h"

namespace picklock {
namespace {

// Keys come and go, and are asked for again and again, as in a map that remembers nothing.
TEST(RedisStore, SaysOfEachKeyWhatAMapSays) {
  constexpr std::array<std::string_view, 4> kKeys{"lock", "lock2", "",
                                                  "a longer key than that one"};
  RedisStore store;
  std::map<std::pair<std::uint32_t, std::string_view>, std::string> expected;
  std::uint64_t state = 7;
  const auto draw = [&state](std::uint64_t limit) { return (state = mix(state)) % limit; };
  std::uint64_t present = 0;
  for (std::uint64_t step = 0; step < 20'000; ++step) {
    const auto database = static_cast<std::uint32_t>(draw(2));
    const std::string_view key = kKeys[draw(kKeys.size())];
    const auto known = expected.find({database, key});
    RedisEntry* const entry = store.find(database, key, 0);
    ASSERT_EQ(entry != nullptr, known != expected.end()) << step;
    ASSERT_EQ(store.peek(database, key), entry);
    if (entry != nullptr) {
      ++present;
      ASSERT_EQ(std::get<std::string>(entry->value), known->second) << step;
    }
    const std::uint64_t what = draw(100);
    if (what == 0) {
      store.reset();
      expected.clear();
    } else if (what == 1) {
      store.clear(database);
      std::erase_if(expected, [&](const auto& one) { return one.first.first == database; });
    } else if (what < 30 && entry != nullptr) {
      store.remove(database, key, RedisStore::Change::deleted);
      expected.erase(known);
    } else if (what < 60 && entry == nullptr) {
      const std::string value = std::to_string(step);
      store.add(database, key).value.emplace<std::string>(value);
      expected[{database, key}] = value;
    }
  }
  EXPECT_GT(present, 5'000U);
}

}  // namespace
}  // namespace picklock

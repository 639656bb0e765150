#include "sim/servers/redis_plain_script.h"

#include <gtest/gtest.h>

#include "algorithms/redis_idioms.h"

namespace picklock {
namespace {

class PlainScript : public testing::TestWithParam<std::string_view> {};
TEST_P(PlainScript, IsRecognised) {
  EXPECT_TRUE(is_plain_script(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    Samples, PlainScript,
    testing::Values(kDeleteIfEquals, kExtendIfEquals, "", "return 0", "return KEYS",
                    "local v = redis.call('GET', KEYS[1])\nif v ~= ARGV[1] then return 0 end",
                    "local a, b = 1, 2 return a + b",
                    "for i = 1, 3 do redis.call('INCR', KEYS[1]) end",
                    "return tonumber(ARGV[1]) <= 5  -- table.insert(KEYS, 1)", "return 'a = b'",
                    "return \"don\\\"t = 1\"", "return {KEYS[1], ARGV[1]}"));

class ScriptThatMayChangeThings : public testing::TestWithParam<std::string_view> {};
TEST_P(ScriptThatMayChangeThings, IsNotPlain) {
  EXPECT_FALSE(is_plain_script(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Samples, ScriptThatMayChangeThings,
                         testing::Values("KEYS[1] = 'x'", "KEYS = nil", "local a = 1 a = 2",
                                         "local k = KEYS k[1] = 1", "redis.call = nil", "x = 1",
                                         "return x", "table.insert(KEYS, 1)", "rawset(KEYS, 1, 2)",
                                         "return {a = 1}", "local a = 1; KEYS[1] = a",
                                         "for i = 1, 2 do KEYS[i] = nil end", "function f() end",
                                         "local function f() end", "return ('x'):rep(3)",
                                         "return [[a]]", "--[[ x ]] return 1", "return 'a",
                                         "local a, KEYS[1] = 1, 2", "return redis.sha1hex('')",
                                         "local a == 1 = 2",
                                         "do local rawset = 1 end rawset(KEYS, 1, 2)",
                                         "local a 'x' = 1", "local a (1) = 2", "local a 1 = 2"));

TEST(StraightScript, IsPlainAndHasNoLoop) {
  for (const std::string_view text :
       {kDeleteIfEquals, kExtendIfEquals, std::string_view("return 0"),
        std::string_view("-- while, for\nreturn 'repeat'")}) {
    EXPECT_TRUE(is_straight_script(text)) << text;
  }
  for (const std::string_view text :
       {"for i = 1, 3 do redis.call('INCR', KEYS[1]) end", "while true do end",
        "repeat until false", "local function f() return f() end return f()"}) {
    EXPECT_FALSE(is_straight_script(text)) << text;
  }
}

class ScriptThatOnlyCompares : public testing::TestWithParam<std::string_view> {};
TEST_P(ScriptThatOnlyCompares, IsRecognised) {
  EXPECT_TRUE(literals_of_comparing_script(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    Samples, ScriptThatOnlyCompares,
    testing::Values(kDeleteIfEquals, kExtendIfEquals, "", "return 0", "return KEYS[1]",
                    "local v = redis.call('GET', KEYS[1])\nif v ~= ARGV[1] then return 0 end",
                    "return redis.call('GET', KEYS[1]) == ARGV[1] or nil", "return 'a<b'",
                    "local a, b = 1, 2; return not (a == b)  -- a + b"));

class ScriptThatLooksAtValues : public testing::TestWithParam<std::string_view> {};
TEST_P(ScriptThatLooksAtValues, IsNotTakenForOne) {
  EXPECT_FALSE(literals_of_comparing_script(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    Samples, ScriptThatLooksAtValues,
    testing::Values("return ARGV[1] < ARGV[2]", "return ARGV[1] + 1", "return ARGV[1] .. 'x'",
                    "return #ARGV[1]", "return -1", "return tonumber(ARGV[1])",
                    "return tostring(1)", "return KEYS", "return KEYS[ARGV[1]]",
                    "return KEYS[redis.call('INCR', 'a')]", "return KEYS[1 + 1]", "return {1, 2}",
                    "return redis.call('GET', KEYS[1]).ok",
                    "local a = redis.call('MGET', KEYS[1]) return a[1]", "return 1.5",
                    "return 0x10", "return 1e3", "return 01", "return 1234567890123456",
                    "return 'a\\n'", "return redis", "local r = redis return r.call('PING')",
                    "x = 1", "for i = 1, 2 do redis.call('PING') end", "return redis.sha1hex('a')",
                    "return ARGV[1] <= '5'", "local k = KEYS return k[1]"));

}  // namespace
}  // namespace picklock

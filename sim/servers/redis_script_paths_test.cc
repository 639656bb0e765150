// A script that only compares does what Lua would do, whether its path is known or not.
#include "sim/servers/redis_script_paths.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "algorithms/redis_idioms.h"
#include "base/hash.h"
#include "sim/servers/redis_plain_script.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

std::uint64_t draw(std::uint64_t& state, std::uint64_t limit) {
  state = mix(state);
  return state % limit;
}

// One of few, so that values are often equal.
std::string_view any_value(std::uint64_t& state) {
  constexpr std::array<std::string_view, 7> kValues{"'a'",     "'1'",     "1", "KEYS[1]",
                                                    "ARGV[1]", "ARGV[2]", "0"};
  return kValues[draw(state, kValues.size())];
}

std::string any_call(std::uint64_t& state) {
  constexpr std::array<std::string_view, 7> kReads{"GET",  "DEL",    "EXISTS", "INCR",
                                                   "TYPE", "STRLEN", "GETDEL"};
  const std::string how = draw(state, 4) == 0 ? "redis.pcall" : "redis.call";
  if (draw(state, 3) == 0) {
    return how + "('SET', " + std::string(any_value(state)) + ", " + std::string(any_value(state)) +
           ")";
  }
  return how + "('" + std::string(kReads[draw(state, kReads.size())]) + "', " +
         std::string(any_value(state)) + ")";
}

// A few calls, each of which may decide what comes next.
std::string any_script(std::uint64_t& state) {
  constexpr std::array<std::string_view, 3> kNames{"p", "q", "r"};
  std::string text;
  for (const std::string_view name : kNames) {
    text += "local " + std::string(name) + " = " + any_call(state) + "\n";
    const std::string other = draw(state, 2) == 0 ? std::string(any_value(state)) : any_call(state);
    const std::string comparison = draw(state, 2) == 0 ? " == " : " ~= ";
    const std::string condition =
        draw(state, 3) == 0 ? std::string(name) : std::string(name) + comparison + other;
    const std::array<std::string, 5> results{std::string(any_value(state)), std::string(name), "p",
                                             "true", any_call(state)};
    text += "if " + condition + " then return " + results[draw(state, results.size())] + " end\n";
  }
  return text + "return " + (draw(state, 2) == 0 ? "q" : "p == q and r");
}

struct Machine {
  RedisScripts scripts;
  RedisServer server{{}, scripts};
  RedisServer::Session session = server.connect();

  RedisReply eval(const std::string& script, const std::array<std::string_view, 3>& words) {
    RedisCommand command;
    command.assign("EVAL", script, "1", words[0], words[1], words[2]);
    RedisReply reply;
    server.execute(session, command, 0, reply);
    return reply;
  }
  RedisReply value_of(std::string_view key) {
    RedisCommand command;
    command.assign("GET", key);
    RedisReply reply;
    server.execute(session, command, 0, reply);
    return reply;
  }
};

// An error names the script by its digest and its line.
RedisReply without_place(RedisReply reply) {
  if (reply.is_error()) reply.set_error(reply.text().substr(0, reply.text().find(" script: ")));
  return reply;
}

TEST(ScriptPaths, RandomScriptsDoWhatLuaDoes) {
  constexpr std::array<std::string_view, 5> kWords{"a", "b", "1", "2", "0"};
  std::uint64_t state = 1;
  std::uint64_t known = 0;
  std::uint64_t errors = 0;
  constexpr std::uint64_t kScripts = 200;
  constexpr std::uint64_t kRuns = 200;
  for (std::uint64_t i = 0; i < kScripts; ++i) {
    const std::string script = any_script(state);
    ASSERT_TRUE(literals_of_comparing_script(script)) << script;
    // To ask for a length makes it one that Lua must run.
    const std::string same = "local n = #ARGV[1] " + script;
    ASSERT_FALSE(literals_of_comparing_script(same));
    Machine paths;
    Machine lua;
    for (std::uint64_t run = 0; run < kRuns; ++run) {
      std::array<std::string_view, 3> words;
      for (std::string_view& word : words) word = kWords[draw(state, kWords.size())];
      const RedisReply expected = lua.eval(same, words);
      ASSERT_EQ(without_place(paths.eval(script, words)), without_place(expected))
          << script << words[0] << ' ' << words[1] << ' ' << words[2];
      errors += expected.is_error();
      for (const std::string_view key : kWords)
        ASSERT_EQ(paths.value_of(key), lua.value_of(key)) << script;
    }
    known += kRuns - paths.scripts.runs_of_lua();
  }
  EXPECT_GT(known, kScripts * kRuns / 4);
  EXPECT_GT(errors, 100U);
}

TEST(ScriptPaths, LuaIsNotAskedAgainWithOtherTokens) {
  Machine redis;
  const std::string release(kDeleteIfEquals);
  const auto set = [&](std::string_view token) {
    redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", {"lock", token, ""});
  };
  for (const std::string_view token : {"one", "two", "three"}) {
    set(token);
    EXPECT_TRUE(redis.eval(release, {"lock", "another", ""}).is_integer(0));
    EXPECT_TRUE(redis.eval(release, {"lock", token, ""}).is_integer(1));
    EXPECT_TRUE(redis.eval(release, {"lock", token, ""}).is_integer(0));
  }
  // Once to set, and for each of: another's, one's own, nobody's.
  EXPECT_EQ(redis.scripts.runs_of_lua(), 4U);
}

TEST(ScriptPaths, LuaRunsScriptsOfMoreWordsThanAreRemembered) {
  Machine redis;
  const auto answer = [&](std::size_t words, std::string_view last) {
    RedisCommand command;
    const std::string script = "return KEYS[1] == ARGV[" + std::to_string(words - 1) + "]";
    command.assign("EVAL", script, 1, "x");
    for (std::size_t i = 2; i < words; ++i) command.add(std::string_view("y"));
    command.add(last);
    RedisReply reply;
    redis.server.execute(redis.session, command, 0, reply);
    return reply;
  };
  for (const std::size_t words : {2U, 15U, 16U, 60U, 300U}) {
    for (int again = 0; again < 2; ++again) {
      EXPECT_TRUE(answer(words, "x").is_integer(1)) << words;
      EXPECT_TRUE(answer(words, "y").is_nil()) << words;
    }
  }
  // Once for each answer of two and of fifteen words, and for each run of more.
  EXPECT_EQ(redis.scripts.runs_of_lua(), 2U * 2 + 3 * 4);
}

TEST(ScriptPaths, WhatTrueBecomesIsNotWhatWasAnswered) {
  Machine redis;
  const std::string script = "local n = redis.call('DEL', ARGV[2]) return n == n";
  redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", {"k", "v", ""});
  EXPECT_TRUE(redis.eval(script, {"", "", "k"}).is_integer(1));  // of which there was one
  EXPECT_TRUE(redis.eval(script, {"", "", "k"}).is_integer(1));
}

TEST(ScriptPaths, AKeyThatIsNamedLikeACommandIsAnother) {
  Machine redis;
  const std::string script =
      "return redis.call('SET', KEYS[1], 'GET') and redis.call('GET', ARGV[1])";
  EXPECT_TRUE(redis.eval(script, {"GET", "x", ""}).is_nil());
  EXPECT_TRUE(redis.eval(script, {"k", "k", ""}).is_text("GET"));
  EXPECT_TRUE(redis.eval(script, {"x", "GET", ""}).is_text("GET"));
  EXPECT_TRUE(redis.eval(script, {"y", "z", ""}).is_nil());
}

}  // namespace
}  // namespace picklock

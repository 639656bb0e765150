// Scripted corner cases: each line goes to the model of redis-server and to the real one, and both
// answer with the same bytes. "2> " in front: over the second session. "2<": the next message that the
// second session is sent without asking.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "real/frozen_clock.h"
#include "real/redis_pair.h"
#include "real/redis_test_server.h"
#include "real/resp.h"

namespace picklock {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

// "+7" as a line of its own moves the clock by 7 ms.
void expect_equal(const std::vector<std::string_view>& lines) {
  std::int64_t now = kNow;
  Result<FrozenClock> clock = FrozenClock::create(now);
  ASSERT_TRUE(clock);
  const auto server = RedisServerProcess::start({.environment = clock->environment()});
  PICKLOCK_SKIP_WITHOUT(server);
  Result<RedisPair> pair = RedisPair::open(*server, now);
  ASSERT_TRUE(pair);
  for (const std::string_view line : lines) {
    if (line.starts_with('+') || line.starts_with('-')) {
      now += std::stoll(std::string(line));
      clock->set(now);
      pair->set_time(now);
    } else if (line == "2<") {
      EXPECT_EQ(pair->run_push(1), "");
    } else {
      const bool second = line.starts_with("2> ");
      const RedisCommand command = parse_redis_command(second ? line.substr(3) : line);
      EXPECT_EQ(pair->run(second ? 1 : 0, command), "");
    }
  }
}

TEST(RedisCornerCases, DeadlinesAndTheirTwoBoundaries) {
  expect_equal({"SET k v PX 10",
                "+10",
                "GET k",
                "PTTL k",
                "+1",
                "DBSIZE",
                "GET k",
                "DBSIZE",
                "SET k v PXAT 1800000000011",
                "DBSIZE",
                "GET k",
                "PTTL k",
                "SET k v PXAT 1800000000010",
                "DBSIZE",
                "GET k",
                "DBSIZE",
                "SET k v",
                "PEXPIREAT k 1800000000011",
                "EXISTS k",
                "SET k v",
                "GETEX k PXAT 1800000000011",
                "EXISTS k",
                "SET k v",
                "PEXPIRE k 0",
                "EXISTS k",
                "SET k v",
                "PEXPIRE k -5",
                "EXISTS k",
                "SET k v PX 600",
                "TTL k",
                "+101",
                "TTL k",
                "+499",
                "TTL k",
                "-2000",
                "TTL k",
                "PTTL k"});
}

TEST(RedisCornerCases, WhatKeepsADeadline) {
  expect_equal({"SET n 1 PXAT 1900000000000",
                "INCR n",
                "APPEND n 5",
                "SETRANGE n 0 7",
                "PEXPIRETIME n",
                "RENAME n m",
                "PEXPIRETIME m",
                "SET m 2 KEEPTTL",
                "EXPIRETIME m",
                "GETSET m 3",
                "PTTL m",
                "SET m 4 EX 100",
                "SET m 5 XX",
                "TTL m",
                "HSET h f 1",
                "PEXPIREAT h 1900000000000",
                "HINCRBY h f 2",
                "PEXPIRETIME h",
                "PERSIST h",
                "PERSIST h",
                "TTL h",
                "TTL nothing",
                "SET o v PX 5",
                "RENAME h o",
                "PTTL o"});
}

TEST(RedisCornerCases, WrongTimesAndOptions) {
  expect_equal({"SET k v PX 0",
                "SET k v EX -1",
                "SET k v PX 9223372036854775807",
                "SET k v EX 9223372036854775807",
                "SET k v PX 1.5",
                "SET k v PX \"\"",
                "SET k v NX XX",
                "SET k v PX 1 EX 1",
                "SET k v PX 1 KEEPTTL",
                "SET k v PX",
                "SET k v NX GET",
                "GET k",
                "SET k w NX GET",
                "GET k",
                "SETEX k 0 v",
                "PSETEX k -1 v",
                "EXPIRE k x NX XX",
                "EXPIRE k x",
                "EXPIRE k 1 GT LT",
                "EXPIRE k 1 zz",
                "EXPIRE no 9223372036854775807",
                "EXPIRE no x",
                "EXPIRE no 10",
                "GETEX no EX 0",
                "GETEX k EX 0",
                "GETEX k KEEPTTL",
                "PEXPIREAT k 1900000000000 GT",
                "PEXPIREAT k 1900000000000 LT",
                "PEXPIREAT k 1900000000000 NX",
                "PEXPIREAT k 1900000000001 XX GT",
                "PEXPIREAT k 9223372036854775807",
                "TTL k",
                "EXPIRETIME k",
                "PEXPIRE k 9223372036854775807"});
}

TEST(RedisCornerCases, TransactionsAndWatchedKeys) {
  expect_equal({"EXEC", "DISCARD", "MULTI", "MULTI", "WATCH k", "SET k 1", "INCR k", "GET", "EXEC",
                "MULTI", "SET k 1", "LPUSH k 2", "INCR k", "EXEC", "WATCH k", "2> SET k 2", "MULTI",
                "GET k", "EXEC", "WATCH k", "2> GET k", "MULTI", "GET k", "EXEC",
                // It dies between WATCH and EXEC, found or not; it was dead before WATCH.
                "SET k v PX 10", "WATCH k", "+11", "MULTI", "PING", "EXEC", "SET k v PX 10",
                "WATCH k", "+11", "2> GET k", "MULTI", "PING", "EXEC", "SET k v PX 10", "+11",
                "WATCH k", "MULTI", "PING", "EXEC", "SET k v PX 10", "+11", "WATCH k", "2> SET k w",
                "MULTI", "PING", "EXEC", "SET k v PX 10", "+11", "WATCH k", "2> GET k", "MULTI",
                "PING", "EXEC", "WATCH k", "2> FLUSHALL", "MULTI", "PING", "EXEC", "WATCH k",
                "2> FLUSHALL", "MULTI", "PING", "EXEC", "SET k 1", "WATCH k", "2> SET k 2",
                "UNWATCH", "MULTI", "PING", "EXEC", "MULTI", "nosuch", "EXEC x", "EXEC", "MULTI",
                "RESET", "EXEC", "SELECT 1", "WATCH k", "2> SET k 3", "MULTI", "PING", "EXEC"});
}

TEST(RedisCornerCases, ScriptsConvertAndFail) {
  expect_equal(
      {"EVAL \"return {1.9, -1.9, 1e300, 'a', {ok='fine'}, {err='bad x'}, true, false, {}, nil, "
       "3}\" 0",
       "EVAL \"return redis.error_reply('My Err')\" 0",
       "EVAL \"return redis.error_reply('X')\" 0",
       "EVAL \"return redis.error_reply('-C x')\" 0",
       "EVAL \"return redis.status_reply()\" 0",
       "EVAL \"return redis.status_reply('a\\\\nb')\" 0",
       "EVAL \"return {err='a\\\\nb\\\\n'}\" 0",
       "EVAL \"error('boom')\" 0",
       "EVAL \"error({err='boom'})\" 0",
       "EVAL \"error('a', 0)\" 0",
       "EVAL \"error()\" 0",
       "EVAL \"x = 1\" 0",
       "EVAL \"return x\" 0",
       "EVAL \"KEYS = 1\" 0",
       "EVAL \"redis.call = 1\" 0",
       "EVAL \"rawset(_G, 'a', 1)\" 0",
       "EVAL \"setmetatable(_G, {})\" 0",
       "EVAL \"table.insert(redis, 1)\" 0",
       "EVAL \"getmetatable('').x = 1\" 0",
       "EVAL \"return print\" 0",
       "EVAL \"return os\" 0",
       "EVAL \"return io\" 0",
       "EVAL \"return require\" 0",
       "EVAL \"return debug\" 0",
       "EVAL \"return getfenv\" 0",
       "EVAL \"return redis.call()\" 0",
       "EVAL \"return redis.call({})\" 0",
       "EVAL \"return redis.pcall('nosuch')\" 0",
       "EVAL \"return redis.call('get')\" 0",
       "EVAL \"return redis.call('multi')\" 0",
       "EVAL \"return redis.call('wait', '1', '1')\" 0",
       "EVAL \"return redis.call('client', 'nosuch')\" 0",
       "EVAL \"return 1 1\" 0",
       "EVAL \"return redis.sha1hex()\" 0",
       "EVAL \"return redis.sha1hex('')\" 0",
       "EVAL \"return pcall(redis.call, 'incr')\" 0",
       "EVAL \"local ok, e = pcall(redis.call, 'incr') return {type(e), e}\" 0",
       "EVAL \"\\n\\nlocal function f()\\n redis.call('nope') end\\nf()\" 0",
       "EVAL \"redis.call('set', KEYS[1], 'kept') error('late')\" 1 k",
       "GET k",
       "EVAL \"return redis.call('set', 'n', 10 / 3)\" 0",
       "GET n",
       "EVAL \"return redis.call('set', 'n', 12345678901234567)\" 0",
       "GET n",
       "EVAL \"return redis.call('incrby', 'i', '9007199254740993')\" 0",
       "GET i",
       "EVAL \"return 0 / 0\" 0",
       "EVAL \"return 1e19\" 0",
       "EVAL \"return function() end\" 0",
       "EVAL \"math.randomseed(7) return {math.random(100), math.random(100), "
       "tostring(math.random())}\" 0",
       "EVAL \"return math.random(3, 1)\" 0",
       "EVAL \"#!lua\\nreturn 1\" 0",
       "EVAL \"#!lua flags=no-writes\\nreturn redis.call('set', 'a', 'b')\" 0",
       "EVAL \"#!luax\\nreturn 1\" 0",
       "EVAL \"#!lua bad\\nreturn 1\" 0",
       "EVAL \"#!lua\" 0",
       "EVAL \"return redis.setresp(4)\" 0",
       "EVAL \"return {double = 3.5}\" 0",
       "EVAL \"local t = {} for k in pairs(redis) do t[#t + 1] = k end table.sort(t) return t\" 0",
       "EVAL \"local t = {} for k in pairs(string) do t[#t + 1] = k end table.sort(t) return t\" 0",
       "EVAL \"local t = {} for k in pairs(math) do t[#t + 1] = k end table.sort(t) return t\" 0",
       "EVAL \"return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}\" 2 a b c",
       "EVAL \"return 1\" -1",
       "EVAL \"return 1\" 2 a",
       "EVAL \"return 1\" a"});
}

TEST(RedisCornerCases, ScriptCacheAndFrozenExpiry) {
  expect_equal({"SCRIPT LOAD \"return 1\"", "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0",
                "EVALSHA E0E1F9FABFC9D4800C877A703B823AC0578FF8DB 0",
                "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db x", "SCRIPT FLUSH",
                "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0", "EVAL \"return 1\" 0",
                "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0", "SCRIPT FLUSH zz",
                "SCRIPT FLUSH ASYNC x", "SCRIPT LOAD \"x x\"", "SCRIPT nosuch", "SCRIPT KILL",
                "EVAL \"redis.call('select', 1) redis.call('set', 'k', 'one')\" 0", "GET k",
                "SELECT 1", "GET k",
                "EVAL \"redis.call('set', 'p', 'v', 'PX', 20) return redis.call('pttl', 'p')\" 0"});
}

TEST(RedisCornerCases, ChannelsConfirmAndDeliver) {
  expect_equal({"2> SUBSCRIBE a b",
                "2<",
                "2> GET k",
                "2> PING",
                "2> PING hi",
                "2> MULTI",
                "PUBLISH a hello",
                "2<",
                "PUBLISH c lost",
                "2> UNSUBSCRIBE a",
                "PUBLISH a lost",
                "2> PSUBSCRIBE x*",
                "PUBLISH xy z",
                "2<",
                "2> PUNSUBSCRIBE",
                "2> UNSUBSCRIBE",
                "2> UNSUBSCRIBE",
                "2> GET k",
                "EVAL \"return redis.call('publish', 'a', 'b')\" 0",
                "2> SUBSCRIBE a",
                "2> SUBSCRIBE a",
                "2> RESET",
                "PUBLISH a x"});
}

TEST(RedisCornerCases, ConnectionAndServer) {
  expect_equal({"nosuch a \"b\\nc\"",
                "NOSUCH",
                "client",
                "client nosuch",
                "client getname x",
                "CLIENT SETINFO lib-name x",
                "CLIENT SETNAME \"a b\"",
                "CLIENT GETNAME",
                "CLIENT SETNAME me",
                "CLIENT GETNAME",
                "RESET",
                "CLIENT GETNAME",
                "SELECT x",
                "SELECT 16",
                "SELECT -1",
                "SELECT 4294967296",
                "AUTH x",
                "AUTH x y",
                "AUTH default y",
                "AUTH a b c",
                "HELLO 4",
                "HELLO x",
                "HELLO 2 nosuch",
                "HELLO 2 AUTH a b",
                "ECHO",
                "PING a b",
                "DEBUG",
                "DEBUG nosuch",
                "DEBUG SLEEP 0",
                "CONFIG",
                "CONFIG nosuch",
                "CONFIG SET nosuch x",
                "CONFIG SET appendonly maybe",
                "CONFIG SET appendfsync x",
                "CONFIG GET appendfsync",
                "CONFIG GET append?nly",
                "WAIT a b",
                "WAIT 0 0",
                "WAIT 0 -1",
                "TIME x",
                "TIME",
                "FLUSHALL x",
                "FLUSHALL ASYNC x",
                "INFO nosuch",
                "QUIT x y z"});
}

TEST(RedisCornerCases, CollectionsAtTheirEdges) {
  expect_equal({"SET s x",
                "HGET s f",
                "ZADD s 1 a",
                "LPUSH s x",
                "SADD s x",
                "HSET h f",
                "HSET h a 1 b",
                "HINCRBY h f x",
                "HSET h f abc",
                "HINCRBY h f 1",
                "HINCRBY h n 9223372036854775807",
                "HINCRBY h n 1",
                "HGETALL h",
                "HDEL h f n",
                "EXISTS h",
                "LPOP l",
                "LPOP l 0",
                "RPUSH l a b c b a",
                "LPOP l 0",
                "LPOP l -1",
                "LPOP l x",
                "LPOP l 1 2",
                "LREM l -1 b",
                "LRANGE l 0 -1",
                "LREM l 0 a",
                "LRANGE l -100 100",
                "LINDEX l -1",
                "LINDEX l 9",
                "LPOP l 9",
                "EXISTS l",
                "SADD t 10 9 1 -3",
                "SMEMBERS t",
                "SREM t 10 9 1 -3",
                "EXISTS t",
                "ZADD z 1.1 a 0.1 b -0 c 3 d 1e30 e inf f 0x10 h",
                "ZRANGE z 0 -1 WITHSCORES",
                "ZADD z nan a",
                "ZADD z 1 a 2",
                "ZADD z NX XX 1 a",
                "ZADD z NX GT 1 a",
                "ZADD z INCR 1 a 2 b",
                "ZADD z INCR -inf f",
                "ZADD z XX CH 5 a 6 new",
                "ZADD no XX 1 a",
                "EXISTS no",
                "ZRANGEBYSCORE z (1 5 LIMIT 0 1 WITHSCORES",
                "ZRANGEBYSCORE z a b",
                "ZRANGEBYSCORE z 0 5 LIMIT -1 1",
                "ZRANGE z 0 1 LIMIT 0 1",
                "ZRANGE z 5 0 REV BYSCORE",
                "ZRANK z a",
                "ZRANK z none",
                "ZREMRANGEBYSCORE z -inf +inf",
                "EXISTS z"});
}

}  // namespace
}  // namespace picklock

// The part of a transcript that is written by hand.
#include <initializer_list>

#include "real/redis_transcript.h"

namespace picklock {
namespace {

using Lines = std::vector<std::string>;

Lines strings_and_keys() {
  return {"SET s one",
          "GET s",
          "GETSET s two",
          "APPEND s -more",
          "STRLEN s",
          "GETRANGE s 1 -2",
          "SETRANGE s 10 padded",
          "GET s",
          "SETNX s three",
          "SETNX s2 three",
          "SETEX s3 100 v",
          "PSETEX s4 100000 v",
          "MSET a 1 b 2",
          "MSETNX b 3 c 4",
          "MGET a b c s",
          "INCR n",
          "INCRBY n 41",
          "DECR n",
          "DECRBY n 50",
          "INCR s",
          "GETEX s3 PERSIST",
          "TTL s3",
          "GETDEL s2",
          "GETDEL s2",
          "TYPE s",
          "TYPE none",
          "EXISTS s s s2",
          "TOUCH s n",
          "RENAME a z",
          "RENAMENX b z",
          "RENAME none x",
          "KEYS *",
          "DBSIZE",
          "DEL z",
          "UNLINK b none",
          "EXPIRE s 100",
          "PEXPIRE s 5000 GT",
          "EXPIREAT s 1900000000",
          "PEXPIREAT s 1900000000001",
          "TTL s",
          "PTTL s",
          "EXPIRETIME s",
          "PEXPIRETIME s",
          "PERSIST s",
          "PERSIST s"};
}

Lines collections() {
  return {"HSET h f 1 g 2",
          "HMSET h i 3",
          "HSETNX h f 9",
          "HGET h f",
          "HMGET h f none i",
          "HINCRBY h f 41",
          "HEXISTS h g",
          "HLEN h",
          "HSTRLEN h f",
          "HGETALL h",
          "HKEYS h",
          "HVALS h",
          "HDEL h f none",
          "ZADD z 1 a 2.5 b 3 c",
          "ZINCRBY z 0.1 a",
          "ZCARD z",
          "ZSCORE z a",
          "ZRANK z c",
          "ZCOUNT z (1 3",
          "ZRANGE z 0 -1 WITHSCORES",
          "ZRANGEBYSCORE z -inf (3",
          "ZREVRANGEBYSCORE z +inf 2 WITHSCORES",
          "ZREM z b",
          "ZREMRANGEBYSCORE z 0 2",
          "RPUSH l a b c",
          "LPUSH l z",
          "LPUSHX l y",
          "RPUSHX none y",
          "LLEN l",
          "LRANGE l 0 -1",
          "LINDEX l -1",
          "LREM l 0 b",
          "LPOP l",
          "RPOP l 2",
          "SADD t x y 3",
          "SCARD t",
          "SISMEMBER t x",
          "SMEMBERS t",
          "SREM t x",
          "GET h",
          "LPUSH h x"};
}

Lines scripts_and_transactions() {
  return {"SCRIPT LOAD \"return {KEYS[1], ARGV[1], redis.call('get', KEYS[1])}\"",
          "EVALSHA 0000000000000000000000000000000000000000 0",
          "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
          "EVAL \"return 1\" 0",
          "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0",
          "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
          "SCRIPT KILL",
          "SCRIPT FLUSH",
          "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0",
          "EVAL \"return redis.call('time')\" 0",
          "WATCH w",
          "2> SET w 1",
          "MULTI",
          "GET w",
          "EXEC",
          "WATCH w",
          "UNWATCH",
          "2> SET w 2",
          "MULTI",
          "GET w",
          "KEYS *",
          "EXEC",
          "MULTI",
          "SET w 3",
          "DISCARD",
          "GET w"};
}

// HELLO, CLIENT ID and COMMAND answer with counts of the whole server: here only their errors.
Lines connection_and_server() {
  return {"PING",
          "PING hello",
          "ECHO \"two\\r\\nlines\"",
          "SELECT 3",
          "SET elsewhere 1",
          "DBSIZE",
          "FLUSHDB",
          "DBSIZE",
          "SELECT 0",
          "AUTH secret",
          "AUTH default secret",
          "AUTH nobody secret",
          "HELLO 4",
          "HELLO x",
          "HELLO 2 nosuch",
          "CLIENT",
          "CLIENT ID x",
          "CLIENT GETNAME",
          "CLIENT SETNAME me",
          "CLIENT SETNAME \"not me\"",
          "CLIENT GETNAME",
          "RESET",
          "CLIENT GETNAME",
          "COMMAND nosuch",
          "COMMAND COUNT x",
          "CONFIG",
          "CONFIG GET appendonly",
          "CONFIG SET appendfsync always",
          "CONFIG GET append?sync",
          "CONFIG SET appendfsync everysec",
          "CONFIG SET appendfsync perhaps",
          "DEBUG SLEEP 0",
          "INFO nosuch",
          "TIME",
          "WAIT 0 0",
          "WAIT 0 -1",
          "NOSUCH command",
          "2> SUBSCRIBE a b",
          "2<",
          "2> PSUBSCRIBE c*",
          "2> PING",
          "2> GET s",
          "PUBLISH a hello",
          "2<",
          "PUBLISH cc hello",
          "2<",
          "PUBLISH none hello",
          "2> UNSUBSCRIBE a b",
          "2<",
          "2> PUNSUBSCRIBE",
          "2> GET s",
          "FLUSHALL",
          "DBSIZE"};
}

// Every way to give a key a deadline of now + 10 ms, or of now + 1 s where seconds count.
void add_deadlines(Lines& lines, std::int64_t now) {
  struct Way {
    std::string command;
    std::int64_t after;  // ms
  };
  // The clock when the way of this number is gone: each takes 1010 ms, so that seconds come out even.
  std::int64_t then = now;
  const auto ms = [&] { return std::to_string(then + 10); };
  const auto seconds = [&] { return std::to_string(then / 1000 + 1); };
  for (int number = 0; number < 14; ++number) {
    const Way ways[] = {{"SET d v PX 10", 10},
                        {"SET d v EX 1", 1000},
                        {"SET d v PXAT " + ms(), 10},
                        {"SET d v EXAT " + seconds(), 1000},
                        {"PSETEX d 10 v", 10},
                        {"SETEX d 1 v", 1000},
                        {"PEXPIRE e 10", 10},
                        {"EXPIRE e 1", 1000},
                        {"PEXPIREAT e " + ms(), 10},
                        {"EXPIREAT e " + seconds(), 1000},
                        {"GETEX e PX 10", 10},
                        {"GETEX e EX 1", 1000},
                        {"GETEX e PXAT " + ms(), 10},
                        {"EVAL \"return redis.call('set', KEYS[1], 'v', 'PX', '10')\" 1 d", 10}};
    const Way& way = ways[number];
    const std::string key = way.command.find(" e ") != std::string::npos ? "e" : "d";
    lines.push_back("SET e v");
    lines.push_back(way.command);
    lines.push_back("+" + std::to_string(way.after - 1));
    for (const char* command : {"PTTL ", "TTL ", "EXISTS "}) lines.push_back(command + key);
    lines.emplace_back("+1");  // exactly on it: alive
    for (const char* command : {"PTTL ", "TTL ", "GET "}) lines.push_back(command + key);
    lines.push_back("SET " + key + " again NX");
    lines.emplace_back("+1");  // one past it: dead, and found by one of four commands
    lines.emplace_back("DBSIZE");
    constexpr const char* kFinders[] = {"GET ", "EXISTS ", "PEXPIRETIME ", "TYPE "};
    lines.push_back(kFinders[number % 4] + key);
    lines.emplace_back("DBSIZE");
    lines.push_back("SET " + key + " again NX PX 1");
    lines.push_back("+" + std::to_string(1999 - way.after));
    then += 2000;
  }
}

}  // namespace

std::vector<std::string> redis_transcript_tour(std::int64_t now) {
  Lines lines;
  for (const Lines& part :
       {strings_and_keys(), collections(), scripts_and_transactions(), connection_and_server()}) {
    lines.insert(lines.end(), part.begin(), part.end());
  }
  add_deadlines(lines, now);
  return lines;
}

}  // namespace picklock

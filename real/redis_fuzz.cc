#include "real/redis_fuzz.h"

#include "base/hash.h"
#include "sim/servers/redis_text.h"

namespace picklock {

std::uint64_t RedisFuzz::below(std::uint64_t bound) {
  return mix(seed_ * 0x9e3779b97f4a7c15ULL + ++draws_) % bound;
}

std::string RedisFuzz::pick(std::initializer_list<const char*> choices) {
  return *(choices.begin() + below(choices.size()));
}

// Keys that usually hold one type, so that most commands find what they want and some do not.
std::string RedisFuzz::key() {
  return pick({"s1", "s2", "s3", "n1", "n2", "h1", "h2", "z1", "z2", "l1", "t1", "free"});
}

std::string RedisFuzz::value() {
  return pick({"token-a", "token-b", "0", "1", "-7", "9223372036854775807", "3.5", "", " 1", "01",
               "with space", "two\r\nlines", "a-token-of-more-than-sixteen-bytes"});
}

std::string RedisFuzz::integer() {
  return pick({"0", "1", "2", "-1", "-2", "5", "100", "9223372036854775807", "-9223372036854775808",
               "9223372036854775808", "x", "", "1.5"});
}

std::string RedisFuzz::score() {
  return pick({"0", "1", "-1", "2.5", "0.1", "1e3", "inf", "-inf", "+5", "nan", "x", "0x10", "-0",
               "123456789012345678"});
}

std::string RedisFuzz::bound() {
  return pick({"0", "1", "(1", "(0", "-1", "2.5", "inf", "-inf", "+inf", "(inf", "x", "100"});
}

std::string RedisFuzz::deadline() {
  if (times_ == Times::any && below(3) != 0) {
    return std::to_string(now_ + static_cast<std::int64_t>(below(9)) - 3);
  }
  switch (below(8)) {
    case 0:
      return integer();
    case 1:
    case 2:
      return std::to_string(now_ - 1'000'000 - static_cast<std::int64_t>(below(1000)));
    default:
      return std::to_string(now_ + 1'000'000 + static_cast<std::int64_t>(below(1'000'000)));
  }
}

std::string RedisFuzz::duration() {
  if (times_ == Times::absolute) {  // only what cannot set a deadline that depends on the clock
    return pick({"0", "-1", "x", "", "1.5", "9223372036854775807", "-9223372036854775808"});
  }
  return below(6) == 0 ? integer() : std::to_string(below(12));
}

RedisFuzz::Words RedisFuzz::set() {
  Words words{"SET", key(), value()};
  for (std::uint64_t options = below(4); options > 0; --options) {
    switch (below(9)) {
      case 0:
      case 1:
        words.push_back("NX");
        break;
      case 2:
        words.push_back("xx");
        break;
      case 3:
        words.push_back("GET");
        break;
      case 4:
        words.push_back("KEEPTTL");
        break;
      case 5:
        words.push_back(pick({"EX", "PX"}));
        words.push_back(duration());
        break;
      default:
        words.push_back("PXAT");
        words.push_back(deadline());
    }
  }
  return words;
}

RedisFuzz::Words RedisFuzz::strings() {
  switch (below(16)) {
    case 0:
      return {pick({"GET", "GETDEL", "STRLEN", "INCR", "DECR"}), key()};
    case 1:
      return {"GETSET", key(), value()};
    case 2:
      if (times_ == Times::any && below(3) == 0) return {"GETEX", key(), "px", duration()};
      return {"GETEX", key(), pick({"PXAT", "pxat", "EXAT"}), deadline()};
    case 3:
      return {"GETEX", key(), pick({"PERSIST", "KEEPTTL", "EX"})};
    case 4:
      return {"SETNX", key(), value()};
    case 5:
      return {pick({"SETEX", "PSETEX"}), key(), duration(), value()};
    case 6:
      return {pick({"MSET", "MSETNX"}), key(), value(), key(), value()};
    case 7:
      return {"MGET", key(), key(), key()};
    case 8:
      return {"APPEND", key(), value()};
    case 9:
      return {"GETRANGE", key(), integer(), integer()};
    case 10:
      return {"SETRANGE", key(), pick({"0", "3", "-1", "x", "10"}), value()};
    case 11:
    case 12:
      return {pick({"INCRBY", "DECRBY"}), key(), integer()};
    case 13:
      return {"GET", key()};
    default:
      return {"INCR", pick({"n1", "n2"})};
  }
}

RedisFuzz::Words RedisFuzz::keys() {
  switch (below(7)) {
    case 0:
      return {pick({"DEL", "UNLINK"}), key(), key()};
    case 1:
      return {pick({"EXISTS", "TOUCH"}), key(), key(), key()};
    case 2:
      return {"TYPE", key()};
    case 3:
      return {pick({"RENAME", "RENAMENX"}), key(), key()};
    case 4:
      return {"KEYS", pick({"*", "s*", "?1", "[hz]*", "[^s]*", "s[1-2]", "free", "f\\ree", "*1*"})};
    default:
      return {"DEL", key()};
  }
}

RedisFuzz::Words RedisFuzz::deadlines() {
  switch (below(8)) {
    case 0:
      return {pick({"PEXPIRETIME", "EXPIRETIME"}), key()};
    case 1:
      return {"PERSIST", key()};
    case 2:
      return {pick({"EXPIRE", "PEXPIRE"}), key(), duration()};
    case 3:
      return {pick({"PEXPIREAT", "PEXPIREAT", "EXPIREAT"}), key(), deadline(),
              pick({"NX", "XX", "GT", "LT", "foo"})};
    case 4:
      return {"PEXPIREAT", key(), deadline(), pick({"NX", "XX", "GT"}), pick({"XX", "GT", "LT"})};
    case 5:
      if (times_ == Times::any) return {pick({"TTL", "PTTL"}), key()};
      return {"PEXPIRETIME", key()};
    default:
      return {"PEXPIREAT", key(), deadline()};
  }
}

RedisFuzz::Words RedisFuzz::transactions() {
  switch (below(8)) {
    case 0:
    case 1:
      return {"MULTI"};
    case 2:
    case 3:
    case 4:
      return {"EXEC"};
    case 5:
      return {"WATCH", key(), key()};
    case 6:
      return {"UNWATCH"};
    default:
      return {"DISCARD"};
  }
}

RedisFuzz::Words RedisFuzz::scripting() {
  const std::string& script = scripts()[below(scripts().size())];
  const std::string time = times_ == Times::any && below(3) == 0 ? duration() : deadline();
  switch (below(8)) {
    case 0:
      return {"SCRIPT", "LOAD", script};
    case 1:
      return {"SCRIPT", "EXISTS", sha1_hex(script), "no-such-script"};
    case 2:
      if (below(8) == 0) return {"SCRIPT", "FLUSH"};
      return {"EVAL", script, pick({"0", "1", "3", "-1", "x", "99"}), key(), key()};
    case 3:
    case 4:
      return {"EVALSHA", sha1_hex(script), "2", key(), key(), value(), time};
    default:
      return {"EVAL", script, "2", key(), key(), value(), time};
  }
}

RedisFuzz::Words RedisFuzz::server() {
  switch (below(9)) {
    case 0:
      return {"DBSIZE"};
    case 1:
      return {"ECHO", value()};
    case 2:
      return {"PING", value()};
    case 3:
      return {"SELECT", pick({"0", "0", "0", "1", "16", "-1", "x"})};
    case 4:
      return {"PUBLISH", "channel", value()};
    case 5:
      if (below(10) == 0) return {pick({"FLUSHALL", "FLUSHDB"})};
      return {pick({"FLUSHALL", "FLUSHDB"}), "now"};
    case 6:
      if (times_ == Times::any) return {"TIME"};
      return {"TIME", "now", "please"};  // an error even when it loses a word
    case 7:
      return {pick({"NOSUCH", "get", "client", "script", "config"}), value(), value()};
    default:
      // Never a time that is none: a garbled number of replicas would make it wait.
      return {"WAIT", "0", pick({"-1", "x", ""})};
  }
}

// A word lost, doubled or garbled, as by a client with a defect.
void RedisFuzz::spoil(Words& words) {
  switch (below(3)) {
    case 0:
      if (words.size() > 1) words.pop_back();
      return;
    case 1:
      words.push_back(words.back());
      return;
    default:
      // Not further back: a number that lands behind PX would start a race with the clock.
      words[below(times_ == Times::any ? words.size() : 2) % words.size()] = value();
      if (words[0].empty()) words[0] = "x";
  }
}

void RedisFuzz::next(std::int64_t now, RedisCommand& command) {
  now_ = now;
  Words words;
  switch (below(13)) {
    case 0:
    case 1:
      words = set();
      break;
    case 2:
      words = strings();
      break;
    case 3:
      words = keys();
      break;
    case 4:
    case 5:
      words = deadlines();
      break;
    case 6:
      words = hashes();
      break;
    case 7:
      words = sorted_sets();
      break;
    case 8:
      words = lists();
      break;
    case 9:
      words = transactions();
      break;
    case 10:
    case 11:
      words = scripting();
      break;
    default:
      words = server();
  }
  if (below(25) == 0) spoil(words);
  command.clear();
  for (const std::string& word : words) command.add(std::string_view(word));
}

bool RedisFuzz::is_unordered(const RedisCommand& command) {
  return equals_ignoring_case(command[0], "keys") || equals_ignoring_case(command[0], "smembers");
}

}  // namespace picklock

// Random commands on hashes, sorted sets, lists and sets.
#include "real/redis_fuzz.h"

namespace picklock {

RedisFuzz::Words RedisFuzz::hashes() {
  const std::string hash = below(4) == 0 ? key() : pick({"h1", "h2"});
  const std::string field = pick({"f1", "f2", "f3", "client:1", ""});
  switch (below(8)) {
    case 0:
      return {pick({"HSET", "HMSET"}), hash, field, value(), pick({"f1", "f4"}), value()};
    case 1:
      return {"HSETNX", hash, field, value()};
    case 2:
      return {pick({"HGET", "HEXISTS", "HSTRLEN"}), hash, field};
    case 3:
      return {"HMGET", hash, field, "f1"};
    case 4:
      return {"HDEL", hash, field, "f1"};
    case 5:
      return {pick({"HLEN", "HGETALL", "HKEYS", "HVALS"}), hash};
    case 6:
      return {"HINCRBY", hash, field, integer()};
    default:
      return {"HSET", hash, field, value()};
  }
}

RedisFuzz::Words RedisFuzz::sorted_sets() {
  const std::string set = below(4) == 0 ? key() : pick({"z1", "z2"});
  const std::string member = pick({"a", "b", "c", "d", ""});
  switch (below(12)) {
    case 0:
    case 1:
      return {"ZADD", set, pick({"NX", "XX", "GT", "LT", "CH", "INCR"}), score(), member};
    case 2:
      return {"ZADD",
              set,
              pick({"NX", "XX", "GT", "CH"}),
              pick({"XX", "LT", "CH", "INCR"}),
              score(),
              member,
              score(),
              "b"};
    case 3:
      return {"ZREM", set, member, "a"};
    case 4:
      return {pick({"ZCARD", "ZRANK", "ZSCORE"}), set, member};
    case 5:
      return {"ZRANGE", set, integer(), integer(), pick({"WITHSCORES", "REV", "BYSCORE", "foo"})};
    case 6:
      return {"ZRANGE",
              set,
              bound(),
              bound(),
              "BYSCORE",
              pick({"REV", "WITHSCORES", "LIMIT"}),
              "LIMIT",
              pick({"0", "1", "-1"}),
              pick({"1", "-1", "0", "x"})};
    case 7:
      return {pick({"ZRANGEBYSCORE", "ZREVRANGEBYSCORE"}), set, bound(), bound(), "WITHSCORES"};
    case 8:
      return {pick({"ZREMRANGEBYSCORE", "ZCOUNT"}), set, bound(), bound()};
    case 9:
      return {"ZINCRBY", set, score(), member};
    case 10:
      return {"ZRANGE", set, pick({"-", "[a", "(a", "+", "b"}), pick({"+", "[c", "(c", "-"}),
              "BYLEX"};
    default:
      return {"ZADD", set, score(), member};
  }
}

RedisFuzz::Words RedisFuzz::lists() {
  const std::string list = below(4) == 0 ? key() : "l1";
  const std::string set = below(4) == 0 ? key() : "t1";
  switch (below(10)) {
    case 0:
      return {pick({"LPUSH", "RPUSH", "LPUSHX", "RPUSHX"}), list, value(), value()};
    case 1:
      return {pick({"LPOP", "RPOP"}), list};
    case 2:
      return {pick({"LPOP", "RPOP"}), list, integer()};
    case 3:
      return {"LRANGE", list, integer(), integer()};
    case 4:
      return {"LREM", list, integer(), value()};
    case 5:
      return {pick({"LLEN", "LINDEX"}), list, integer()};
    case 6:
      return {"SADD", set, value(), value()};
    case 7:
      return {"SREM", set, value(), value()};
    case 8:
      return {"SISMEMBER", set, value()};
    default:
      return {pick({"SCARD", "SMEMBERS", "LLEN"}), below(2) == 0 ? set : list};
  }
}

}  // namespace picklock

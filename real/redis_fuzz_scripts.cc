#include "real/redis_fuzz.h"

namespace picklock {

// KEYS = two keys, ARGV = a token and a time in milliseconds (relative where the clock is frozen,
// absolute elsewhere: then PEXPIRE with it overflows or is far away, and PEXPIREAT is used as well).
// NOLINTBEGIN(readability-function-size, bugprone-suspicious-missing-comma): a table of long texts
const std::vector<std::string>& RedisFuzz::scripts() {
  static const std::vector<std::string> the_scripts{
      // Release: compare and delete.
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return "
      "0 "
      "end",
      // Extension: compare and move the deadline.
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpireat', KEYS[1], "
      "ARGV[2]) "
      "else return 0 end",
      // Acquisition with a fencing counter.
      "if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PXAT', ARGV[2]) then\n"
      "  return redis.call('incr', KEYS[2])\n"
      "end\n"
      "return nil",
      // Several keys, all or none.
      "for i, key in ipairs(KEYS) do\n"
      "  if redis.call('exists', key) == 1 then return 0 end\n"
      "end\n"
      "for i, key in ipairs(KEYS) do redis.call('set', key, ARGV[1], 'PXAT', ARGV[2]) end\n"
      "return #KEYS",
      // Reentrant lock in a hash: enter.
      "if redis.call('exists', KEYS[1]) == 0 or redis.call('hexists', KEYS[1], ARGV[1]) == 1 then\n"
      "  redis.call('hincrby', KEYS[1], ARGV[1], 1)\n"
      "  redis.call('pexpireat', KEYS[1], ARGV[2])\n"
      "  return nil\n"
      "end\n"
      "return redis.call('pexpiretime', KEYS[1])",
      // Reentrant lock in a hash: leave, and tell those who wait.
      "if redis.call('hexists', KEYS[1], ARGV[1]) == 0 then return nil end\n"
      "local left = redis.call('hincrby', KEYS[1], ARGV[1], -1)\n"
      "if left > 0 then return 0 end\n"
      "redis.call('del', KEYS[1])\n"
      "redis.call('publish', KEYS[2], ARGV[1])\n"
      "return 1",
      // Semaphore in a sorted set: drop the old, count, add.
      "redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[2])\n"
      "if redis.call('zcard', KEYS[1]) < 2 then\n"
      "  redis.call('zadd', KEYS[1], ARGV[2], ARGV[1])\n"
      "  return 1\n"
      "end\n"
      "return {redis.call('zscore', KEYS[1], ARGV[1]), redis.call('zrange', KEYS[1], 0, -1)}",
      // Fair queue in a list.
      "if redis.call('lindex', KEYS[1], 0) == ARGV[1] then return redis.call('lpop', KEYS[1]) end\n"
      "redis.call('rpush', KEYS[1], ARGV[1])\n"
      "return redis.call('lrange', KEYS[1], 0, 3)",
      // Errors that are handled, and conversions in both directions.
      "local reply = redis.pcall('incr', KEYS[1])\n"
      "if type(reply) == 'table' then return redis.error_reply('BUSY ' .. reply.err) end\n"
      "return {reply, reply / 2, tostring(reply), {ok = 'FINE'}, false, true, {}, 'end', nil, 1}",
      "local ok, err = pcall(redis.call, 'hget', KEYS[1], ARGV[1])\n"
      "return {tostring(ok), tostring(err)}",
      "redis.call('set', KEYS[2], ARGV[1])\nreturn redis.call('lpush', KEYS[1], ARGV[2], 7, 2.5)",
      "redis.call('select', 1)\nreturn {redis.call('get', KEYS[1]), redis.call('dbsize')}",
      "return {redis.call('mget', KEYS[1], KEYS[2]), redis.call('ping'), redis.sha1hex(ARGV[1])}",
      "return redis.status_reply('DONE ' .. #KEYS .. #ARGV)",
      "local numbers = {}\n"
      "for i = 1, 3 do numbers[i] = tonumber(ARGV[2]) and tonumber(ARGV[2]) % (i + 7) or i end\n"
      "return numbers",
      "return cooperate(KEYS[1])",
      "total = 1",
      "local t = nil\nreturn t.field",
      "return redis.call('no-such-command')",
      "return redis.call('set', KEYS[1])",
      "return redis.call('subscribe', 'channel')",
      "if true then return 1",
  };
  return the_scripts;
}
// NOLINTEND(readability-function-size, bugprone-suspicious-missing-comma)

}  // namespace picklock

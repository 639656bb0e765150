// The command table: names, arities, handlers and flags as in redis-server 7.0, and the look-up.
#include <array>
#include <cstdint>

#include "base/require.h"
#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Spec = RedisCommandSpec;

constexpr auto kPlain = Spec::kPlain;
constexpr auto kWrite = Spec::kWrite;
constexpr auto kNoScript = Spec::kNoScript;
constexpr auto kNotQueued = Spec::kNotQueued;
constexpr auto kWhileSubscribed = Spec::kWhileSubscribed;

// A number of words includes the command's name; a negative one is the least number.
constexpr Spec kCommands[] = {
    {"ping", -1, redis_ping, kWhileSubscribed},
    {"echo", 2, redis_echo, kPlain},
    {"select", 2, redis_select, kPlain},
    {"auth", -2, redis_auth, kNoScript},
    {"hello", -1, redis_hello, kNoScript},
    {"quit", -1, redis_quit, kNoScript | kNotQueued | kWhileSubscribed},
    {"reset", 1, redis_reset, kNoScript | kNotQueued | kWhileSubscribed},
    {"client", -2, nullptr, kPlain},
    {"client|id", 2, redis_client_id, kNoScript},
    {"client|getname", 2, redis_client_getname, kNoScript},
    {"client|setname", 3, redis_client_setname, kNoScript},
    {"command", -1, redis_command, kPlain},
    {"command|count", 2, redis_command_count_reply, kPlain},
    {"config", -2, nullptr, kPlain},
    {"config|get", -3, redis_config_get, kNoScript},
    {"config|set", -4, redis_config_set, kNoScript},
    {"debug", -2, redis_debug, kNoScript},
    {"info", -1, redis_info, kPlain},
    {"time", 1, redis_time, kPlain},
    {"wait", 3, redis_wait, kNoScript},
    {"flushall", -1, redis_flushall, kWrite},
    {"flushdb", -1, redis_flushdb, kWrite},
    {"dbsize", 1, redis_dbsize, kPlain},
    {"keys", 2, redis_keys, kPlain},
    {"set", -3, redis_set, kWrite},
    {"setnx", 3, redis_setnx, kWrite},
    {"setex", 4, redis_setex, kWrite},
    {"psetex", 4, redis_psetex, kWrite},
    {"get", 2, redis_get, kPlain},
    {"getset", 3, redis_getset, kWrite},
    {"getdel", 2, redis_getdel, kWrite},
    {"getex", -2, redis_getex, kWrite},
    {"mset", -3, redis_mset, kWrite},
    {"msetnx", -3, redis_msetnx, kWrite},
    {"mget", -2, redis_mget, kPlain},
    {"append", 3, redis_append, kWrite},
    {"strlen", 2, redis_strlen, kPlain},
    {"getrange", 4, redis_getrange, kPlain},
    {"setrange", 4, redis_setrange, kWrite},
    {"incr", 2, redis_incr, kWrite},
    {"decr", 2, redis_decr, kWrite},
    {"incrby", 3, redis_incrby, kWrite},
    {"decrby", 3, redis_decrby, kWrite},
    {"del", -2, redis_del, kWrite},
    {"unlink", -2, redis_del, kWrite},
    {"exists", -2, redis_exists, kPlain},
    {"touch", -2, redis_exists, kPlain},
    {"type", 2, redis_type, kPlain},
    {"rename", 3, redis_rename, kWrite},
    {"renamenx", 3, redis_renamenx, kWrite},
    {"expire", -3, redis_expire, kWrite},
    {"pexpire", -3, redis_pexpire, kWrite},
    {"expireat", -3, redis_expireat, kWrite},
    {"pexpireat", -3, redis_pexpireat, kWrite},
    {"ttl", 2, redis_ttl, kPlain},
    {"pttl", 2, redis_pttl, kPlain},
    {"expiretime", 2, redis_expiretime, kPlain},
    {"pexpiretime", 2, redis_pexpiretime, kPlain},
    {"persist", 2, redis_persist, kWrite},
    {"hset", -4, redis_hset, kWrite},
    {"hmset", -4, redis_hmset, kWrite},
    {"hsetnx", 4, redis_hsetnx, kWrite},
    {"hget", 3, redis_hget, kPlain},
    {"hmget", -3, redis_hmget, kPlain},
    {"hdel", -3, redis_hdel, kWrite},
    {"hexists", 3, redis_hexists, kPlain},
    {"hincrby", 4, redis_hincrby, kWrite},
    {"hlen", 2, redis_hlen, kPlain},
    {"hstrlen", 3, redis_hstrlen, kPlain},
    {"hgetall", 2, redis_hgetall, kPlain},
    {"hkeys", 2, redis_hkeys, kPlain},
    {"hvals", 2, redis_hvals, kPlain},
    {"zadd", -4, redis_zadd, kWrite},
    {"zincrby", 4, redis_zincrby, kWrite},
    {"zrem", -3, redis_zrem, kWrite},
    {"zcard", 2, redis_zcard, kPlain},
    {"zscore", 3, redis_zscore, kPlain},
    {"zrank", 3, redis_zrank, kPlain},
    {"zcount", 4, redis_zcount, kPlain},
    {"zrange", -4, redis_zrange, kPlain},
    {"zrangebyscore", -4, redis_zrangebyscore, kPlain},
    {"zrevrangebyscore", -4, redis_zrevrangebyscore, kPlain},
    {"zremrangebyscore", 4, redis_zremrangebyscore, kWrite},
    {"lpush", -3, redis_lpush, kWrite},
    {"rpush", -3, redis_rpush, kWrite},
    {"lpushx", -3, redis_lpushx, kWrite},
    {"rpushx", -3, redis_rpushx, kWrite},
    {"lpop", -2, redis_lpop, kWrite},
    {"rpop", -2, redis_rpop, kWrite},
    {"llen", 2, redis_llen, kPlain},
    {"lrange", 4, redis_lrange, kPlain},
    {"lindex", 3, redis_lindex, kPlain},
    {"lrem", 4, redis_lrem, kWrite},
    {"sadd", -3, redis_sadd, kWrite},
    {"srem", -3, redis_srem, kWrite},
    {"scard", 2, redis_scard, kPlain},
    {"sismember", 3, redis_sismember, kPlain},
    {"smembers", 2, redis_smembers, kPlain},
    {"multi", 1, redis_multi, kNoScript | kNotQueued},
    {"exec", 1, redis_exec, kNoScript | kNotQueued},
    {"discard", 1, redis_discard, kNoScript | kNotQueued},
    {"watch", -2, redis_watch, kNoScript | kNotQueued},
    {"unwatch", 1, redis_unwatch, kNoScript},
    {"publish", 3, redis_publish, kPlain},
    {"subscribe", -2, redis_subscribe, kNoScript | kWhileSubscribed},
    {"unsubscribe", -1, redis_unsubscribe, kNoScript | kWhileSubscribed},
    {"psubscribe", -2, redis_psubscribe, kNoScript | kWhileSubscribed},
    {"punsubscribe", -1, redis_punsubscribe, kNoScript | kWhileSubscribed},
    {"eval", -3, redis_eval, kNoScript},
    {"evalsha", -3, redis_evalsha, kNoScript},
    {"script", -2, nullptr, kPlain},
    {"script|load", 3, redis_script_load, kNoScript},
    {"script|exists", -3, redis_script_exists, kNoScript},
    {"script|flush", -2, redis_script_flush, kNoScript},
    {"script|kill", 2, redis_script_kill, kNoScript},
};

constexpr bool is_subcommand(const Spec& spec) {
  return spec.name.find('|') != std::string_view::npos;
}

constexpr bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// Open addressing over the table above, by name: over its commands, or its subcommands.
class Index {
 public:
  constexpr explicit Index(bool of_subcommands) {
    for (const Spec& spec : kCommands) {
      if (is_subcommand(spec) != of_subcommands) continue;
      for (const char c : spec.name)
        require(is_small_letter(c) || c == '|', "names are of letters");
      const std::uint64_t first = first_letters(spec.name);
      std::size_t slot = hash(first, spec.name.size());
      while (slots_[slot % kSlots].spec != nullptr) ++slot;
      slots_[slot % kSlots] = {first, &spec};
    }
  }

  const Spec* find(std::string_view word) const {
    const std::uint64_t first = first_letters(word);
    for (std::size_t slot = hash(first, word.size());; ++slot) {
      const Slot& known = slots_[slot % kSlots];
      if (known.spec == nullptr) return nullptr;
      if (known.first != first || known.spec->name.size() != word.size()) continue;
      if (word.size() <= kFirst || equals_ignoring_case(word, known.spec->name)) return known.spec;
    }
  }

 private:
  static constexpr std::size_t kSlots = 512;
  static constexpr std::size_t kFirst = 8;
  struct Slot {
    std::uint64_t first = 0;  // letters
    const Spec* spec = nullptr;
  };

  // As a number. Capitals have that of small letters, and nothing else of this length has it.
  static constexpr std::uint64_t first_letters(std::string_view word) {
    const std::string_view first = word.substr(0, kFirst);
    const std::size_t size = first.size();
    if (size >= 4) return small(four_of(first, size - 4) << 32 | four_of(first, 0));
    if (size == 0) return 0;
    return small(byte_of(first, size - 1) << 16 | byte_of(first, size / 2) << 8 |
                 byte_of(first, 0));
  }
  static constexpr std::uint64_t small(std::uint64_t letters) {
    return letters | 0x2020202020202020ULL;
  }
  static constexpr std::uint64_t byte_of(std::string_view word, std::size_t place) {
    return static_cast<unsigned char>(word[place]);
  }
  // One load, to the compiler.
  static constexpr std::uint64_t four_of(std::string_view word, std::size_t place) {
    return byte_of(word, place) | byte_of(word, place + 1) << 8 | byte_of(word, place + 2) << 16 |
           byte_of(word, place + 3) << 24;
  }
  static constexpr std::size_t hash(std::uint64_t first, std::size_t size) {
    return static_cast<std::size_t>((first + size) * 0x9fb21c651e98df25ULL >> 55);
  }

  std::array<Slot, kSlots> slots_{};
};

constexpr Index kCommandIndex(false);
constexpr Index kSubcommandIndex(true);

bool has_subcommands(const Spec& spec) {
  return spec.run == nullptr || spec.run == redis_command;
}

[[gnu::noinline]] const Spec* find_subcommand(const Spec& container, std::string_view word) {
  std::string name(container.name);
  name += '|';
  return kSubcommandIndex.find(name.append(word));
}

// "CONFIG GET" for "config|get".
std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  for (char& c : capitals) {
    if (c == '|') c = ' ';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return capitals;
}

}  // namespace

std::vector<std::string> redis_command_names() {
  std::vector<std::string> names;
  for (const Spec& spec : kCommands) {
    if (!is_subcommand(spec)) names.push_back(in_capitals(spec.name));
  }
  return names;
}

std::vector<std::string> redis_full_command_names() {
  std::vector<std::string> names;
  for (const Spec& spec : kCommands) {
    if (spec.run != nullptr) names.push_back(in_capitals(spec.name));
  }
  return names;
}

RedisLookup find_redis_command(const RedisCommand& command) {
  const Spec* const spec = kCommandIndex.find(command[0]);
  if (spec == nullptr) return {};
  if (!has_subcommands(*spec) || command.size() == 1) return {.spec = spec};
  return {.spec = find_subcommand(*spec, command[1]), .container_known = true};
}

std::size_t redis_command_count() {
  std::size_t count = 0;
  for (const Spec& spec : kCommands) {
    if (!is_subcommand(spec)) ++count;
  }
  return count;
}

}  // namespace picklock

// Keys of any type: removal, names, deadlines.
#include <limits>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

struct ExpireOptions {
  bool nx = false;
  bool xx = false;
  bool gt = false;
  bool lt = false;

  // Whether a deadline may be moved to `when`. No deadline counts as one that never comes.
  bool allow(const RedisEntry& entry, std::int64_t when) const {
    if (nx && entry.has_deadline()) return false;
    if (xx && !entry.has_deadline()) return false;
    if (gt && (!entry.has_deadline() || when <= entry.deadline)) return false;
    return !(lt && entry.has_deadline() && when >= entry.deadline);
  }
};

bool parse_options(RedisCall& call, ExpireOptions& options) {
  for (std::size_t i = 3; i < call.size(); ++i) {
    if (call.word_is(i, "nx")) {
      options.nx = true;
    } else if (call.word_is(i, "xx")) {
      options.xx = true;
    } else if (call.word_is(i, "gt")) {
      options.gt = true;
    } else if (call.word_is(i, "lt")) {
      options.lt = true;
    } else {
      call.reply.set_error("ERR Unsupported option " + std::string(call.word(i)));
      return false;
    }
  }
  if (options.nx && (options.xx || options.gt || options.lt)) {
    call.reply.set_error("ERR NX and XX, GT or LT options at the same time are not compatible");
    return false;
  }
  if (options.gt && options.lt) {
    call.reply.set_error("ERR GT and LT options at the same time are not compatible");
    return false;
  }
  return true;
}

// The deadline that word 2 means, or nothing and an error reply.
std::optional<std::int64_t> deadline(RedisCall& call, std::int64_t base, bool seconds) {
  const std::optional<std::int64_t> number = call.integer(2);
  if (!number) return std::nullopt;
  std::int64_t when = *number;
  if ((seconds && __builtin_mul_overflow(when, std::int64_t{1000}, &when)) ||
      __builtin_add_overflow(when, base, &when)) {
    call.reply.set_error("ERR invalid expire time in '" + std::string(call.spec.name) +
                         "' command");
    return std::nullopt;
  }
  return when;
}

// A deadline that has come already deletes the key at once: `when <= now`, while a key that merely
// grows old is dead only from `now > when` on.
void expire(RedisCall& call, std::int64_t base, bool seconds) {
  ExpireOptions options;
  if (!parse_options(call, options)) return;
  const std::optional<std::int64_t> when = deadline(call, base, seconds);
  if (!when) return;
  const std::string_view key = call.word(1);
  RedisEntry* entry = call.find(key);
  if (entry == nullptr || !options.allow(*entry, *when)) return call.reply.set_integer(0);
  if (*when <= call.now) {
    call.remove(key);
  } else {
    call.server.store.set_deadline(*entry, *when);
    call.changed(key, Change::deadline);
  }
  call.reply.set_integer(1);
}

std::int64_t rounded_seconds(std::int64_t ms) {
  return ms > std::numeric_limits<std::int64_t>::max() - 500 ? ms / 1000 + 1 : (ms + 500) / 1000;
}

// -2 without the key, -1 without a deadline.
void reply_deadline(RedisCall& call, bool relative, bool seconds) {
  const RedisEntry* entry = call.find(call.word(1));
  if (entry == nullptr) return call.reply.set_integer(-2);
  if (!entry->has_deadline()) return call.reply.set_integer(-1);
  const std::int64_t ms = relative ? entry->deadline - call.now : entry->deadline;
  call.reply.set_integer(seconds ? rounded_seconds(ms) : ms);
}

void rename(RedisCall& call, bool only_if_free) {
  const std::string_view from = call.word(1);
  const std::string_view to = call.word(2);
  RedisEntry* source = call.find(from);
  if (source == nullptr) return call.reply.set_error("ERR no such key");
  if (from == to) {
    if (only_if_free) return call.reply.set_integer(0);
    return call.ok();
  }
  RedisEntry* target = call.find(to);
  if (target != nullptr && only_if_free) return call.reply.set_integer(0);
  const bool replaces = target != nullptr;
  if (!replaces) target = &call.server.store.add(call.client.database, to);
  std::swap(target->value, source->value);
  call.server.store.set_deadline(*target, source->deadline);
  call.remove(from);
  call.changed(to, replaces ? Change::overwritten : Change::created);
  if (only_if_free) return call.reply.set_integer(1);
  call.ok();
}

}  // namespace

void redis_del(RedisCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (call.find(call.word(i)) == nullptr) continue;
    call.remove(call.word(i));
    ++count;
  }
  call.reply.set_integer(count);
}

void redis_exists(RedisCall& call) {
  std::int64_t count = 0;
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (call.find(call.word(i)) != nullptr) ++count;
  }
  call.reply.set_integer(count);
}

void redis_type(RedisCall& call) {
  static constexpr std::string_view kNames[] = {"string", "hash", "zset", "list", "set"};
  const RedisEntry* entry = call.find(call.word(1));
  call.reply.set_status(entry == nullptr ? "none" : kNames[entry->value.index()]);
}

void redis_rename(RedisCall& call) {
  rename(call, false);
}

void redis_renamenx(RedisCall& call) {
  rename(call, true);
}

void redis_expire(RedisCall& call) {
  expire(call, call.now, true);
}

void redis_pexpire(RedisCall& call) {
  expire(call, call.now, false);
}

void redis_expireat(RedisCall& call) {
  expire(call, 0, true);
}

void redis_pexpireat(RedisCall& call) {
  expire(call, 0, false);
}

void redis_ttl(RedisCall& call) {
  reply_deadline(call, true, true);
}

void redis_pttl(RedisCall& call) {
  reply_deadline(call, true, false);
}

void redis_expiretime(RedisCall& call) {
  reply_deadline(call, false, true);
}

void redis_pexpiretime(RedisCall& call) {
  reply_deadline(call, false, false);
}

void redis_persist(RedisCall& call) {
  RedisEntry* entry = call.find(call.word(1));
  if (entry == nullptr || !entry->has_deadline()) return call.reply.set_integer(0);
  call.server.store.set_deadline(*entry, RedisEntry::kNoDeadline);
  call.changed(call.word(1), Change::deadline);
  call.reply.set_integer(1);
}

void redis_keys(RedisCall& call) {
  call.reply.set_array();
  for (const auto& [key, entry] : call.server.store.database(call.client.database)) {
    if (!entry.is_dead(call.now) && redis_glob_matches(call.word(1), key)) {
      call.reply.add_element().set_bulk(key);
    }
  }
}

void redis_dbsize(RedisCall& call) {
  call.reply.set_integer(
      static_cast<std::int64_t>(call.server.store.database(call.client.database).size()));
}

}  // namespace picklock

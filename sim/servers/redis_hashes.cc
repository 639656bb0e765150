// Hashes. A hash without fields is no key.
#include <algorithm>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

enum class Part : std::uint8_t { fields, values, both };

void reply_all(RedisCall& call, Part part) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  call.reply.set_array();
  if (hash == nullptr) return;
  for (const auto& [field, value] : hash->fields) {
    if (part != Part::values) call.reply.add_element().set_bulk(field);
    if (part != Part::fields) call.reply.add_element().set_bulk(value);
  }
}

// Sets fields from word 2 on; the number of new ones, or nothing after an error.
std::optional<std::int64_t> set_fields(RedisCall& call) {
  if (call.size() % 2 != 0) {
    call.wrong_arity();
    return std::nullopt;
  }
  const std::string_view key = call.word(1);
  RedisHash* hash = nullptr;
  if (!call.lookup(key, hash)) return std::nullopt;
  const bool is_new = hash == nullptr;
  if (is_new) hash = &call.create<RedisHash>(key);
  std::int64_t added = 0;
  for (std::size_t i = 2; i < call.size(); i += 2) {
    if (std::string* const value = hash->find(call.word(i))) {
      value->assign(call.word(i + 1));
    } else {
      hash->fields.emplace_back(call.word(i), call.word(i + 1));
      ++added;
    }
  }
  call.changed(key, is_new ? Change::created : Change::updated);
  return added;
}

void set_value(RedisReply& reply, const std::string* value) {
  if (value == nullptr) {
    reply.set_nil();
  } else {
    reply.set_bulk(*value);
  }
}

}  // namespace

void redis_hset(RedisCall& call) {
  if (const std::optional<std::int64_t> added = set_fields(call)) call.reply.set_integer(*added);
}

void redis_hmset(RedisCall& call) {
  if (set_fields(call)) call.ok();
}

void redis_hsetnx(RedisCall& call) {
  const std::string_view key = call.word(1);
  RedisHash* hash = nullptr;
  if (!call.lookup(key, hash)) return;
  const bool is_new = hash == nullptr;
  if (!is_new && hash->find(call.word(2)) != nullptr) return call.reply.set_integer(0);
  if (is_new) hash = &call.create<RedisHash>(key);
  hash->fields.emplace_back(call.word(2), call.word(3));
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(1);
}

void redis_hget(RedisCall& call) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  set_value(call.reply, hash == nullptr ? nullptr : hash->find(call.word(2)));
}

void redis_hmget(RedisCall& call) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  call.reply.set_array();
  for (std::size_t i = 2; i < call.size(); ++i) {
    set_value(call.reply.add_element(), hash == nullptr ? nullptr : hash->find(call.word(i)));
  }
}

void redis_hdel(RedisCall& call) {
  const std::string_view key = call.word(1);
  RedisHash* hash = nullptr;
  if (!call.lookup(key, hash)) return;
  if (hash == nullptr) return call.reply.set_integer(0);
  std::int64_t removed = 0;
  for (std::size_t i = 2; i < call.size(); ++i) {
    const auto found = std::find_if(hash->fields.begin(), hash->fields.end(),
                                    [&](const auto& field) { return field.first == call.word(i); });
    if (found == hash->fields.end()) continue;
    hash->fields.erase(found);
    ++removed;
  }
  if (hash->fields.empty()) {
    call.remove(key);
  } else if (removed > 0) {
    call.changed(key, Change::updated);
  }
  call.reply.set_integer(removed);
}

void redis_hexists(RedisCall& call) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  call.reply.set_integer(hash != nullptr && hash->find(call.word(2)) != nullptr ? 1 : 0);
}

void redis_hincrby(RedisCall& call) {
  const std::optional<std::int64_t> by = call.integer(3);
  if (!by) return;
  const std::string_view key = call.word(1);
  RedisHash* hash = nullptr;
  if (!call.lookup(key, hash)) return;
  std::string* text = hash == nullptr ? nullptr : hash->find(call.word(2));
  std::int64_t value = 0;
  if (text != nullptr) {
    const std::optional<std::int64_t> old = parse_redis_integer(*text);
    if (!old) return call.reply.set_error("ERR hash value is not an integer");
    value = *old;
  }
  if (__builtin_add_overflow(value, *by, &value)) {
    return call.reply.set_error(RedisCall::kOverflow);
  }
  const bool is_new = hash == nullptr;
  if (is_new) hash = &call.create<RedisHash>(key);
  if (text != nullptr) {
    *text = std::to_string(value);
  } else {
    hash->fields.emplace_back(call.word(2), std::to_string(value));
  }
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(value);
}

void redis_hlen(RedisCall& call) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  call.reply.set_integer(hash == nullptr ? 0 : static_cast<std::int64_t>(hash->fields.size()));
}

void redis_hstrlen(RedisCall& call) {
  RedisHash* hash = nullptr;
  if (!call.lookup(call.word(1), hash)) return;
  const std::string* value = hash == nullptr ? nullptr : hash->find(call.word(2));
  call.reply.set_integer(value == nullptr ? 0 : static_cast<std::int64_t>(value->size()));
}

void redis_hgetall(RedisCall& call) {
  reply_all(call, Part::both);
}

void redis_hkeys(RedisCall& call) {
  reply_all(call, Part::fields);
}

void redis_hvals(RedisCall& call) {
  reply_all(call, Part::values);
}

}  // namespace picklock

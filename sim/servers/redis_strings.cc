// Strings: SET in all its forms, GET and its variants, several keys at once.
#include <limits>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

// The options that SET and GETEX share.
struct SetOptions {
  enum class Time : std::uint8_t { none, ex, px, exat, pxat, keep, persist };

  bool only_new = false;
  bool only_existing = false;
  bool get = false;
  Time time = Time::none;
  std::size_t time_word = 0;  // where the number stands

  bool has_number() const {
    return time != Time::none && time != Time::keep && time != Time::persist;
  }
};

SetOptions::Time time_option(std::string_view word) {
  using Time = SetOptions::Time;
  switch (word.size()) {
    case 2:
      if (equals_ignoring_case(word, "px")) return Time::px;
      return equals_ignoring_case(word, "ex") ? Time::ex : Time::none;
    case 4:
      if (equals_ignoring_case(word, "pxat")) return Time::pxat;
      return equals_ignoring_case(word, "exat") ? Time::exat : Time::none;
    case 7:
      if (equals_ignoring_case(word, "keepttl")) return Time::keep;
      return equals_ignoring_case(word, "persist") ? Time::persist : Time::none;
    default:
      return Time::none;
  }
}

bool parse_options(const RedisCall& call, std::size_t first, bool is_set, SetOptions& options) {
  using Time = SetOptions::Time;
  for (std::size_t i = first; i < call.size(); ++i) {
    const std::string_view word = call.word(i);
    if (is_set && equals_ignoring_case(word, "nx") && !options.only_existing) {
      options.only_new = true;
    } else if (is_set && equals_ignoring_case(word, "xx") && !options.only_new) {
      options.only_existing = true;
    } else if (is_set && equals_ignoring_case(word, "get")) {
      options.get = true;
    } else {
      const Time time = time_option(word);
      if (time == Time::none || time == (is_set ? Time::persist : Time::keep)) return false;
      if (options.time != Time::none && options.time != time) return false;
      options.time = time;
      if (!options.has_number()) continue;
      if (i + 1 == call.size()) return false;
      options.time_word = ++i;
    }
  }
  return true;
}

void set_bad_expiry(RedisCall& call) {
  call.reply.set_error("ERR invalid expire time in '" + std::string(call.spec.name) + "' command");
}

// The absolute deadline that an option gives, or nothing and an error reply.
inline std::optional<std::int64_t> deadline(RedisCall& call, SetOptions::Time time,
                                            std::size_t word) {
  using Time = SetOptions::Time;
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::optional<std::int64_t> number = call.integer(word);
  if (!number) return std::nullopt;
  const bool seconds = time == Time::ex || time == Time::exat;
  const bool relative = time == Time::ex || time == Time::px;
  if (*number <= 0 || (seconds && *number > kMax / 1000)) {
    set_bad_expiry(call);
    return std::nullopt;
  }
  std::int64_t when = seconds ? *number * 1000 : *number;
  if (relative) {
    if (call.now > 0 && when > kMax - call.now) {
      set_bad_expiry(call);
      return std::nullopt;
    }
    when += call.now;
  }
  return when;
}

// Replies with the string at `key`, or nil; false after an error. `present` tells whether there is one.
bool reply_with_value(RedisCall& call, std::string_view key, bool& present) {
  std::string* text = nullptr;
  if (!call.lookup(key, text)) return false;
  present = text != nullptr;
  if (present) {
    call.reply.set_bulk(*text);
  } else {
    call.reply.set_nil();
  }
  return true;
}

// Puts a string in place of whatever `key` holds, dead or alive.
void store_string(RedisCall& call, std::string_view key, std::string_view value,
                  std::optional<std::int64_t> when, bool keep_deadline = false) {
  RedisEntry* entry = call.find(key);
  const bool replaces = entry != nullptr;
  if (!replaces) entry = &call.server.store.add(call.client.database, key);
  if (std::string* const old = std::get_if<std::string>(&entry->value)) {
    old->assign(value);
  } else {
    entry->value.emplace<std::string>(value);
  }
  if (when) {
    call.server.store.set_deadline(*entry, *when);
  } else if (!keep_deadline && entry->has_deadline()) {
    call.server.store.set_deadline(*entry, RedisEntry::kNoDeadline);
  }
  call.changed(key, replaces ? Change::overwritten : Change::created);
}

void set_with_expiry(RedisCall& call, SetOptions::Time time) {
  const std::optional<std::int64_t> when = deadline(call, time, 2);
  if (!when) return;
  store_string(call, call.word(1), call.word(3), when);
  call.ok();
}

}  // namespace

void redis_set(RedisCall& call) {
  SetOptions options;
  if (!parse_options(call, 3, true, options)) return call.reply.set_error(RedisCall::kSyntax);
  std::optional<std::int64_t> when;
  if (options.has_number()) {
    when = deadline(call, options.time, options.time_word);
    if (!when) return;
  }
  const std::string_view key = call.word(1);
  bool present = false;
  if (options.get) {
    if (!reply_with_value(call, key, present)) return;
  } else if (options.only_new || options.only_existing) {
    present = call.find(key) != nullptr;
  }
  if ((options.only_new && present) || (options.only_existing && !present)) {
    if (!options.get) call.reply.set_nil();
    return;
  }
  store_string(call, key, call.word(2), when, options.time == SetOptions::Time::keep);
  if (!options.get) call.ok();
}

void redis_setnx(RedisCall& call) {
  if (call.find(call.word(1)) != nullptr) return call.reply.set_integer(0);
  store_string(call, call.word(1), call.word(2), std::nullopt);
  call.reply.set_integer(1);
}

void redis_setex(RedisCall& call) {
  set_with_expiry(call, SetOptions::Time::ex);
}

void redis_psetex(RedisCall& call) {
  set_with_expiry(call, SetOptions::Time::px);
}

void redis_get(RedisCall& call) {
  bool present = false;
  reply_with_value(call, call.word(1), present);
}

void redis_getset(RedisCall& call) {
  bool present = false;
  if (!reply_with_value(call, call.word(1), present)) return;
  store_string(call, call.word(1), call.word(2), std::nullopt);
}

void redis_getdel(RedisCall& call) {
  bool present = false;
  if (reply_with_value(call, call.word(1), present) && present) call.remove(call.word(1));
}

void redis_getex(RedisCall& call) {
  SetOptions options;
  if (!parse_options(call, 2, false, options)) return call.reply.set_error(RedisCall::kSyntax);
  const std::string_view key = call.word(1);
  bool present = false;
  if (!reply_with_value(call, key, present) || !present) return;
  RedisEntry& entry = *call.find(key);
  if (options.time == SetOptions::Time::persist) {
    if (!entry.has_deadline()) return;
    call.server.store.set_deadline(entry, RedisEntry::kNoDeadline);
    return call.changed(key, Change::deadline);
  }
  if (!options.has_number()) return;
  const std::optional<std::int64_t> when = deadline(call, options.time, options.time_word);
  if (!when) return;
  const bool absolute =
      options.time == SetOptions::Time::exat || options.time == SetOptions::Time::pxat;
  if (absolute && *when <= call.now) return call.remove(key);
  call.server.store.set_deadline(entry, *when);
  call.changed(key, Change::deadline);
}

void redis_mset(RedisCall& call) {
  if (call.size() % 2 == 0) return call.wrong_arity();
  for (std::size_t i = 1; i < call.size(); i += 2) {
    store_string(call, call.word(i), call.word(i + 1), std::nullopt);
  }
  call.ok();
}

void redis_msetnx(RedisCall& call) {
  if (call.size() % 2 == 0) return call.wrong_arity();
  for (std::size_t i = 1; i < call.size(); i += 2) {
    if (call.find(call.word(i)) != nullptr) return call.reply.set_integer(0);
  }
  for (std::size_t i = 1; i < call.size(); i += 2) {
    store_string(call, call.word(i), call.word(i + 1), std::nullopt);
  }
  call.reply.set_integer(1);
}

void redis_mget(RedisCall& call) {
  call.reply.set_array();
  for (std::size_t i = 1; i < call.size(); ++i) {
    RedisEntry* entry = call.find(call.word(i));
    const std::string* text = entry == nullptr ? nullptr : std::get_if<std::string>(&entry->value);
    RedisReply& element = call.reply.add_element();
    if (text != nullptr) {
      element.set_bulk(*text);
    } else {
      element.set_nil();
    }
  }
}

}  // namespace picklock

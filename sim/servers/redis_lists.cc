// Lists and sets. An empty one is no key.
#include <algorithm>
#include <limits>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

enum class End : std::uint8_t { left, right };

void push(RedisCall& call, End end, bool only_existing) {
  const std::string_view key = call.word(1);
  RedisList* list = nullptr;
  if (!call.lookup(key, list)) return;
  const bool is_new = list == nullptr;
  if (is_new && only_existing) return call.reply.set_integer(0);
  if (is_new) list = &call.create<RedisList>(key);
  for (std::size_t i = 2; i < call.size(); ++i) {
    if (end == End::left) {
      list->emplace_front(call.word(i));
    } else {
      list->emplace_back(call.word(i));
    }
  }
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(static_cast<std::int64_t>(list->size()));
}

void pop_one(RedisList& list, End end, RedisReply& reply) {
  reply.set_bulk(end == End::left ? list.front() : list.back());
  if (end == End::left) {
    list.pop_front();
  } else {
    list.pop_back();
  }
}

void pop(RedisCall& call, End end) {
  if (call.size() > 3) return call.wrong_arity();
  std::optional<std::int64_t> count;
  if (call.size() == 3) {
    constexpr std::string_view kError = "ERR value is out of range, must be positive";
    count = call.integer(2, kError);
    if (!count) return;
    if (*count < 0) return call.reply.set_error(kError);
  }
  const std::string_view key = call.word(1);
  RedisList* list = nullptr;
  if (!call.lookup(key, list)) return;
  if (list == nullptr) return call.reply.set_nil();
  if (count) {
    call.reply.set_array();
    if (*count == 0) return;
    for (std::int64_t i = 0; i < *count && !list->empty(); ++i) {
      pop_one(*list, end, call.reply.add_element());
    }
  } else {
    pop_one(*list, end, call.reply);
  }
  if (list->empty()) {
    call.remove(key);
  } else {
    call.changed(key, Change::updated);
  }
}

}  // namespace

void redis_lpush(RedisCall& call) {
  push(call, End::left, false);
}

void redis_rpush(RedisCall& call) {
  push(call, End::right, false);
}

void redis_lpushx(RedisCall& call) {
  push(call, End::left, true);
}

void redis_rpushx(RedisCall& call) {
  push(call, End::right, true);
}

void redis_lpop(RedisCall& call) {
  pop(call, End::left);
}

void redis_rpop(RedisCall& call) {
  pop(call, End::right);
}

void redis_llen(RedisCall& call) {
  RedisList* list = nullptr;
  if (!call.lookup(call.word(1), list)) return;
  call.reply.set_integer(list == nullptr ? 0 : static_cast<std::int64_t>(list->size()));
}

void redis_lrange(RedisCall& call) {
  const std::optional<std::int64_t> first = call.integer(2);
  if (!first) return;
  const std::optional<std::int64_t> last = call.integer(3);
  if (!last) return;
  RedisList* list = nullptr;
  if (!call.lookup(call.word(1), list)) return;
  call.reply.set_array();
  if (list == nullptr) return;
  const auto length = static_cast<std::int64_t>(list->size());
  std::int64_t start = *first < 0 ? *first + length : *first;
  std::int64_t end = *last < 0 ? *last + length : *last;
  start = std::max<std::int64_t>(start, 0);
  end = std::min(end, length - 1);
  for (std::int64_t i = start; i <= end; ++i) {
    call.reply.add_element().set_bulk((*list)[static_cast<std::size_t>(i)]);
  }
}

void redis_lindex(RedisCall& call) {
  // The key is looked at before the index is read.
  RedisList* list = nullptr;
  if (!call.lookup(call.word(1), list)) return;
  if (list == nullptr) return call.reply.set_nil();
  const std::optional<std::int64_t> index = call.integer(2);
  if (!index) return;
  const auto length = static_cast<std::int64_t>(list->size());
  const std::int64_t i = *index < 0 ? *index + length : *index;
  if (i < 0 || i >= length) return call.reply.set_nil();
  call.reply.set_bulk((*list)[static_cast<std::size_t>(i)]);
}

// A positive count removes from the left, a negative one from the right, zero removes all.
void redis_lrem(RedisCall& call) {
  const std::optional<std::int64_t> count = call.integer(2);
  if (!count) return;
  const std::string_view key = call.word(1);
  RedisList* list = nullptr;
  if (!call.lookup(key, list)) return;
  if (list == nullptr) return call.reply.set_integer(0);
  const bool from_right = *count < 0;
  // The most negative number has no positive counterpart; either way it means "all".
  const std::int64_t limit = *count == std::numeric_limits<std::int64_t>::min() ? 0
                             : from_right                                       ? -*count
                                                                                : *count;
  if (from_right) std::reverse(list->begin(), list->end());
  std::int64_t removed = 0;
  std::erase_if(*list, [&](const std::string& element) {
    if ((limit != 0 && removed == limit) || element != call.word(3)) return false;
    ++removed;
    return true;
  });
  if (from_right) std::reverse(list->begin(), list->end());
  if (list->empty()) {
    call.remove(key);
  } else if (removed > 0) {
    call.changed(key, Change::updated);
  }
  call.reply.set_integer(removed);
}

void redis_sadd(RedisCall& call) {
  const std::string_view key = call.word(1);
  RedisSet* set = nullptr;
  if (!call.lookup(key, set)) return;
  const bool is_new = set == nullptr;
  if (is_new) set = &call.create<RedisSet>(key);
  std::int64_t added = 0;
  for (std::size_t i = 2; i < call.size(); ++i) {
    if (set->emplace(call.word(i)).second) ++added;
  }
  if (added > 0) call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(added);
}

void redis_srem(RedisCall& call) {
  const std::string_view key = call.word(1);
  RedisSet* set = nullptr;
  if (!call.lookup(key, set)) return;
  if (set == nullptr) return call.reply.set_integer(0);
  std::int64_t removed = 0;
  for (std::size_t i = 2; i < call.size(); ++i) {
    const auto found = set->find(call.word(i));
    if (found == set->end()) continue;
    set->erase(found);
    ++removed;
  }
  if (set->empty()) {
    call.remove(key);
  } else if (removed > 0) {
    call.changed(key, Change::updated);
  }
  call.reply.set_integer(removed);
}

void redis_scard(RedisCall& call) {
  RedisSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  call.reply.set_integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->size()));
}

void redis_sismember(RedisCall& call) {
  RedisSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  call.reply.set_integer(set != nullptr && set->contains(call.word(2)) ? 1 : 0);
}

void redis_smembers(RedisCall& call) {
  RedisSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  call.reply.set_array();
  if (set == nullptr) return;
  for (const std::string& member : *set) call.reply.add_element().set_bulk(member);
}

}  // namespace picklock

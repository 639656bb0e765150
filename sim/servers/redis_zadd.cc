// Sorted sets: what changes them one member at a time.
#include <cmath>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

struct AddOptions {
  bool nx = false;
  bool xx = false;
  bool gt = false;
  bool lt = false;
  bool ch = false;
  bool incr = false;
};

// What adding changed. `score` is the member's, if the options let it be touched.
struct Added {
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::optional<double> score;
  bool not_a_number = false;
};

void move_member(RedisSortedSet& set, std::size_t rank, double score) {
  const std::string name = std::move(set.members[rank].name);
  set.members.erase(set.members.begin() + static_cast<std::ptrdiff_t>(rank));
  set.insert(score, name);
}

void add_member(RedisSortedSet& set, const AddOptions& options, double score, std::string_view name,
                Added& added) {
  const std::optional<std::size_t> rank = set.rank(name);
  if (!rank) {
    if (options.xx) return;
    set.insert(score, name);
    added.score = score;
    ++added.added;
    return;
  }
  if (options.nx) return;
  const double old = set.members[*rank].score;
  if (options.incr) score += old;
  added.not_a_number = std::isnan(score);
  if (added.not_a_number) return;
  if ((options.lt && score >= old) || (options.gt && score <= old)) return;
  added.score = score;
  if (score < old || score > old) {
    move_member(set, *rank, score);
    ++added.updated;
  }
}

// Reads options from word 2 on; the index of the first score.
std::size_t parse_options(const RedisCall& call, AddOptions& options) {
  std::size_t i = 2;
  for (; i < call.size(); ++i) {
    if (call.word_is(i, "nx")) {
      options.nx = true;
    } else if (call.word_is(i, "xx")) {
      options.xx = true;
    } else if (call.word_is(i, "gt")) {
      options.gt = true;
    } else if (call.word_is(i, "lt")) {
      options.lt = true;
    } else if (call.word_is(i, "ch")) {
      options.ch = true;
    } else if (call.word_is(i, "incr")) {
      options.incr = true;
    } else {
      break;
    }
  }
  return i;
}

std::string_view conflict(const AddOptions& options, std::size_t words) {
  if (words == 0 || words % 2 != 0) return RedisCall::kSyntax;
  if (options.nx && options.xx) {
    return "ERR XX and NX options at the same time are not compatible";
  }
  if ((options.gt && options.nx) || (options.lt && options.nx) || (options.gt && options.lt)) {
    return "ERR GT, LT, and/or NX options at the same time are not compatible";
  }
  if (options.incr && words > 2) {
    return "ERR INCR option supports a single increment-element pair";
  }
  return {};
}

void reply_score(RedisReply& reply, double score) {
  std::string storage;
  reply.set_bulk(format_redis_double(score, storage));
}

void add(RedisCall& call, const AddOptions& options, std::size_t first) {
  for (std::size_t i = first; i < call.size(); i += 2) {  // all scores are read before any is used
    if (!parse_redis_double(call.word(i))) return call.reply.set_error(RedisCall::kNotFloat);
  }
  const std::string_view key = call.word(1);
  RedisSortedSet* set = nullptr;
  if (!call.lookup(key, set)) return;
  const bool is_new = set == nullptr;
  Added added;
  if (!is_new || !options.xx) {
    if (is_new) set = &call.create<RedisSortedSet>(key);
    for (std::size_t i = first; i < call.size() && !added.not_a_number; i += 2) {
      const double score = *parse_redis_double(call.word(i));
      add_member(*set, options, score, call.word(i + 1), added);
    }
  }
  if (added.added + added.updated > 0)
    call.changed(key, is_new ? Change::created : Change::updated);
  if (added.not_a_number) {
    return call.reply.set_error("ERR resulting score is not a number (NaN)");
  }
  if (!options.incr) {
    return call.reply.set_integer(added.added + (options.ch ? added.updated : 0));
  }
  if (!added.score) return call.reply.set_nil();
  reply_score(call.reply, *added.score);
}

}  // namespace

void redis_zadd(RedisCall& call) {
  AddOptions options;
  const std::size_t first = parse_options(call, options);
  const std::string_view error = conflict(options, call.size() - first);
  if (!error.empty()) return call.reply.set_error(error);
  add(call, options, first);
}

void redis_zincrby(RedisCall& call) {
  add(call, AddOptions{.incr = true}, 2);
}

void redis_zrem(RedisCall& call) {
  const std::string_view key = call.word(1);
  RedisSortedSet* set = nullptr;
  if (!call.lookup(key, set)) return;
  if (set == nullptr) return call.reply.set_integer(0);
  std::int64_t removed = 0;
  for (std::size_t i = 2; i < call.size(); ++i) {
    const std::optional<std::size_t> rank = set->rank(call.word(i));
    if (!rank) continue;
    set->members.erase(set->members.begin() + static_cast<std::ptrdiff_t>(*rank));
    ++removed;
  }
  if (set->members.empty()) {
    call.remove(key);
  } else if (removed > 0) {
    call.changed(key, Change::updated);
  }
  call.reply.set_integer(removed);
}

void redis_zcard(RedisCall& call) {
  RedisSortedSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  call.reply.set_integer(set == nullptr ? 0 : static_cast<std::int64_t>(set->members.size()));
}

void redis_zscore(RedisCall& call) {
  RedisSortedSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  const std::optional<std::size_t> rank = set == nullptr ? std::nullopt : set->rank(call.word(2));
  if (!rank) return call.reply.set_nil();
  reply_score(call.reply, set->members[*rank].score);
}

void redis_zrank(RedisCall& call) {
  RedisSortedSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  const std::optional<std::size_t> rank = set == nullptr ? std::nullopt : set->rank(call.word(2));
  if (!rank) return call.reply.set_nil();
  call.reply.set_integer(static_cast<std::int64_t>(*rank));
}

}  // namespace picklock

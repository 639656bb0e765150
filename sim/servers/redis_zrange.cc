// Sorted sets: ranges by rank, score and member.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;
using Member = RedisSortedSet::Member;

enum class By : std::uint8_t { rank, score, name };

// One end of a range of scores or names.
struct Bound {
  double score = 0;
  std::string_view name;
  int infinity = 0;  // by name only: -1 = "-", 1 = "+"
  bool open = false;
};

bool parse_score_bound(std::string_view text, Bound& bound) {
  bound.open = !text.empty() && text[0] == '(';
  const std::string copy(text.substr(bound.open ? 1 : 0));
  char* end = nullptr;
  bound.score = std::strtod(copy.c_str(), &end);
  return *end == '\0' && !std::isnan(bound.score);
}

bool parse_name_bound(std::string_view text, Bound& bound) {
  if (text == "-" || text == "+") {
    bound.infinity = text == "-" ? -1 : 1;
    return true;
  }
  if (text.empty() || (text[0] != '(' && text[0] != '[')) return false;
  bound.open = text[0] == '(';
  bound.name = text.substr(1);
  return true;
}

bool above(const Member& member, const Bound& min, By by) {
  if (by == By::score) return min.open ? member.score > min.score : member.score >= min.score;
  if (min.infinity != 0) return min.infinity < 0;
  return min.open ? member.name > min.name : member.name >= min.name;
}

bool below(const Member& member, const Bound& max, By by) {
  if (by == By::score) return max.open ? member.score < max.score : member.score <= max.score;
  if (max.infinity != 0) return max.infinity > 0;
  return max.open ? member.name < max.name : member.name <= max.name;
}

struct Query {
  By by = By::rank;
  bool reverse = false;
  bool with_scores = false;
  std::int64_t offset = 0;
  std::int64_t limit = -1;
  std::int64_t start = 0;  // by rank
  std::int64_t stop = 0;
  Bound min;
  Bound max;
};

// Reads the options of ZRANGE, or of ZRANGEBYSCORE, which has no choice of order; false and an error.
bool parse_options(RedisCall& call, Query& query, bool fixed) {
  bool by_known = fixed;
  for (std::size_t i = 4; i < call.size(); ++i) {
    if (call.word_is(i, "withscores")) {
      query.with_scores = true;
    } else if (call.word_is(i, "limit") && i + 2 < call.size()) {
      const std::optional<std::int64_t> offset = call.integer(i + 1);
      if (!offset) return false;
      const std::optional<std::int64_t> limit = call.integer(i + 2);
      if (!limit) return false;
      query.offset = *offset;
      query.limit = *limit;
      i += 2;
    } else if (!fixed && !query.reverse && call.word_is(i, "rev")) {
      query.reverse = true;
    } else if (!by_known && (call.word_is(i, "byscore") || call.word_is(i, "bylex"))) {
      by_known = true;
      query.by = call.word_is(i, "bylex") ? By::name : By::score;
    } else {
      call.reply.set_error(RedisCall::kSyntax);
      return false;
    }
  }
  if (query.limit != -1 && query.by == By::rank) {
    call.reply.set_error(
        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    return false;
  }
  if (query.with_scores && query.by == By::name) {
    call.reply.set_error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    return false;
  }
  return true;
}

bool parse_bounds(RedisCall& call, Query& query) {
  if (query.by == By::rank) {
    const std::optional<std::int64_t> start = call.integer(2);
    if (!start) return false;
    const std::optional<std::int64_t> stop = call.integer(3);
    if (!stop) return false;
    query.start = *start;
    query.stop = *stop;
    return true;
  }
  const std::string_view low = call.word(query.reverse ? 3 : 2);
  const std::string_view high = call.word(query.reverse ? 2 : 3);
  const bool by_score = query.by == By::score;
  const auto parse = by_score ? parse_score_bound : parse_name_bound;
  if (parse(low, query.min) && parse(high, query.max)) return true;
  call.reply.set_error(by_score ? "ERR min or max is not a float"
                                : "ERR min or max not valid string range item");
  return false;
}

void emit(RedisReply& reply, const Member& member, bool with_score) {
  reply.add_element().set_bulk(member.name);
  if (!with_score) return;
  std::string storage;
  reply.add_element().set_bulk(format_redis_double(member.score, storage));
}

void emit_ranks(RedisCall& call, const RedisSortedSet& set, const Query& query) {
  const auto length = static_cast<std::int64_t>(set.members.size());
  std::int64_t start = query.start < 0 ? query.start + length : query.start;
  std::int64_t stop = query.stop < 0 ? query.stop + length : query.stop;
  start = std::max<std::int64_t>(start, 0);
  stop = std::min(stop, length - 1);
  for (std::int64_t i = start; i <= stop; ++i) {
    const std::int64_t at = query.reverse ? length - 1 - i : i;
    emit(call.reply, set.members[static_cast<std::size_t>(at)], query.with_scores);
  }
}

// Whether no member can lie between the bounds.
bool is_empty_range(const Query& query) {
  const Bound& min = query.min;
  const Bound& max = query.max;
  if (query.by == By::score) {
    return min.score > max.score || (min.score == max.score && (min.open || max.open));
  }
  if (min.infinity != 0 || max.infinity != 0) return min.infinity >= 0 && max.infinity <= 0;
  return min.name > max.name || (min.name == max.name && (min.open || max.open));
}

// Where members have different scores, names are in no order, and BYLEX means nothing: then this gives
// what Redis gives, which looks at both ends first and stops at the first member outside.
void emit_bounds(RedisCall& call, const RedisSortedSet& set, const Query& query) {
  const std::vector<Member>& members = set.members;
  const bool outside = members.empty() || !above(members.back(), query.min, query.by) ||
                       !below(members.front(), query.max, query.by);
  if (query.offset < 0 || outside || is_empty_range(query)) return;
  const auto at = [&](std::size_t i) -> const Member& {
    return members[query.reverse ? members.size() - 1 - i : i];
  };
  const auto entered = [&](const Member& member) {
    return query.reverse ? below(member, query.max, query.by) : above(member, query.min, query.by);
  };
  const auto inside = [&](const Member& member) {
    return query.reverse ? above(member, query.min, query.by) : below(member, query.max, query.by);
  };
  std::size_t i = 0;
  while (i < members.size() && !entered(at(i))) ++i;
  std::int64_t skip = query.offset;
  std::int64_t left = query.limit;
  for (; i < members.size() && inside(at(i)) && left != 0; ++i) {
    if (skip > 0) {
      --skip;
      continue;
    }
    emit(call.reply, at(i), query.with_scores);
    if (left > 0) --left;
  }
}

void range(RedisCall& call, Query query, bool fixed) {
  if (!parse_options(call, query, fixed) || !parse_bounds(call, query)) return;
  RedisSortedSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  call.reply.set_array();
  if (set == nullptr) return;
  if (query.by == By::rank) {
    emit_ranks(call, *set, query);
  } else {
    emit_bounds(call, *set, query);
  }
}

}  // namespace

void redis_zrange(RedisCall& call) {
  range(call, Query{}, false);
}

void redis_zrangebyscore(RedisCall& call) {
  range(call, Query{.by = By::score}, true);
}

void redis_zrevrangebyscore(RedisCall& call) {
  range(call, Query{.by = By::score, .reverse = true}, true);
}

void redis_zcount(RedisCall& call) {
  Query query{.by = By::score};
  if (!parse_bounds(call, query)) return;
  RedisSortedSet* set = nullptr;
  if (!call.lookup(call.word(1), set)) return;
  std::int64_t count = 0;
  if (set != nullptr) {
    count = std::count_if(set->members.begin(), set->members.end(), [&](const Member& member) {
      return above(member, query.min, query.by) && below(member, query.max, query.by);
    });
  }
  call.reply.set_integer(count);
}

void redis_zremrangebyscore(RedisCall& call) {
  Query query{.by = By::score};
  if (!parse_bounds(call, query)) return;
  const std::string_view key = call.word(1);
  RedisSortedSet* set = nullptr;
  if (!call.lookup(key, set)) return;
  if (set == nullptr) return call.reply.set_integer(0);
  const auto removed = std::erase_if(set->members, [&](const Member& member) {
    return above(member, query.min, query.by) && below(member, query.max, query.by);
  });
  if (set->members.empty()) {
    call.remove(key);
  } else if (removed > 0) {
    call.changed(key, Change::updated);
  }
  call.reply.set_integer(static_cast<std::int64_t>(removed));
}

}  // namespace picklock

// Strings changed in place: counters, APPEND and ranges. They keep the deadline.
#include <algorithm>
#include <limits>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

using Change = RedisStore::Change;

constexpr std::int64_t kMaxLength = 512LL * 1024 * 1024;  // proto-max-bulk-len
constexpr std::string_view kTooLong =
    "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

void increase(RedisCall& call, std::int64_t by) {
  const std::string_view key = call.word(1);
  std::string* text = nullptr;
  if (!call.lookup(key, text)) return;
  std::int64_t value = 0;
  if (text != nullptr) {
    const std::optional<std::int64_t> old = parse_redis_integer(*text);
    if (!old) return call.reply.set_error(RedisCall::kNotInteger);
    value = *old;
  }
  if (__builtin_add_overflow(value, by, &value)) {
    return call.reply.set_error(RedisCall::kOverflow);
  }
  const bool is_new = text == nullptr;
  if (is_new) text = &call.create<std::string>(key);
  *text = std::to_string(value);
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(value);
}

}  // namespace

void redis_incr(RedisCall& call) {
  increase(call, 1);
}

void redis_decr(RedisCall& call) {
  increase(call, -1);
}

void redis_incrby(RedisCall& call) {
  if (const std::optional<std::int64_t> by = call.integer(2)) increase(call, *by);
}

void redis_decrby(RedisCall& call) {
  const std::optional<std::int64_t> by = call.integer(2);
  if (!by) return;
  if (*by == std::numeric_limits<std::int64_t>::min()) {
    return call.reply.set_error("ERR decrement would overflow");
  }
  increase(call, -*by);
}

void redis_append(RedisCall& call) {
  const std::string_view key = call.word(1);
  std::string* text = nullptr;
  if (!call.lookup(key, text)) return;
  const bool is_new = text == nullptr;
  if (!is_new && text->size() + call.word(2).size() > static_cast<std::size_t>(kMaxLength)) {
    return call.reply.set_error(kTooLong);
  }
  if (is_new) text = &call.create<std::string>(key);
  text->append(call.word(2));
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(static_cast<std::int64_t>(text->size()));
}

void redis_strlen(RedisCall& call) {
  std::string* text = nullptr;
  if (!call.lookup(call.word(1), text)) return;
  call.reply.set_integer(text == nullptr ? 0 : static_cast<std::int64_t>(text->size()));
}

void redis_getrange(RedisCall& call) {
  const std::optional<std::int64_t> first = call.integer(2);
  if (!first) return;
  const std::optional<std::int64_t> last = call.integer(3);
  if (!last) return;
  std::string* text = nullptr;
  if (!call.lookup(call.word(1), text)) return;
  if (text == nullptr) return call.reply.set_bulk("");
  const auto length = static_cast<std::int64_t>(text->size());
  std::int64_t start = *first;
  std::int64_t end = *last;
  if (start < 0 && end < 0 && start > end) return call.reply.set_bulk("");
  if (start < 0) start = std::max<std::int64_t>(0, start + length);
  if (end < 0) end = std::max<std::int64_t>(0, end + length);
  end = std::min(end, length - 1);
  if (start > end) return call.reply.set_bulk("");
  call.reply.set_bulk(std::string_view(*text).substr(static_cast<std::size_t>(start),
                                                     static_cast<std::size_t>(end - start + 1)));
}

void redis_setrange(RedisCall& call) {
  const std::optional<std::int64_t> offset = call.integer(2);
  if (!offset) return;
  if (*offset < 0) return call.reply.set_error("ERR offset is out of range");
  const std::string_view key = call.word(1);
  const std::string_view piece = call.word(3);
  std::string* text = nullptr;
  if (!call.lookup(key, text)) return;
  const bool is_new = text == nullptr;
  if (piece.empty()) {
    return call.reply.set_integer(is_new ? 0 : static_cast<std::int64_t>(text->size()));
  }
  if (*offset > kMaxLength - static_cast<std::int64_t>(piece.size())) {
    return call.reply.set_error(kTooLong);
  }
  if (is_new) text = &call.create<std::string>(key);
  const auto start = static_cast<std::size_t>(*offset);
  if (text->size() < start + piece.size()) text->resize(start + piece.size(), '\0');
  text->replace(start, piece.size(), piece);
  call.changed(key, is_new ? Change::created : Change::updated);
  call.reply.set_integer(static_cast<std::int64_t>(text->size()));
}

}  // namespace picklock

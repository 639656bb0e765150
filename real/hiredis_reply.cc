#include "real/hiredis_reply.h"

#include <hiredis.h>

#include <string_view>

namespace picklock {

void convert(const redisReply& from, RedisReply& to) {
  const std::string_view text(from.str == nullptr ? "" : from.str,
                              from.str == nullptr ? 0 : from.len);
  switch (from.type) {
    case REDIS_REPLY_STATUS:
      return to.set_status(text);
    case REDIS_REPLY_ERROR:
      return to.set_error(text);
    case REDIS_REPLY_INTEGER:
      return to.set_integer(from.integer);
    case REDIS_REPLY_STRING:
      return to.set_bulk(text);
    case REDIS_REPLY_NIL:
      return to.set_nil();
    case REDIS_REPLY_ARRAY:
      to.set_array();
      for (std::size_t i = 0; i < from.elements; ++i) {
        convert(*from.element[i], to.add_element());
      }
      return;
    default:
      return to.set_unknown();
  }
}

}  // namespace picklock

#include "real/redis_reply_text.h"

#include <algorithm>
#include <utility>

#include "real/redis_fuzz.h"
#include "real/resp.h"

namespace picklock {
namespace {

std::string array_of(const std::vector<std::string>& elements) {
  std::string text = "*" + std::to_string(elements.size()) + "\r\n";
  for (const std::string& element : elements) text += element;
  return text;
}

std::string text_of(const RedisCommand& command, const RedisReply& reply) {
  const bool is_array = reply.kind() == RedisReply::Kind::array;
  if (!is_array || !RedisFuzz::is_unordered(command)) return encode_resp(reply);
  std::vector<std::string> elements;
  for (const RedisReply& element : reply.elements()) elements.push_back(encode_resp(element));
  std::sort(elements.begin(), elements.end());
  return array_of(elements);
}

}  // namespace

std::string RedisReplyText::of(const RedisCommand& command, const RedisReply& reply) {
  const bool is_queued = reply.kind() == RedisReply::Kind::status && reply.text() == "QUEUED";
  if (is_queued) {
    queued_.push_back(command);
    return encode_resp(reply);
  }
  if (queued_.empty()) return text_of(command, reply);
  // The transaction is over with its EXEC, or whatever else ends it; an error while queueing is not.
  if (reply.is_error() && !reply.text().starts_with("EXECABORT")) return encode_resp(reply);
  const std::vector<RedisCommand> done = std::exchange(queued_, {});
  const bool is_results =
      reply.kind() == RedisReply::Kind::array && reply.elements().size() == done.size();
  if (!is_results) return encode_resp(reply);
  std::vector<std::string> results;
  for (std::size_t i = 0; i < done.size(); ++i) {
    results.push_back(text_of(done[i], reply.elements()[i]));
  }
  return array_of(results);
}

}  // namespace picklock

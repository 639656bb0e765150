#include "real/redis_connection.h"

#include <hiredis.h>

#include <string>
#include <vector>

#include "real/hiredis_reply.h"

namespace picklock {
namespace {

constexpr timeval kTimeout{.tv_sec = 10, .tv_usec = 0};

struct FreeReply {
  void operator()(void* reply) const { freeReplyObject(reply); }
};
using OwnedReply = std::unique_ptr<redisReply, FreeReply>;

}  // namespace

void RedisConnection::Close::operator()(redisContext* context) const {
  redisFree(context);
}

Result<RedisConnection> RedisConnection::open(std::uint16_t port) {
  RedisConnection connection(redisConnectWithTimeout("127.0.0.1", port, kTimeout));
  redisContext* const context = connection.context_.get();
  if (context == nullptr || context->err != 0) {
    return Result<RedisConnection>::failure(
        "expected a redis-server on 127.0.0.1:" + std::to_string(port) + ": " +
        (context == nullptr ? "out of memory" : std::string(context->errstr)));
  }
  redisSetTimeout(context, kTimeout);
  return Result<RedisConnection>(std::move(connection));
}

void RedisConnection::execute(const RedisCommand& command, RedisReply& reply) const {
  send(command);
  receive(reply);
}

void RedisConnection::send(const RedisCommand& command) const {
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < command.size(); ++i) {
    words.push_back(command[i].data());
    lengths.push_back(command[i].size());
  }
  redisContext* const context = context_.get();
  redisAppendCommandArgv(context, static_cast<int>(words.size()), words.data(), lengths.data());
  int done = 0;
  while (done == 0 && redisBufferWrite(context, &done) == REDIS_OK) {
  }
}

void RedisConnection::receive(RedisReply& reply) const {
  void* raw = nullptr;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK) return reply.set_unknown();
  const OwnedReply answer(static_cast<redisReply*>(raw));
  convert(*answer, reply);
}

}  // namespace picklock

#include "real/redis_connection.h"

#include <fcntl.h>
#include <hiredis.h>

#include <string>
#include <utility>
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

Result<RedisConnection> RedisConnection::open(const RedisAddress& address) {
  using Opened = Result<RedisConnection>;
  RedisConnection connection(redisConnectWithTimeout(address.host.c_str(), address.port, kTimeout));
  redisContext* const context = connection.context_.get();
  if (context == nullptr || context->err != 0) {
    return Opened::failure("expected a redis-server on " + to_string(address) + ": " +
                           (context == nullptr ? "out of memory" : std::string(context->errstr)));
  }
  redisSetTimeout(context, kTimeout);
  if (address.password.empty()) return Opened(std::move(connection));
  RedisCommand login;
  login.assign("AUTH");
  if (!address.user.empty()) login.add(address.user);
  login.add(address.password);
  RedisReply reply;
  connection.execute(login, reply);
  if (reply.is_ok()) return Opened(std::move(connection));
  return Opened::failure("expected the login of the URL to be right on " + to_string(address) +
                         ": " + (reply.is_unknown() ? "the connection is lost" : reply.text()));
}

int RedisConnection::release() {
  const int file = ::fcntl(context_->fd, F_DUPFD_CLOEXEC, 0);
  context_.reset();
  return file;
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

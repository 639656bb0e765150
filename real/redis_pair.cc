#include "real/redis_pair.h"

#include <utility>

#include "real/resp.h"

namespace picklock {
namespace {

std::string difference(const std::string& what, const std::string& real, const std::string& model) {
  return what + "\nreal:  " + real + "model: " + model;
}

}  // namespace

Result<RedisPair> RedisPair::open(const RedisServerProcess& server, std::int64_t now) {
  RedisPair pair(now);
  for (std::size_t i = 0; i < kSessions; ++i) {
    Result<RedisConnection> connection = RedisConnection::open(server.port());
    if (!connection) return Result<RedisPair>(connection.error());
    pair.connections_.push_back(std::move(connection.value()));
    pair.sessions_[i] = pair.model_.connect();
  }
  for (const char* line : {"DEBUG SET-ACTIVE-EXPIRE 0", "FLUSHALL", "SCRIPT FLUSH"}) {
    const std::string difference = pair.run(0, parse_redis_command(line));
    if (!difference.empty()) return Result<RedisPair>::failure(difference);
  }
  return Result<RedisPair>(std::move(pair));
}

std::string RedisPair::run(std::size_t session, const RedisCommand& command) {
  connections_.at(session).execute(command, real_reply_);
  model_.execute(sessions_.at(session), command, now_, model_reply_);
  const std::string real = texts_.at(session).real.of(command, real_reply_);
  const std::string model = texts_.at(session).model.of(command, model_reply_);
  if (real == model) return {};
  return difference("session " + std::to_string(session) + ": " + to_string(command), real, model);
}

std::string RedisPair::run_push(std::size_t session) {
  std::vector<RedisReply>& pushes = pushes_.at(session);
  if (pushes.empty()) pushes = model_.take_pushes(sessions_.at(session));
  connections_.at(session).receive(real_reply_);
  model_reply_ = RedisReply();
  if (!pushes.empty()) {
    model_reply_ = std::move(pushes.front());
    pushes.erase(pushes.begin());
  }
  if (real_reply_ == model_reply_) return {};
  return difference("a message to session " + std::to_string(session), encode_resp(real_reply_),
                    encode_resp(model_reply_));
}

}  // namespace picklock

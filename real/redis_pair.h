// The model of redis-server beside the real one: both get every command, and every reply is compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "real/redis_connection.h"
#include "real/redis_reply_text.h"
#include "real/redis_server.h"
#include "sim/servers/redis_model.h"

namespace picklock {

class RedisPair {
 public:
  static constexpr std::size_t kSessions = 2;

  // Connects to `server`, empties it, and stops its active expiry, so that both sides drop dead keys
  // only when a command finds them. `now` is the model's wall clock, in Unix milliseconds.
  static Result<RedisPair> open(const RedisServerProcess& server, std::int64_t now);

  void set_time(std::int64_t now) { now_ = now; }

  // Empty when both replies are equal to the byte; else the command and both replies. The elements of
  // KEYS and SMEMBERS are compared as a set.
  std::string run(std::size_t session, const RedisCommand& command);
  // The same for the next message that both servers send to a session on their own.
  std::string run_push(std::size_t session);

  const RedisReply& real_reply() const { return real_reply_; }

 private:
  explicit RedisPair(std::int64_t now) : now_(now), model_(RedisConfig{}) {}
  // Of both sides of one session.
  struct Texts {
    RedisReplyText real;
    RedisReplyText model;
  };

  std::int64_t now_;
  RedisModel model_;
  std::array<RedisModel::Session, kSessions> sessions_{};
  std::array<std::vector<RedisReply>, kSessions> pushes_;
  std::array<Texts, kSessions> texts_;
  std::vector<RedisConnection> connections_;
  RedisReply real_reply_;
  RedisReply model_reply_;
};

}  // namespace picklock

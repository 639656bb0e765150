#include "real/redis_pair.h"

#include <algorithm>
#include <utility>

#include "real/redis_fuzz.h"
#include "real/resp.h"

namespace picklock {
namespace {

std::vector<std::string> sorted_elements(const RedisReply& reply) {
  std::vector<std::string> texts;
  for (const RedisReply& element : reply.elements()) texts.push_back(encode_resp(element));
  std::sort(texts.begin(), texts.end());
  return texts;
}

bool same(const RedisCommand& command, const RedisReply& a, const RedisReply& b) {
  if (a == b) return true;
  return RedisFuzz::is_unordered(command) && a.kind() == RedisReply::Kind::array &&
         a.kind() == b.kind() && sorted_elements(a) == sorted_elements(b);
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

std::string RedisPair::difference(const std::string& what) const {
  return what + "\nreal:  " + encode_resp(real_reply_) + "model: " + encode_resp(model_reply_);
}

bool RedisPair::same_transaction(const std::vector<RedisCommand>& queued) const {
  const std::vector<RedisReply>& real = real_reply_.elements();
  const std::vector<RedisReply>& model = model_reply_.elements();
  if (real.size() != queued.size() || model.size() != queued.size()) return false;
  for (std::size_t i = 0; i < queued.size(); ++i) {
    if (!same(queued[i], real[i], model[i])) return false;
  }
  return true;
}

std::string RedisPair::run(std::size_t session, const RedisCommand& command) {
  connections_.at(session).execute(command, real_reply_);
  model_.execute(sessions_.at(session), command, now_, model_reply_);
  std::vector<RedisCommand>& queue = queued_.at(session);
  const bool is_queued =
      real_reply_.kind() == RedisReply::Kind::status && real_reply_.text() == "QUEUED";
  if (is_queued) queue.push_back(command);
  bool equal = same(command, real_reply_, model_reply_);
  if (!is_queued && !queue.empty()) {
    // The transaction is over with its EXEC, or whatever else ends it; an error while queueing is not.
    equal = equal || same_transaction(queue);
    if (equal && !real_reply_.is_error()) queue.clear();
    if (real_reply_.is_error() && real_reply_.text().starts_with("EXECABORT")) queue.clear();
  }
  if (equal) return {};
  return difference("session " + std::to_string(session) + ": " + to_string(command));
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
  return difference("a message to session " + std::to_string(session));
}

}  // namespace picklock

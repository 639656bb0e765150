#include "sim/servers/redis_model.h"

#include "sim/servers/redis_scripts.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

// Models of one thread share one Lua state: to start one takes as long as a short run, and it remembers
// nothing but compiled text, which no answer depends on.
RedisScripts& scripts_of_this_thread() {
  thread_local RedisScripts scripts;
  return scripts;
}

}  // namespace

RedisModel::RedisModel(RedisConfig config)
    : server_(std::make_unique<RedisServer>(config, scripts_of_this_thread())) {}

RedisModel::~RedisModel() = default;
RedisModel::RedisModel(RedisModel&&) noexcept = default;
RedisModel& RedisModel::operator=(RedisModel&&) noexcept = default;

void RedisModel::reset() {
  server_->reset();
}

void RedisModel::watch_key(std::string key, RedisObserver* observer) {
  server_->store.watch_key(std::move(key), observer);
}

RedisModel::Session RedisModel::connect() {
  return server_->connect();
}

void RedisModel::disconnect(Session session) {
  server_->disconnect(session);
}

void RedisModel::execute(Session session, const RedisCommand& command, std::int64_t now_ms,
                         RedisReply& reply) {
  server_->execute(session, command, now_ms, reply);
}

std::vector<RedisReply> RedisModel::take_pushes(Session session) {
  return std::exchange(server_->clients.at(session).pushes, {});
}

std::optional<std::int64_t> RedisModel::deadline_of(std::string_view key) const {
  const RedisEntry* entry = server_->store.peek(0, key);
  if (entry == nullptr || !entry->has_deadline()) return std::nullopt;
  return entry->deadline;
}

std::optional<std::int64_t> RedisModel::next_deadline() const {
  return server_->store.next_deadline();
}

void RedisModel::expire_due(std::int64_t now_ms) {
  if (server_->active_expiry) server_->store.expire_due(now_ms);
}

void RedisModel::fsync(std::int64_t /*now_ms*/) {
  server_->fsync();
}

void RedisModel::kill_process() {
  server_->die(RedisServer::Survival::written);
}

void RedisModel::lose_power() {
  server_->die(RedisServer::Survival::on_disk);
}

void RedisModel::lose_disk() {
  server_->die(RedisServer::Survival::nothing);
}

void RedisModel::restart(std::int64_t now_ms) {
  server_->restart(now_ms);
}

std::size_t RedisModel::memory_entries() const {
  return server_->store.size();
}

}  // namespace picklock

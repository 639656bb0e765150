#include "sim/servers/redis_model.h"

#include <utility>

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

void RedisModel::fsync() {
  server_->fsync();
}

bool RedisModel::has_unsynced() const {
  return server_->has_unsynced();
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

void RedisModel::become_replica() {
  server_->replication.reset(true);
  server_->store.keep_dead(true);
}

void RedisModel::become_primary() {
  server_->replication.is_replica = false;
  server_->replication.forget_replicas();
  server_->store.keep_dead(false);
}

bool RedisModel::is_replica() const {
  return server_->replication.is_replica;
}

std::uint64_t RedisModel::offset() const {
  return server_->replication.offset();
}

std::optional<RedisBatch> RedisModel::take_changes() {
  if (!server_->replication.has_changes()) return std::nullopt;
  return server_->replication.take(server_->store);
}

RedisBatch RedisModel::copy() const {
  RedisBatch batch{.offset = offset(), .changes = {}};
  for (std::uint32_t i = 0; i < RedisStore::kDatabases; ++i) {
    for (const auto& [key, entry] : server_->store.database(i)) {
      batch.changes.push_back({.database = i, .key = key, .entry = entry});
    }
  }
  return batch;
}

void RedisModel::apply(const RedisBatch& batch) {
  for (const RedisChange& change : batch.changes) {
    server_->store.replace(change.database, change.key, change.entry);
  }
  server_->replication.set_offset(batch.offset);
}

void RedisModel::replace_by(const RedisBatch& copy) {
  server_->store.reset();
  apply(copy);
}

void RedisModel::acknowledge(std::uint32_t replica, std::uint64_t offset) {
  server_->replication.acknowledge(replica, offset);
}

std::uint32_t RedisModel::replicas_with(std::uint64_t offset) const {
  return server_->replication.replicas_with(offset);
}

void RedisModel::set_lacks_replicas(bool lacks) {
  server_->replication.lacks_replicas = lacks;
}

std::optional<RedisWait> RedisModel::take_wait() {
  return std::exchange(server_->replication.wait, std::nullopt);
}

std::size_t RedisModel::memory_entries() const {
  return server_->store.size();
}

}  // namespace picklock

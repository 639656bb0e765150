// MULTI, EXEC, DISCARD, WATCH, UNWATCH.
#include <algorithm>

#include "sim/servers/redis_handlers.h"
#include "sim/servers/redis_server.h"

namespace picklock {

void redis_multi(RedisCall& call) {
  if (call.client.in_multi) return call.reply.set_error("ERR MULTI calls can not be nested");
  call.client.in_multi = true;
  call.ok();
}

void redis_discard(RedisCall& call) {
  if (!call.client.in_multi) return call.reply.set_error("ERR DISCARD without MULTI");
  call.server.discard_transaction(call.client);
  call.ok();
}

// The queued commands see one instant: a key cannot die between two of them.
void redis_exec(RedisCall& call) {
  RedisClientState& client = call.client;
  if (!client.in_multi) return call.reply.set_error("ERR EXEC without MULTI");
  if (call.server.watched_key_expired(client, call.now)) client.watch_broken = true;
  if (client.bad_queue || client.watch_broken) {
    if (client.bad_queue) {
      call.reply.set_error("EXECABORT Transaction discarded because of previous errors.");
    } else {
      call.reply.set_nil();
    }
    return call.server.discard_transaction(client);
  }
  call.server.unwatch(client);
  call.reply.set_array();
  const std::size_t queued = client.queued;
  for (std::size_t i = 0; i < queued; ++i) {
    const RedisCommand& command = client.queue[i];
    const RedisCommandSpec& spec = *find_redis_command(command).spec;
    call.server.run(spec, client, command, call.now, call.reply.add_element());
  }
  call.server.discard_transaction(client);
}

void redis_watch(RedisCall& call) {
  if (call.client.in_multi) return call.reply.set_error("ERR WATCH inside MULTI is not allowed");
  if (!call.client.watch_broken) {
    for (std::size_t i = 1; i < call.size(); ++i) {
      call.server.watch(call.client, call.word(i), call.now);
    }
  }
  call.ok();
}

void redis_unwatch(RedisCall& call) {
  call.server.unwatch(call.client);
  call.client.watch_broken = false;
  call.ok();
}

void RedisServer::watch(RedisClientState& client, std::string_view key, std::int64_t now) {
  for (const RedisClientState::Watched& watched : client.watched) {
    if (watched.database == client.database && watched.key == key) return;
  }
  const RedisEntry* entry = store.peek(client.database, key);
  client.watched.push_back({.database = client.database,
                            .key = std::string(key),
                            .expired = entry != nullptr && entry->is_dead(now)});
  if (client.watched.size() == 1) ++watchers_;
  listen_if_needed();
}

void RedisServer::unwatch(RedisClientState& client) {
  if (client.watched.empty()) return;
  client.watched.clear();
  --watchers_;
  listen_if_needed();
}

void RedisServer::listen_if_needed() {
  store.listen(replication.enabled || watchers_ > 0 ? this : nullptr);
}

void RedisServer::discard_transaction(RedisClientState& client) {
  client.queued = 0;
  client.in_multi = false;
  client.bad_queue = false;
  client.watch_broken = false;
  unwatch(client);
}

bool RedisServer::watched_key_expired(const RedisClientState& client, std::int64_t now) const {
  return std::any_of(client.watched.begin(), client.watched.end(), [&](const auto& watched) {
    if (watched.expired) return false;
    const RedisEntry* entry = store.peek(watched.database, watched.key);
    return entry != nullptr && entry->is_dead(now);
  });
}

// A key that was dead when WATCH was called is absent for that transaction: to remove it is no change.
void RedisServer::on_touch(std::uint32_t database, std::string_view key) {
  replication.touched(database, key);
  if (watchers_ == 0) return;
  const bool present = store.peek(database, key) != nullptr;
  for (RedisClientState& client : clients) {
    bool broken = false;
    for (RedisClientState::Watched& watched : client.watched) {
      if (watched.database != database || watched.key != key) continue;
      if (watched.expired && !present) {
        watched.expired = false;
      } else {
        broken = broken || !watched.expired;
      }
    }
    if (!broken) continue;
    client.watch_broken = true;
    unwatch(client);
    if (watchers_ == 0) return;
  }
}

void RedisServer::on_clear(std::uint32_t database) {
  for (const auto& [key, entry] : store.database(database)) replication.touched(database, key);
  for (RedisClientState& client : clients) {
    bool broken = false;
    for (RedisClientState::Watched& watched : client.watched) {
      if (watched.database != database || store.peek(database, watched.key) == nullptr) continue;
      broken = broken || !watched.expired;
      watched.expired = false;
    }
    if (!broken) continue;
    client.watch_broken = true;
    unwatch(client);
  }
}

}  // namespace picklock

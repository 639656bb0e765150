// What a model of redis-server is, in facts.
#include <algorithm>
#include <string>
#include <variant>

#include "sim/facts.h"
#include "sim/servers/redis_model.h"
#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

enum Tag : std::uint8_t { settings = 1, script, key_in_memory, key_on_disk };

// A session that would answer like any other.
bool is_plain(const RedisClientState& client) {
  return client.database == 0 && client.name.empty() && !client.in_multi &&
         client.watched.empty() && client.subscriptions() == 0 && client.pushes.empty();
}

bool only_strings(const RedisStore& store) {
  for (std::uint32_t i = 0; i < store.databases_used(); ++i) {
    const bool only = std::ranges::all_of(store.database(i), [](const auto& one) {
      return std::holds_alternative<std::string>(one.second.value);
    });
    if (!only) return false;
  }
  return true;
}

void add_keys(const RedisStore& store, const FactBuilder& about, Tag tag, StateFacts& facts) {
  for (std::uint32_t i = 0; i < store.databases_used(); ++i) {
    for (const auto& [key, entry] : store.database(i)) {
      FactBuilder fact = about;
      fact.add(tag).add(i).add_text(key).add_text(std::get<std::string>(entry.value));
      facts.add(fact.add(static_cast<std::uint64_t>(entry.deadline)).fact());
    }
  }
}

}  // namespace

bool RedisModel::add_facts(const FactBuilder& about, StateFacts& facts) const {
  const RedisServer& server = *server_;
  const bool few = !server.start_config.replicated && !server.told_session_ids &&
                   std::ranges::all_of(server.clients, is_plain) && only_strings(server.store) &&
                   only_strings(server.disk());
  if (!few) return false;
  FactBuilder set = about;
  set.add(settings)
      .add(server.append_only ? 1 : 0)
      .add(static_cast<std::uint64_t>(server.append_fsync));
  set.add(server.active_expiry ? 1 : 0).add(static_cast<std::uint64_t>(server.survival()));
  facts.add(set.fact());
  for (std::size_t i = 0; i < server.loaded_scripts.size(); ++i) {
    FactBuilder loaded = about;
    if (server.loaded_scripts[i]) facts.add(loaded.add(script).add(i).fact());
  }
  add_keys(server.store, about, key_in_memory, facts);
  if (server.append_only) add_keys(server.disk(), about, key_on_disk, facts);
  return true;
}

}  // namespace picklock

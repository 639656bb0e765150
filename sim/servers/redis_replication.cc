#include "sim/servers/redis_replication.h"

#include <algorithm>

#include "sim/servers/redis_text.h"

namespace picklock {

bool only_reads(const RedisCommand& command) {
  return equals_ignoring_case(command[0], "get") || equals_ignoring_case(command[0], "exists") ||
         equals_ignoring_case(command[0], "pttl");
}

RedisBatch RedisReplication::take(const RedisStore& store) {
  RedisBatch batch{.offset = ++offset_, .changes = {}};
  for (const auto& [database, key] : touched_) {
    const RedisEntry* const entry = store.peek(database, key);
    batch.changes.push_back(
        {.database = database,
         .key = key,
         .entry = entry == nullptr ? std::nullopt : std::optional<RedisEntry>(*entry)});
  }
  touched_.clear();
  return batch;
}

std::uint32_t RedisReplication::replicas_with(std::uint64_t offset) const {
  return static_cast<std::uint32_t>(
      std::count_if(acknowledged_.begin(), acknowledged_.end(),
                    [offset](const auto& replica) { return replica.second >= offset; }));
}

}  // namespace picklock

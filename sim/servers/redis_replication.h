// What one Redis server knows of replication: its role, the numbered batches of its writes, and how far its
// replicas say that they have come.
//
// A batch is what a command (or an expiry) left of the keys that it touched, with absolute deadlines. Redis sends
// the effects of a command, rewritten to absolute deadlines, which leave the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/servers/redis_store.h"

namespace picklock {

// Commands that a client library with a read preference sends to a replica.
bool only_reads(const RedisCommand& command);

struct RedisChange {
  std::uint32_t database = 0;
  std::string key;
  std::optional<RedisEntry> entry;  // none: the key is gone
};

struct RedisBatch {
  std::uint64_t offset = 0;  // batches of one primary are numbered from 1 on, without a gap
  std::vector<RedisChange> changes;
};

// A WAIT whose reply must wait: until `replicas` of them have `offset`, or `timeout_ms` has passed.
struct RedisWait {
  std::uint64_t offset = 0;
  std::uint32_t replicas = 0;
  std::int64_t timeout_ms = 0;  // 0 = for ever
};

class RedisReplication {
 public:
  bool enabled = false;
  bool is_replica = false;
  bool lacks_replicas = false;    // min-replicas-to-write is not met: writes are refused
  std::optional<RedisWait> wait;  // of the command that was executed last

  void reset(bool replica) {
    is_replica = replica;
    lacks_replicas = false;
    wait.reset();
    touched_.clear();
    offset_ = 0;
    acknowledged_.clear();
  }

  void touched(std::uint32_t database, std::string_view key) {
    if (enabled && !is_replica) touched_.emplace(database, key);
  }
  bool has_changes() const { return !touched_.empty(); }
  // What was touched since the last call, as the next batch.
  RedisBatch take(const RedisStore& store);

  // Of the last batch that was taken or applied, and of the one that is being written.
  std::uint64_t offset() const { return offset_; }
  std::uint64_t write_offset() const { return offset_ + (touched_.empty() ? 0 : 1); }
  void set_offset(std::uint64_t offset) { offset_ = offset; }

  void acknowledge(std::uint32_t replica, std::uint64_t offset) {
    std::uint64_t& known = acknowledged_[replica];
    if (offset > known) known = offset;
  }
  void forget_replicas() { acknowledged_.clear(); }
  std::uint32_t replicas_with(std::uint64_t offset) const;

 private:
  std::set<std::pair<std::uint32_t, std::string>> touched_;
  std::uint64_t offset_ = 0;
  std::map<std::uint32_t, std::uint64_t> acknowledged_;
};

}  // namespace picklock

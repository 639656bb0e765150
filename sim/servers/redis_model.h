// A deterministic model of one redis-server 7.0: a single-threaded state machine on its own wall clock.
//
// It answers argument vectors as redis-server 7.0.15 does, to the byte of its errors, and runs the same
// Lua text in embedded Lua 5.1. docs/redis-model.md names what it covers and where it differs.
//
// The caller owns time: `now_ms` is the server's wall clock in milliseconds, of any origin, and may go
// backwards. No sleep takes time here: DEBUG SLEEP answers at once. Replication is the caller's too: it carries
// batches from one model to another, and keeps the reply to a WAIT back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/redis_client.h"
#include "scenarios/scenario.h"
#include "sim/servers/redis_observer.h"
#include "sim/servers/redis_replication.h"

namespace picklock {

class FactBuilder;
class StateFacts;
class RedisServer;

struct RedisConfig {
  AofPolicy aof = AofPolicy::off;
  bool replicated = false;  // it notes its changes for replicas
};

class RedisModel {
 public:
  using Session = std::uint32_t;

  explicit RedisModel(RedisConfig config);
  ~RedisModel();
  RedisModel(RedisModel&&) noexcept;
  RedisModel& operator=(RedisModel&&) noexcept;

  // As just constructed, but storage, compiled scripts and the observer stay.
  void reset();
  // At most one key, of database 0, is observed; `observer` outlives the model, or is nullptr.
  void watch_key(std::string key, RedisObserver* observer);

  // A connection: the home of MULTI, WATCH, SUBSCRIBE and SELECT. Numbers of ended sessions are
  // reused. A session must not be used after disconnect(), restart() or reset().
  Session connect();
  void disconnect(Session session);

  // Executes one command. `reply` is reused storage and never becomes "unknown".
  void execute(Session session, const RedisCommand& command, std::int64_t now_ms,
               RedisReply& reply);
  // Messages of channels, and confirmations of SUBSCRIBE and UNSUBSCRIBE after the first (which is the
  // reply), in order. Empties the queue.
  std::vector<RedisReply> take_pushes(Session session);

  // The absolute deadline of a key of database 0; nothing when it has none or is absent.
  std::optional<std::int64_t> deadline_of(std::string_view key) const;
  // The earliest deadline of all keys: what dies next.
  std::optional<std::int64_t> next_deadline() const;
  // Active expiry: removes every key that is dead at `now_ms` (none after DEBUG SET-ACTIVE-EXPIRE 0).
  void expire_due(std::int64_t now_ms);

  // Durability. Each acknowledged command is written to the append-only file at once, unless that is
  // off; `always` also puts it on disk at once, `everysec` and `no` when the caller says fsync().
  void fsync();  // everything written so far is on disk
  // Something was written since the last fsync() or start.
  bool has_unsynced() const;
  // What will be found at the next restart(): call one of these when the server dies.
  void kill_process();  // everything written
  void lose_power();    // everything on disk
  void lose_disk();     // nothing
  // Starts again with what survived. Keys that are dead by now do not come back. Sessions and the
  // script cache are gone. The observer learns here what became of its key: removed as flushed or
  // expired, created when an older file brought it back, overwritten when it has an older value.
  void restart(std::int64_t now_ms);

  // Replication (of a model that was made `replicated`). A primary begins with offset 0; every change of keys
  // makes a batch. A replica refuses writes, hides dead keys but removes none, and takes batches in order.
  void become_replica();
  void become_primary();
  bool is_replica() const;
  // How far its data is: the number of the last batch that was taken from it, or applied to it.
  std::uint64_t offset() const;
  // What was changed since the last call; nothing when that is nothing.
  std::optional<RedisBatch> take_changes();
  // Everything, numbered with the present offset.
  RedisBatch copy() const;
  void apply(const RedisBatch& batch);      // a replica: the batch after its offset
  void replace_by(const RedisBatch& copy);  // a replica: drops what it has
  void acknowledge(std::uint32_t replica, std::uint64_t offset);
  std::uint32_t replicas_with(std::uint64_t offset) const;
  // Until told otherwise, writes are refused: fewer replicas than min-replicas-to-write are in touch.
  void set_lacks_replicas(bool lacks);
  // The command executed last was a WAIT that must wait; its reply holds the count so far.
  std::optional<RedisWait> take_wait();

  // For who tells states apart: adds, each behind what `about` says, facts that decide all future answers; false, and
  // none, when they would not (a session with a state of its own, replication, values that are no strings).
  bool add_facts(const FactBuilder& about, StateFacts& facts) const;

  std::size_t memory_entries() const;  // keys, dead ones that nobody found yet included

 private:
  std::unique_ptr<RedisServer> server_;
};

// The commands that the model knows, in capitals.
std::vector<std::string> redis_command_names();
// The same with each subcommand, as in "CONFIG GET", and without those that only have subcommands.
std::vector<std::string> redis_full_command_names();

}  // namespace picklock

// The inside of the model of redis-server: sessions, dispatch of commands, and what a command handler
// works with. Only the redis_*.cc files of this folder include it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/servers/redis_model.h"
#include "sim/servers/redis_replication.h"
#include "sim/servers/redis_scripts.h"
#include "sim/servers/redis_store.h"
#include "sim/servers/redis_text.h"

namespace picklock {

class RedisCall;

struct RedisCommandSpec {
  enum Flag : std::uint32_t {
    kPlain = 0,
    kWrite = 1,           // refused in a script that declares no-writes
    kNoScript = 2,        // refused in every script
    kNotQueued = 4,       // runs at once inside MULTI
    kWhileSubscribed = 8  // allowed in a session that has subscriptions
  };

  std::string_view name;         // lower case; "client|setname" for a subcommand
  int arity;                     // words with the name; -n = at least n
  void (*run)(RedisCall& call);  // nullptr = it has subcommands only
  std::uint32_t flags;

  bool has(Flag flag) const { return (flags & flag) != 0; }
  bool accepts(std::size_t words) const {
    const int count = static_cast<int>(words);
    return arity >= 0 ? count == arity : count >= -arity;
  }
};

// By name in any case; nothing for an unknown command. A subcommand is found through its container.
struct RedisLookup {
  const RedisCommandSpec* spec = nullptr;
  bool container_known = false;  // the command is known, its subcommand is not
};
RedisLookup find_redis_command(const RedisCommand& command);
std::size_t redis_command_count();

struct RedisClientState {
  struct Watched {
    std::uint32_t database = 0;
    std::string key;
    bool expired = false;  // it was dead already when WATCH was called
  };

  std::uint64_t id = 0;
  bool connected = false;
  std::uint32_t database = 0;
  std::string name;
  bool in_multi = false;
  bool bad_queue = false;     // a command was refused while queueing: EXEC will abort
  bool watch_broken = false;  // a watched key changed: EXEC will answer nil
  std::vector<RedisCommand> queue;
  std::size_t queued = 0;  // of `queue`, whose tail is storage for later
  std::vector<Watched> watched;
  std::vector<std::string> channels;
  std::vector<std::string> patterns;
  std::vector<RedisReply> pushes;

  std::uint64_t written = 0;  // the offset after its last write: what WAIT waits for

  std::size_t subscriptions() const { return channels.size() + patterns.size(); }
};

class RedisServer final : public RedisTouchListener, public RedisScriptHost {
 public:
  using Session = RedisModel::Session;

  RedisServer(RedisConfig start, RedisScripts& shared);

  void reset();
  Session connect();
  void disconnect(Session session);
  void execute(Session session, const RedisCommand& command, std::int64_t now, RedisReply& reply);

  enum class Survival : std::uint8_t { written, on_disk, nothing };
  void fsync();
  // redis-server takes what its file held when it started as synced.
  bool has_unsynced() const {
    return append_only && store.changes() != synced_changes_ && store.changes() != begun_with_;
  }
  void die(Survival survival) { survival_ = survival; }
  Survival survival() const { return survival_; }
  const RedisStore& disk() const { return disk_; }
  void restart(std::int64_t now);

  // Runs a command that dispatch has accepted.
  void run(const RedisCommandSpec& spec, RedisClientState& client, const RedisCommand& command,
           std::int64_t now, RedisReply& reply);

  // A script's commands run for its caller, in a frozen instant; what it SELECTs ends with it.
  void begin_script(RedisClientState& caller, std::int64_t now);
  void end_script();

  void unwatch(RedisClientState& client);
  void discard_transaction(RedisClientState& client);
  bool watched_key_expired(const RedisClientState& client, std::int64_t now) const;
  void watch(RedisClientState& client, std::string_view key, std::int64_t now);

  void on_touch(std::uint32_t database, std::string_view key) override;
  void on_clear(std::uint32_t database) override;
  void call_from_script(const RedisCommand& command, bool read_only, RedisReply& reply) override;

  RedisConfig start_config;
  bool append_only = false;
  AofPolicy append_fsync = AofPolicy::everysec;  // never `off`
  bool active_expiry = true;
  RedisStore store;
  RedisScripts* scripts;
  std::vector<bool> loaded_scripts;  // by script number: in this server's script cache
  std::vector<RedisClientState> clients;
  std::uint64_t next_client_id = 1;
  bool told_session_ids = false;  // somebody asked for the number of a session
  RedisReplication replication;

 private:
  // No such command, or not with so many words.
  [[gnu::noinline]] void reject(const RedisLookup& found, RedisClientState& client,
                                const RedisCommand& command, RedisReply& reply);
  [[gnu::noinline]] bool refuse(RedisClientState& client, const RedisCommandSpec& spec,
                                RedisReply& reply) const;
  void enqueue(RedisClientState& client, const RedisCommand& command, RedisReply& reply);
  // Why a write is refused here and now; nothing when it is not.
  std::string_view write_refusal(const RedisCommandSpec& spec) const;
  // ... or a call of a script; `spec` null: nobody knows it.
  std::string_view script_refusal(const RedisCommandSpec* spec, std::size_t words,
                                  bool read_only) const;
  void listen_if_needed();
  void forget_sessions_and_settings();

  RedisStore disk_;                   // as of the last fsync
  std::uint64_t synced_changes_ = 0;  // store.changes() then
  std::uint64_t begun_with_ = 0;      // store.changes() at the start
  Survival survival_ = Survival::written;
  std::size_t watchers_ = 0;                   // sessions with watched keys
  RedisClientState* script_client_ = nullptr;  // the caller of the running script
  std::uint32_t script_database_ = 0;          // the caller's own, restored after the script
  std::int64_t script_now_ = 0;
};

// One execution of one command: its arguments and its reply.
class RedisCall {
 public:
  static constexpr std::string_view kWrongType =
      "WRONGTYPE Operation against a key holding the wrong kind of value";
  static constexpr std::string_view kNotInteger = "ERR value is not an integer or out of range";
  static constexpr std::string_view kSyntax = "ERR syntax error";
  static constexpr std::string_view kOverflow = "ERR increment or decrement would overflow";
  static constexpr std::string_view kNotFloat = "ERR value is not a valid float";

  RedisServer& server;
  RedisClientState& client;
  const RedisCommandSpec& spec;
  const RedisCommand& words;
  RedisReply& reply;
  std::int64_t now;

  std::size_t size() const { return words.size(); }
  std::string_view word(std::size_t i) const { return words[i]; }
  bool word_is(std::size_t i, std::string_view lower_case) const {
    return equals_ignoring_case(words[i], lower_case);
  }

  void ok() { reply.set_status("OK"); }
  void wrong_arity();

  // The integer in word `i`, or nothing and an error reply.
  std::optional<std::int64_t> integer(std::size_t i, std::string_view error = kNotInteger) {
    const std::optional<std::int64_t> value = parse_redis_integer(words[i]);
    if (!value) reply.set_error(error);
    return value;
  }

  RedisEntry* find(std::string_view key) { return server.store.find(client.database, key, now); }
  // The live value of `key`, nullptr when it is absent; false and an error when it has another type.
  template <class T>
  bool lookup(std::string_view key, T*& value) {
    RedisEntry* entry = find(key);
    value = entry == nullptr ? nullptr : std::get_if<T>(&entry->value);
    if (entry == nullptr || value != nullptr) return true;
    reply.set_error(kWrongType);
    return false;
  }
  // A new, empty value for a key that is absent; report it with changed(key, created).
  template <class T>
  T& create(std::string_view key) {
    RedisEntry& entry = server.store.add(client.database, key);
    if (T* const old = std::get_if<T>(&entry.value)) {
      *old = T();
      return *old;
    }
    return entry.value.emplace<T>();
  }
  void changed(std::string_view key, RedisStore::Change how) {
    server.store.touch(client.database, key, how);
  }
  void remove(std::string_view key) {
    server.store.remove(client.database, key, RedisStore::Change::deleted);
  }
};

template <>
inline std::string& RedisCall::create<std::string>(std::string_view key) {
  RedisEntry& entry = server.store.add(client.database, key);
  if (std::string* const old = std::get_if<std::string>(&entry.value)) {
    old->clear();  // keeps its storage
    return *old;
  }
  return entry.value.emplace<std::string>();
}

}  // namespace picklock

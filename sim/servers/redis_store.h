// The data of one Redis server: sixteen numbered databases of typed values with deadlines.
//
// Keys are ordered, so that no answer depends on a hash seed. A key that dies leaves its storage
// behind for the next one: a store in steady use does not allocate. Deadlines are absolute wall-clock
// milliseconds; a key is alive at its deadline and dead one millisecond later.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/servers/redis_observer.h"

namespace picklock {

// Fields in the order of their insertion, as Redis keeps them in a small hash. Look-ups are linear.
struct RedisHash {
  std::vector<std::pair<std::string, std::string>> fields;

  std::string* find(std::string_view field);
  friend bool operator==(const RedisHash&, const RedisHash&) = default;
};

// Integers by value, then everything else by bytes.
struct RedisSetOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

// Members by (score, bytes). Look-ups of a member are linear.
struct RedisSortedSet {
  struct Member {
    double score = 0;
    std::string name;
    friend bool operator==(const Member&, const Member&) = default;
  };
  std::vector<Member> members;

  std::optional<std::size_t> rank(std::string_view name) const;
  void insert(double score, std::string_view name);  // `name` is not in the set yet
  friend bool operator==(const RedisSortedSet&, const RedisSortedSet&) = default;
};

using RedisList = std::deque<std::string>;
using RedisSet = std::set<std::string, RedisSetOrder>;
using RedisValue = std::variant<std::string, RedisHash, RedisSortedSet, RedisList, RedisSet>;

struct RedisEntry {
  static constexpr std::int64_t kNoDeadline = std::numeric_limits<std::int64_t>::min();

  RedisValue value;
  std::int64_t deadline = kNoDeadline;

  bool has_deadline() const { return deadline != kNoDeadline; }
  bool is_dead(std::int64_t now) const { return has_deadline() && now > deadline; }
  friend bool operator==(const RedisEntry&, const RedisEntry&) = default;
};

// Told of every change of any key while transactions watch keys, or replicas follow.
class RedisTouchListener {
 public:
  virtual void on_touch(std::uint32_t database, std::string_view key) = 0;
  // Just before the database is emptied.
  virtual void on_clear(std::uint32_t database) = 0;

 protected:
  ~RedisTouchListener() = default;
};

class RedisStore {
 public:
  static constexpr std::uint32_t kDatabases = 16;
  using Database = std::map<std::string, RedisEntry, std::less<>>;

  RedisStore() = default;
  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;

  enum class Change : std::uint8_t { created, overwritten, updated, deadline, deleted, expired };

  void watch_key(std::string key, RedisObserver* observer);
  void listen(RedisTouchListener* listener) { listener_ = listener; }  // nullptr = nobody

  // A replica's store: dead keys are hidden, and stay until the primary says that they are gone.
  void keep_dead(bool keep) { keeps_dead_ = keep; }

  // The live entry, or nothing. A dead one is removed on the way, as Redis does.
  RedisEntry* find(std::uint32_t database, std::string_view key, std::int64_t now) {
    if (is_last(database, key) && !last_->second.is_dead(now)) return &last_->second;
    return look_up(database, key, now);
  }
  // The entry as it lies in memory, dead or alive.
  const RedisEntry* peek(std::uint32_t database, std::string_view key) const {
    if (is_last(database, key)) return &last_->second;
    const Database& keys = databases_[database];
    const auto found = keys.find(key);
    return found == keys.end() ? nullptr : &found->second;
  }
  // A new entry without deadline for a key that is absent; its value is left over from before and
  // must be set. The caller reports `created` by touch() when the value is complete.
  RedisEntry& add(std::uint32_t database, std::string_view key);
  void set_deadline(RedisEntry& entry, std::int64_t deadline);
  // Reports a change that was made to a live key.
  void touch(std::uint32_t database, std::string_view key, Change change) {
    ++changes_;
    if (listener_ != nullptr) listener_->on_touch(database, key);
    if (database == 0 && observer_ != nullptr && key == watched_key_) notify(watched_key_, change);
  }
  // Removes a key that is present and reports it.
  void remove(std::uint32_t database, std::string_view key, Change why);
  void clear(std::uint32_t database);  // FLUSHDB
  // Forgets everything without a word to anybody.
  void reset();

  const Database& database(std::uint32_t number) const { return databases_.at(number); }
  // From here on databases are empty.
  std::uint32_t databases_used() const { return static_cast<std::uint32_t>(std::bit_width(used_)); }
  std::size_t size() const;
  std::optional<std::int64_t> next_deadline() const;  // O(1) while the earliest key lives
  void expire_due(std::int64_t now);

  // Replaces the contents by the live keys of `other`, and reports what that does to the observed key.
  void load(const RedisStore& other, std::int64_t now);
  // Sets or removes one key in silence.
  void replace(std::uint32_t database, std::string_view key,
               const std::optional<RedisEntry>& entry);
  // Copies the contents of `other` in silence.
  void copy_from(const RedisStore& other);
  std::uint64_t changes() const { return changes_; }  // rises with every change

 private:
  RedisEntry* look_up(std::uint32_t database, std::string_view key, std::int64_t now);
  // Where a key lies; the end of its database when it is absent.
  Database::iterator place_of(std::uint32_t database, std::string_view key);
  bool is_last(std::uint32_t database, std::string_view key) const {
    return last_database_ == database && last_->first == key;
  }
  void recycle(Database& database, Database::iterator position);
  void notify(std::string_view key, Change change);

  std::array<Database, kDatabases> databases_;
  // The key that was found last, which is most often the one that is wanted next.
  std::uint32_t last_database_ = kDatabases;  // kDatabases: none was
  Database::iterator last_;
  std::uint32_t used_ = 0;  // a bit for each database that may hold keys
  std::vector<Database::node_type> spare_;
  mutable std::int64_t earliest_ = kNone;  // no key has an earlier deadline; exact if !stale_
  mutable bool stale_ = false;
  std::string watched_key_;
  RedisObserver* observer_ = nullptr;
  RedisTouchListener* listener_ = nullptr;
  std::uint64_t changes_ = 0;
  bool keeps_dead_ = false;

  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
};

}  // namespace picklock

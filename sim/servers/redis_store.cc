#include "sim/servers/redis_store.h"

#include <algorithm>

#include "base/require.h"
#include "sim/servers/redis_text.h"

namespace picklock {
namespace {

RedisRemoval removal_of(RedisStore::Change change) {
  return change == RedisStore::Change::expired ? RedisRemoval::expired : RedisRemoval::deleted;
}

}  // namespace

std::string* RedisHash::find(std::string_view field) {
  for (auto& [name, value] : fields) {
    if (name == field) return &value;
  }
  return nullptr;
}

bool RedisSetOrder::operator()(std::string_view a, std::string_view b) const {
  const std::optional<std::int64_t> left = parse_redis_integer(a);
  const std::optional<std::int64_t> right = parse_redis_integer(b);
  if (left && right) return *left < *right;
  if (left || right) return left.has_value();
  return a < b;
}

std::optional<std::size_t> RedisSortedSet::rank(std::string_view name) const {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == name) return i;
  }
  return std::nullopt;
}

void RedisSortedSet::insert(double score, std::string_view name) {
  const auto position = std::find_if(members.begin(), members.end(), [&](const Member& member) {
    return score < member.score || (score == member.score && name < member.name);
  });
  // Adding zero turns "-0" into "0", as a small set stores it.
  members.insert(position, Member{.score = score + 0.0, .name = std::string(name)});
}

void RedisStore::watch_key(std::string key, RedisObserver* observer) {
  watched_key_ = std::move(key);
  observer_ = observer;
}

RedisStore::Database::iterator RedisStore::place_of(std::uint32_t database, std::string_view key) {
  if (is_last(database, key)) return last_;
  Database& keys = databases_[database];
  const auto found = keys.find(key);
  if (found != keys.end()) {
    last_database_ = database;
    last_ = found;
  }
  return found;
}

RedisEntry* RedisStore::look_up(std::uint32_t database, std::string_view key, std::int64_t now) {
  const auto found = place_of(database, key);
  if (found == databases_[database].end()) return nullptr;
  if (found->second.is_dead(now)) {
    if (!keeps_dead_) remove(database, key, Change::expired);
    return nullptr;
  }
  return &found->second;
}

RedisEntry& RedisStore::add(std::uint32_t database, std::string_view key) {
  used_ |= 1U << database;
  if (spare_.empty()) {
    return databases_[database].try_emplace(std::string(key)).first->second;
  }
  Database::node_type node = std::move(spare_.back());
  spare_.pop_back();
  node.key().assign(key);
  node.mapped().deadline = RedisEntry::kNoDeadline;
  const auto inserted = databases_[database].insert(std::move(node));
  require(inserted.inserted, "a key is added only where it is absent");
  last_database_ = database;
  last_ = inserted.position;
  return last_->second;
}

void RedisStore::set_deadline(RedisEntry& entry, std::int64_t deadline) {
  if (entry.has_deadline() && entry.deadline == earliest_) stale_ = true;
  entry.deadline = deadline;
  if (entry.has_deadline()) earliest_ = std::min(earliest_, deadline);
}

void RedisStore::notify(std::string_view key, Change change) {
  switch (change) {
    case Change::created:
      return observer_->on_created(key);
    case Change::overwritten:
      return observer_->on_overwritten(key);
    case Change::deadline:
      return observer_->on_deadline_changed(key);
    case Change::deleted:
    case Change::expired:
      return observer_->on_removed(key, removal_of(change));
    case Change::updated:
      return;
  }
}

void RedisStore::recycle(Database& database, Database::iterator position) {
  const RedisEntry& entry = position->second;
  last_database_ = kDatabases;
  if (entry.has_deadline() && entry.deadline == earliest_) stale_ = true;
  spare_.push_back(database.extract(position));
}

void RedisStore::remove(std::uint32_t database, std::string_view key, Change why) {
  Database& keys = databases_[database];
  const auto found = place_of(database, key);
  require(found != keys.end(), "only a key that is present can be removed");
  // `key` may be a view of the node's own key, which stays alive as a spare.
  recycle(keys, found);
  touch(database, key, why);
}

void RedisStore::clear(std::uint32_t database) {
  ++changes_;
  Database& keys = databases_[database];
  if (listener_ != nullptr) listener_->on_clear(database);
  const bool observed = database == 0 && observer_ != nullptr && keys.contains(watched_key_);
  while (!keys.empty()) recycle(keys, keys.begin());
  if (observed) observer_->on_removed(watched_key_, RedisRemoval::flushed);
}

void RedisStore::reset() {
  for (std::uint32_t i = 0; used_ != 0; ++i, used_ >>= 1) {
    Database& keys = databases_[i];
    if ((used_ & 1U) == 0) continue;
    while (!keys.empty()) spare_.push_back(keys.extract(keys.begin()));
  }
  last_database_ = kDatabases;
  earliest_ = kNone;
  stale_ = false;
  changes_ = 0;
}

std::size_t RedisStore::size() const {
  std::size_t count = 0;
  for (const Database& keys : databases_) count += keys.size();
  return count;
}

std::optional<std::int64_t> RedisStore::next_deadline() const {
  if (stale_) {
    earliest_ = kNone;
    stale_ = false;
    for (std::uint32_t i = 0; i < kDatabases; ++i) {
      if ((used_ >> i & 1U) == 0) continue;
      for (const auto& [key, entry] : databases_[i]) {
        if (entry.has_deadline()) earliest_ = std::min(earliest_, entry.deadline);
      }
    }
  }
  if (earliest_ == kNone) return std::nullopt;
  return earliest_;
}

void RedisStore::expire_due(std::int64_t now) {
  if (keeps_dead_) return;
  const std::optional<std::int64_t> earliest = next_deadline();
  if (!earliest || now <= *earliest) return;
  for (std::uint32_t i = 0; i < kDatabases; ++i) {
    for (auto it = databases_[i].begin(); it != databases_[i].end();) {
      const auto key = it++;
      if (key->second.is_dead(now)) remove(i, key->first, Change::expired);
    }
  }
}

void RedisStore::replace(std::uint32_t database, std::string_view key,
                         const std::optional<RedisEntry>& entry) {
  ++changes_;
  Database& keys = databases_[database];
  if (const auto found = place_of(database, key); found != keys.end()) recycle(keys, found);
  if (!entry) return;
  RedisEntry& copy = add(database, key);
  copy.value = entry->value;
  set_deadline(copy, entry->deadline);
}

void RedisStore::copy_from(const RedisStore& other) {
  reset();
  for (std::uint32_t i = 0; i < kDatabases; ++i) {
    for (const auto& [key, entry] : other.databases_[i]) {
      RedisEntry& copy = add(i, key);
      copy.value = entry.value;
      set_deadline(copy, entry.deadline);
    }
  }
  changes_ = other.changes_;
}

void RedisStore::load(const RedisStore& other, std::int64_t now) {
  RedisObserver* const observer = observer_;
  std::optional<RedisEntry> before;
  if (const RedisEntry* entry = peek(0, watched_key_)) before = *entry;
  observer_ = nullptr;
  copy_from(other);
  const bool loaded = peek(0, watched_key_) != nullptr;
  expire_due(now);
  observer_ = observer;
  if (observer == nullptr) return;
  const RedisEntry* after = peek(0, watched_key_);
  if (before && after == nullptr) {
    observer->on_removed(watched_key_, loaded ? RedisRemoval::expired : RedisRemoval::flushed);
  } else if (!before && after != nullptr) {
    observer->on_created(watched_key_);
  } else if (before && *before != *after) {
    observer->on_overwritten(watched_key_);
  }
}

}  // namespace picklock

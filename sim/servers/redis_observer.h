// What a model of a Redis server tells about the life of one key.
#pragma once

#include <cstdint>
#include <string_view>

namespace picklock {

enum class RedisRemoval : std::uint8_t {
  deleted,  // by a command: DEL, RENAME, a deadline set in the past, its last element taken away
  overwritten,  // never reported here: on_overwritten() tells of a new value
  expired,      // its deadline passed, and it was found dead
  flushed,      // FLUSHDB, FLUSHALL, or lost in a crash
};

// Told synchronously, inside the model's own calls and after the change is complete.
class RedisObserver {
 public:
  virtual void on_created(std::string_view key) = 0;  // absent -> present
  virtual void on_overwritten(
      std::string_view key) = 0;  // present -> a new value by a SET-like command
  // Its expiry was set, moved or removed while the key lives.
  virtual void on_deadline_changed(std::string_view key) = 0;
  virtual void on_removed(std::string_view key, RedisRemoval why) = 0;

 protected:
  ~RedisObserver() = default;
};

}  // namespace picklock

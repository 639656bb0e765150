// When redis-server with `appendfsync everysec` syncs its append-only file: with its first write, or as soon as it
// looks, in a second of its wall clock that comes after that of the sync before. So what is written in the
// second of a sync waits for the next second; a clock that was set back makes it wait until it has caught up.
//
// Source: flushAppendOnlyFile() in src/aof.c of Redis 7.0.15.
#pragma once

#include <chrono>

#include "base/time.h"

namespace picklock {

class EverySecond {
 public:
  // The server starts, while its wall clock shows `now`.
  void begin(LocalTime now) { last_ = second_of(now); }
  // What is written and not synced is to be synced now.
  bool is_due(LocalTime now) const { return second_of(now) > last_; }
  void synced(LocalTime now) { last_ = second_of(now); }
  // The first reading of the wall clock at which a sync is due.
  LocalTime next() const { return last_ + std::chrono::seconds(1); }
  LocalTime last() const { return last_; }  // the second of the last sync

 private:
  static LocalTime second_of(LocalTime now) {
    return std::chrono::floor<std::chrono::seconds>(now);
  }

  LocalTime last_{};
};

}  // namespace picklock

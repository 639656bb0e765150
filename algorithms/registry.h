// Which locks there are. A value: programs add their own locks to it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/lock.h"

namespace picklock {

struct LockInfo {
  std::string name;      // "redis_token"
  std::string protocol;  // "redis" or "zookeeper": which servers it needs
  std::string summary;   // one line
  // The options that it reads, of "ttl", "margin", "wait", "retry", "retry_jitter", "renew".
  std::vector<std::string> options;
  std::vector<std::string> steps;  // the labels of its own Environment::step() calls
  bool fenced = false;             // its grants carry fencing tokens
  bool leased = false;             // a hold ends by itself after options.ttl, or with its session
  bool servers_alike = false;      // it would do the same if its servers traded places
  std::function<std::unique_ptr<Lock>(Environment&, const LockOptions&)> make;
};

class LockRegistry {
 public:
  // A second lock of the same name is a broken invariant.
  void add(LockInfo lock);
  const LockInfo* find(std::string_view name) const;           // null when there is none
  const std::vector<LockInfo>& all() const { return locks_; }  // in the order of registration
  std::vector<std::string> names() const;

 private:
  std::vector<LockInfo> locks_;
};

// Every lock of algorithms/locks.def.
LockRegistry builtin_locks();

}  // namespace picklock

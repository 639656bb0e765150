#include "algorithms/registry.h"

#include <algorithm>
#include <utility>

#include "base/require.h"

namespace picklock {

// A list that is included, not locks that register themselves: a static library drops an object file
// that nobody refers to, and its locks with it.
#define PICKLOCK_LOCK(lock, ...) \
  std::unique_ptr<Lock> make_##lock(Environment& env, const LockOptions& options);
#include "algorithms/locks.def"
#undef PICKLOCK_LOCK

void LockRegistry::add(LockInfo lock) {
  require(find(lock.name) == nullptr, "two locks of the same name");
  require(static_cast<bool>(lock.make), "a lock that nothing makes");
  locks_.push_back(std::move(lock));
}

const LockInfo* LockRegistry::find(std::string_view name) const {
  const auto found = std::find_if(locks_.begin(), locks_.end(),
                                  [&](const LockInfo& lock) { return lock.name == name; });
  return found == locks_.end() ? nullptr : &*found;
}

std::vector<std::string> LockRegistry::names() const {
  std::vector<std::string> names;
  names.reserve(locks_.size());
  for (const LockInfo& lock : locks_) names.push_back(lock.name);
  return names;
}

LockRegistry builtin_locks() {
  LockRegistry registry;
#define PICKLOCK_LOCK(lock, server, text, ...) \
  registry.add(LockInfo{                       \
      .name = #lock, .protocol = server, .summary = text, __VA_ARGS__, .make = make_##lock});
#include "algorithms/locks.def"
#undef PICKLOCK_LOCK
  return registry;
}

}  // namespace picklock

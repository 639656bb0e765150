// What every lock is: one client's handle on one lock.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "algorithms/environment.h"
#include "algorithms/task.h"
#include "algorithms/token.h"
#include "base/time.h"

namespace picklock {

// What a successful acquire returns.
struct Grant {
  Token token;
  LocalTime valid_until =
      kNoDeadline;         // on Environment::now(); kNoDeadline: the lock promises none
  std::int64_t fence = 0;  // strictly increases from grant to grant; 0: the lock has none
};

struct Refused {};  // surely not acquired: nothing is held
struct Unknown {};  // the lock does not know whether it still holds something at its servers

// The outcome of one acquire: `co_return Grant{...}`, `co_return Refused{}` or `co_return Unknown{}`.
class Acquired {
 public:
  Acquired() : state_(Unknown{}) {}
  Acquired(Grant grant) : state_(grant) {}  // NOLINT: meant to be implicit
  Acquired(Refused) : state_(Refused{}) {}  // NOLINT
  Acquired(Unknown) : state_(Unknown{}) {}  // NOLINT

  bool is_granted() const { return std::holds_alternative<Grant>(state_); }
  bool is_refused() const { return std::holds_alternative<Refused>(state_); }
  const Grant& grant() const { return std::get<Grant>(state_); }

 private:
  std::variant<Unknown, Refused, Grant> state_;
};

enum class Released : std::uint8_t {
  yes,       // the lock was ours and is free now
  not_ours,  // the servers say that it was not ours (any more)
  unknown,   // no answer: it may be released at any later time, or never
};

// How servers name the owner of a lock. A world that can look inside its servers uses it to record who
// really held the lock; no lock behaves differently because of it.
struct OwnerRule {
  enum class Kind : std::uint8_t {
    entry,           // whoever created the entry `path` (a Redis key, a znode)
    smallest_child,  // whoever created the child of `path` with the smallest sequence number
  };
  Kind kind = Kind::entry;
  std::string path;
  std::uint32_t quorum = 1;  // on this many servers at least
};

// Options of every lock; a lock reads those that its registration names and leaves the rest.
struct LockOptions {
  std::string name = "lock";                              // key or path of the lock
  Duration ttl = std::chrono::seconds(10);                // of the lease
  Duration margin{};                                      // taken off the lease for clock drift
  Duration wait = std::chrono::seconds(30);               // an acquire gives up after this
  Duration retry = std::chrono::milliseconds(100);        // pause between two tries ...
  Duration retry_jitter = std::chrono::milliseconds(20);  // ... and up to this more
  Duration renew = std::chrono::seconds(3);               // a watchdog renews the lease this often
  std::uint32_t acks = 0;                                 // replicas that must have a grant ...
  Duration sync = std::chrono::milliseconds(500);         // ... within this
};

class Lock {
 public:
  virtual ~Lock() = default;

  // Tries until granted, refused for good, or options.wait has passed.
  virtual Task<Acquired> acquire() = 0;
  // Gives back what this acquire granted.
  virtual Task<Released> release(Grant grant) = 0;

  virtual OwnerRule owner_rule() const = 0;
};

}  // namespace picklock

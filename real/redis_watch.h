// Who really holds the lock on one real redis-server: what happens to its key, as history events.
//
// The supervisor hands requests to a server one at a time. Between two of them the watch asks the server
// what the last one did: the keyspace notifications of the key, in their order, and its deadline. Whatever is
// found was done by that request, or by time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/history.h"
#include "real/event_loop.h"
#include "real/redis_connection.h"
#include "real/run_memory.h"
#include "sim/rpc.h"

namespace picklock {

class RedisWatch {
 public:
  RedisWatch(RunState& state, EventLoop& loop, NodeId server)
      : state_(state), loop_(loop), server_(server) {}

  // Begins a run on the server there: nobody owns `key`. Events go to `log`. The server must publish
  // its keyspace events.
  Diagnostics begin(const RedisAddress& address, const std::string& key, RunLog& log);
  // The same for a server with replicas, or a replica. A dead primary names the owner of its key until the key's
  // deadline, for it may come back; a replica names nobody.
  Diagnostics begin_in_set(const RedisAddress& address, const std::string& key, RunLog& log,
                           bool replica);
  // Called when the key has died, until the next begin().
  void on_expiry(std::function<void()> action) { on_expiry_ = std::move(action); }
  // One request of `caller` was executed, at `earliest` or later.
  Diagnostics look(const Caller& caller, TrueTime earliest);
  // The server died; what it knew is seen after its restart.
  void on_crash();
  Diagnostics on_restart(const RedisAddress& address);
  void on_clock_change() { watch_deadline(); }

  // A replica keeps the owner of the key in mind, and announces it when it is promoted.
  void set_owner(const Caller& owner) { owner_ = last_owner_ = owner; }
  const Caller& owner() const { return owner_; }
  void forget_owner(Cause cause) { end_ownership(cause, OpId(), loop_.now()); }
  Diagnostics promote(const RedisAddress& address);
  void demote();

 private:
  struct Sight {
    std::vector<std::string> events;  // on the key, since the last look
    std::int64_t deadline = -2;       // Unix milliseconds; -1: none, -2: there is no key
  };

  Diagnostics connect(const RedisAddress& address);
  Result<Sight> see();
  void on_event(std::string_view event, const Caller& caller, TrueTime at);
  void begin_ownership(const Caller& caller, TrueTime at);
  void end_ownership(Cause cause, OpId by, TrueTime at);
  void expire();
  void watch_deadline();
  void record(EventKind kind, Cause cause, OpId by, TrueTime at);

  RunState& state_;
  EventLoop& loop_;
  NodeId server_;
  std::string key_;
  RunLog* log_ = nullptr;
  bool in_set_ = false;
  bool is_replica_ = false;
  std::function<void()> on_expiry_;
  std::optional<RedisConnection> queries_;
  std::optional<RedisConnection> notifications_;

  bool exists_ = false;
  bool named_now_ = false;  // by the request that is being looked at
  Caller owner_;            // who created the key; client none: nobody known
  Caller last_owner_;
  std::int64_t deadline_ = -2;
  TrueTime expires_ = kNever;  // when the deadline passes
  TrueTime expired_{};         // when one last did
  EventLoop::Timer expiry_{};
};

}  // namespace picklock

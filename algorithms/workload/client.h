// The program that a client runs: think, acquire, work on the protected resource, release. The same
// program runs in every world.
#pragma once

#include <cstdint>

#include "algorithms/call.h"
#include "algorithms/environment.h"
#include "algorithms/lock.h"
#include "algorithms/task.h"
#include "base/ids.h"
#include "base/operation.h"

namespace picklock {

struct ResourceReply {
  Outcome outcome = Outcome::unknown;
  std::int64_t value = 0;  // what the resource holds after the operation
};

// What a world offers to the client's program beside its Environment: the protected resource, its pace,
// and the record of what it does. The lock never sees this.
class ClientHost {
 public:
  virtual ~ClientHost() = default;

  // An operation begins; acquires have no hold, all others name the acquire that they run under.
  virtual OpId invoke(Action action, OpId hold, std::int64_t value, std::int64_t fence) = 0;
  virtual void complete(OpId op, Outcome outcome, std::int64_t value, std::int64_t fence) = 0;
  // The hold's validity deadline, on Environment::now().
  virtual void deadline(OpId hold, LocalTime valid_until) = 0;
  // Has the lock reported the loss of this hold?
  virtual bool is_lost(OpId hold) const = 0;

  // One operation on the resource, under the operation that was invoked last.
  virtual Call<ResourceReply> perform(Action action, std::int64_t value, std::int64_t fence) = 0;

  virtual Duration draw_think() = 0;
  virtual Duration draw_hold() = 0;
};

struct ClientScript {
  Duration start{};
  std::uint32_t rounds = 1;
  Workload workload = Workload::counter;
  Duration slot = std::chrono::seconds(60);  // of the scheduled job
  bool diligent = false;  // consult the deadline before each operation on the resource
};

// Ends after the last round. `env`, `host` and `lock` must outlive it.
Task<void> run_client(Environment& env, ClientHost& host, Lock& lock, ClientScript script);

}  // namespace picklock

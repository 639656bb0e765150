// A history: everything that happened in one run, in true time. It is the only thing that judges see;
// a simulated history, one recorded on real servers and an imported one look the same.
//
// Events are plain data in the order of time; events of equal time stand in the order in which the
// world produced them, but judges must treat equal times as concurrent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/operation.h"
#include "base/ratio.h"
#include "base/time.h"

namespace picklock {

enum class EventKind : std::uint8_t {
  // Operations of clients. `op` names the operation, `hold` the acquire under which it runs.
  invoke,    // node, op, hold, action, value (to write or to run), fence
  complete,  // node, op, hold, action, outcome, value (read), fence (of a granted acquire)
  // What the holder believes.
  deadline,  // node, hold: its clocks will pass the validity deadline at true time `value` (ns). A
             // later event for the same hold replaces it: a clock was changed, or the hold renewed
  aware,     // node, hold: the client has learned that it no longer holds the lock
  // What the servers say, where the world can look inside them.
  named,    // node (a server), hold: this server now names this hold as the lock's owner
  renewed,  // node, hold: this server extended the hold's lease
  woken,    // node (the client), op: a server told this waiting acquire that it may try again
  unnamed,  // node, hold, cause, op: it no longer does; `op` is the operation that removed it, if any
  // What the protected resource did.
  applied,  // node (the resource), op, hold, action, outcome (ok or refused), value (afterwards), fence
  // Faults, as they happened.
  crashed,    // node
  restarted,  // node
  paused,     // node; `value` is how long, in ns
  resumed,    // node
  fault,      // fault number `value` of the scenario took effect on `node` (none: on links)
  fault_end,  // and ended
  // What servers decided among themselves.
  elected,  // node: sentinels promoted this replica, or an ensemble follows this node from now on
};

// Why a server stopped naming a hold.
enum class Cause : std::uint8_t {
  none,
  released,  // by an operation of the same hold
  deleted,   // by an operation of another hold
  overwritten,
  expired,  // its lease or its session ran out
  lost,     // the server lost it: a crash, or an operator's command
};

struct Event {
  TrueTime at{};
  EventKind kind{};
  Action action{};
  Outcome outcome{};
  Cause cause{};
  NodeId node{};
  OpId op{};
  OpId hold{};  // the acquire operation that began the hold
  std::int64_t value = 0;
  std::int64_t fence = 0;  // fencing token; 0 = none

  friend bool operator==(const Event&, const Event&) = default;
};

enum class Role : std::uint8_t { client, server, resource };

struct NodeInfo {
  std::string name;
  Role role{};
};

// What the judges must know about the run beside its events. It is the same for all runs of a scenario.
struct Subject {
  std::vector<NodeInfo> nodes;      // indexed by NodeId
  std::vector<std::string> faults;  // what each fault of the scenario does, in words

  // The lock, as it was promised.
  Duration ttl = kForever;        // of a lease or session; kForever = never expires
  Ratio rate_error{};             // clocks may gain or lose this much before a lease ends "early"
  std::uint32_t quorum = 1;       // how many servers must name a hold
  bool servers_observed = false;  // the history has `named` and `unnamed` events
  bool fenced = false;            // grants carry fencing tokens
  Duration acquire_wait =
      kForever;              // an acquire promises to return within this, on its own clock ...
  Duration acquire_slack{};  // ... give or take this
  bool diligent = false;     // clients consult the deadline before every resource operation

  // The protected resource.
  Workload workload = Workload::counter;
  std::int64_t initial = 0;  // counter or stock at the start

  // Liveness.
  TrueTime faults_end{};               // after this no fault is active
  Duration progress_bound = kForever;  // a free lock must then be granted within this
  Duration recovery_bound = kForever;  // after the holder's crash a waiter must get it within this
};

// A message from node to node. Judges do not look at it; pictures do.
struct SentMessage {
  NodeId from;
  NodeId to;
  TrueTime sent;
  TrueTime received = kNever;  // never: lost, or on its way when the run ended
  std::string what;            // "SET", "write": what it asks for, or what it answers
  friend bool operator==(const SentMessage&, const SentMessage&) = default;
};

struct History {
  std::shared_ptr<const Subject> subject;
  std::vector<Event> events;
  std::vector<SentMessage> messages;  // as they were sent; none unless they were asked for
  TrueTime end{};                     // when the run ended
  bool complete = true;  // false: it stopped at an event budget, so nothing "never" happened
};

std::string_view to_string(EventKind kind);
std::string_view to_string(Cause cause);
std::string_view to_string(Role role);

// Adds every field of the event, one by one (never its padding).
void add_to(Digest& digest, const Event& event);

}  // namespace picklock

// Who really holds the lock at one real ZooKeeper: what happens to its znodes, as history events.
//
// The supervisor has a session of its own there (ZooKeeperSight), with a recursive watch on the root: the server notifies it
// of every creation and deletion, one by one and in the order of the transactions. Nothing else that could
// be asked is exact: the four-letter words and JMX show a state, in which a node that came and went is not to
// be seen, and the transaction log is read without knowing what was answered already.
//
// After each request, and before the next one is handed over, look() asks for all notifications up to now. A
// ping of ours is executed behind that request, and its reply leaves on our connection behind the
// notifications. Those for the clients leave before look() returns as well: one thread of the server does
// all output (ZooKeeperServerProcess starts it so), in rounds over the connections that have something to
// send. What was to be sent when our first ping was answered is written at the latest in that round, and our
// second ping is read in a later one.
//
// What a request did not do was done by time: a session has expired. When that is due, the watch calculates
// as the server does: a timeout after the last request of the session, rounded up to a tick of the server's
// monotonic clock. Until the server has then done it, is_settled() is false, and time stands still. That it has is
// seen by the znodes that went, and by "dump", which lists the sessions that live.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/history.h"
#include "real/event_loop.h"
#include "real/relay.h"
#include "real/run_memory.h"
#include "real/zookeeper_sight.h"
#include "sim/zookeeper_owner.h"

namespace picklock {

class ZooKeeperWatch final : private ZooKeeperOwner::Listener {
 public:
  // Events are those of `server`, on whose monotonic clock sessions are counted.
  ZooKeeperWatch(RunState& state, EventLoop& loop, ZooKeeperSight& sight, NodeId server,
                 Duration tick)
      : state_(state), loop_(loop), sight_(sight), server_(server), tick_(tick), owner_(*this) {}
  ZooKeeperWatch(const ZooKeeperWatch&) = delete;
  ZooKeeperWatch& operator=(const ZooKeeperWatch&) = delete;
  ~ZooKeeperWatch() { on_crash(); }

  // Begins a run on an empty service. Events go to `log`.
  void begin(const OwnerRule& rule, RunLog& log);
  // This request was executed, by one of these followers that the leader has not heard of it from; by nobody else: empty.
  // Of a new session all followers that there are have heard.
  struct Unheard {
    NodeId by;  // none: the leader knows of it
    std::vector<NodeId> followers{};
  };
  Diagnostics look(const Exchange& exchange, const Unheard& unheard);
  Diagnostics look(const Exchange& exchange) { return look(exchange, Unheard{}); }
  // The leader has heard of the sessions of which this follower alone knew; or the follower is gone, and it never will.
  void on_heard(NodeId follower);
  void forget_unheard(NodeId follower) { unheard_.erase(follower); }
  // Whether all sessions whose time is over had ended before this call.
  Result<bool> is_settled();
  // Nobody counts the sessions any more; who does so again knows what was known, and begins every timeout anew, at this
  // instant.
  void on_crash();
  Diagnostics on_restart(TrueTime from);
  // Its clocks were changed, or it was resumed.
  void on_clock_change();

 private:
  struct Session {
    Duration timeout{};
    LocalTime expiry{};         // on the server's monotonic clock
    TrueTime expires = kNever;  // when that clock shows it
    TrueTime ended = kNever;    // when the server has noticed: it sleeps whole milliseconds
  };
  struct Request {
    const Exchange& exchange;
    ZkRequestSight sight;  // of a connect: nothing
    std::int64_t session = 0;
    bool opens = false;  // the session
  };

  // Asks for all notifications up to now; they are in events_.
  bool collect() { return sight_.collect(events_); }
  Request read(const Exchange& exchange);
  void touch(std::int64_t session, TrueTime at);
  void find_instants(Session& session, TrueTime from) const;
  void note_ephemeral(const Request& request);
  void on_event(const ZkEvent& event, const Request* request);
  void expired(const std::string& path, std::int64_t session);
  void forget_ended(std::string_view dump);
  bool is_due() const;
  void reschedule();
  void on_owner(EventKind kind, Cause cause, OpId by, OpId hold) override;

  const Clock monotonic() const { return state_.clocks().nodes[server_.value()].read().monotonic; }

  RunState& state_;
  EventLoop& loop_;
  ZooKeeperSight& sight_;
  NodeId server_;
  Duration tick_;
  ZooKeeperOwner owner_;
  RunLog* log_ = nullptr;
  std::vector<ZkEvent> events_;  // that were not told yet

  std::map<std::int64_t, Session> sessions_;
  std::map<NodeId, std::int64_t> session_of_;                    // the last one of each client
  std::map<NodeId, std::set<std::int64_t>> unheard_;             // by follower
  std::map<std::string, std::int64_t, std::less<>> ephemerals_;  // path and session
  TrueTime at_{};                                                // of what is being recorded
  TrueTime last_at_{};  // of what was recorded last: the server's own order
  TrueTime
      ran_from_{};  // nothing ended before: it had not noticed, stood still, or its clock was another
  EventLoop::Timer expiry_{};
};

}  // namespace picklock

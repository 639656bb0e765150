// A history arranged for judging: operations, holds and the intervals that the definitions speak of.
//
// Built once a run by assign(), in O(events) and without allocation once its storage has grown; every
// judge reads it. All times are true times. Intervals are half open, [from, until), so that intervals
// which merely touch do not overlap: at equal instants the reading that is fair to the lock wins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/operation.h"
#include "base/time.h"
#include "checker/history.h"

namespace picklock {

// The place of something in one of the timeline's lists.
inline constexpr std::uint32_t kNoIndex = ~std::uint32_t{0};

// What one client asked for, and what it was told.
struct ClientOperation {
  OpId id{};  // none: the history has no invocation of this number
  OpId hold{};
  NodeId client{};
  Action action{};
  Outcome outcome = Outcome::unknown;  // a pending operation is unknown as well
  TrueTime invoked{};
  TrueTime returned = kNever;  // kNever: pending at the end of the run, or its process crashed
  TrueTime waited = kNever;    // until it returned, its process crashed, or the run ended
  std::int64_t value = 0;      // to write or to run; for a read that returned, what it read
  std::int64_t fence = 0;      // that it carries; for a granted acquire, that it was given

  friend bool operator==(const ClientOperation&, const ClientOperation&) = default;
};

// Why a client stopped believing that it holds the lock.
enum class BeliefEnd : std::uint8_t { run_ended, released, aware, crashed };

// What began with one acquire: a grant that its client learned of, a lock that some server names, or both.
struct Hold {
  OpId id{};  // the acquire
  NodeId client{};
  std::int64_t fence = 0;
  // The client's belief. A pause does not end it: a paused process believes what it believed.
  TrueTime granted = kNever;  // the acquire returned ok; kNever: the client never learned of it
  TrueTime naive_until{};     // the release was invoked, it learned of its loss, it crashed
  TrueTime diligent_until{};  // and no later than its validity deadline, where it consults that
  BeliefEnd belief_end = BeliefEnd::run_ended;
  bool has_deadline = false;  // the lock promised one
  // What its servers say.
  TrueTime named = kNever;  // the first instant at which a quorum of servers named it

  bool is_granted() const { return granted != kNever; }
  friend bool operator==(const Hold&, const Hold&) = default;
};

// A maximal interval in which at least a quorum of servers names one hold.
struct Ownership {
  std::uint32_t hold = kNoIndex;  // in holds()
  TrueTime from{};
  TrueTime until{};
  Cause cause = Cause::none;  // why the last server stopped; none: the run ended
};

// An operation as the protected resource carried it out, or refused it.
struct Effect {
  TrueTime at{};
  OpId op{};
  std::uint32_t hold = kNoIndex;  // in holds()
  Action action{};
  Outcome outcome{};
  std::int64_t value = 0;  // of the resource afterwards
  std::int64_t fence = 0;  // carried by the operation
};

// A server stopped naming a hold.
struct Removal {
  TrueTime at{};
  NodeId server{};
  std::uint32_t hold = kNoIndex;  // in holds()
  Cause cause{};
  OpId op{};  // that removed it, if any
};

struct Renewal {
  TrueTime at{};
  NodeId server{};
  std::uint32_t hold = kNoIndex;  // in holds()
};

struct WakeUp {
  TrueTime at{};
  OpId op{};
};

// A process was not running: paused, or crashed and not yet restarted.
struct Standstill {
  NodeId node{};
  TrueTime from{};
  TrueTime until{};
};

class Timeline {
 public:
  Timeline() = default;
  explicit Timeline(const History& history) { assign(history); }

  // Forgets everything and arranges `history`, which must have a subject and outlive the timeline's
  // use. Operations must be numbered densely (each number less than the number of events), events
  // must stand in the order of time, and at most 64 servers may name holds.
  void assign(const History& history);

  const History& history() const { return *history_; }
  const Subject& subject() const { return *history_->subject; }
  TrueTime end() const { return end_; }
  // When the last fault ended that had an end, or what the subject says, whichever is later. A fault without an end is
  // part of the world that remains.
  TrueTime faults_over() const { return faults_over_; }

  // By OpId; entries whose id is none stand for numbers that the history does not use.
  std::span<const ClientOperation> operations() const { return operations_; }
  const ClientOperation* find(OpId op) const;
  // Operations that returned, in the order of their returns.
  std::span<const OpId> returns() const { return returns_; }
  // Acquires in the order of invocation.
  std::span<const OpId> acquires() const { return acquires_; }

  std::span<const Hold> holds() const { return holds_; }
  const Hold* find_hold(OpId acquire) const;
  // Granted holds, as indices of holds(), in the order in which clients learned of the grants.
  std::span<const std::uint32_t> grants() const { return grants_; }
  // In the order of `from`. Never empty intervals.
  std::span<const Ownership> ownerships() const { return ownerships_; }

  std::span<const Effect> effects() const { return effects_; }
  std::span<const Removal> removals() const { return removals_; }
  std::span<const Renewal> renewals() const { return renewals_; }
  std::span<const WakeUp> wake_ups() const { return wake_ups_; }
  std::span<const Standstill> standstills() const { return standstills_; }
  // True when the node has crashed before `at` (or then) and not been restarted by then.
  bool is_dead(NodeId node, TrueTime at) const;

  std::string_view name(NodeId node) const;

 private:
  // Bookkeeping of one operation that only assign() needs.
  struct Track {
    std::uint32_t hold = kNoIndex;             // its place in holds_, for an acquire
    std::uint32_t next_of_process = kNoIndex;  // earlier operation of the same process
    std::uint64_t servers = 0;                 // that name the hold, one bit each
    std::uint32_t ownership = kNoIndex;        // the open one, in ownerships_
    TrueTime deadline = kNever;                // in force ...
    TrueTime deadline_since{};                 // ... since
    bool believes = false;
    bool expired = false;  // the diligent belief has ended
  };
  struct NodeState {
    std::uint32_t last_operation = kNoIndex;  // of the present process
    std::uint32_t server = kNoIndex;          // its bit in Track::servers
    std::uint32_t standstill = kNoIndex;      // the open one, in standstills_
    std::uint32_t pauses = 0;
    bool crashed = false;
  };

  void make_room(std::size_t events);
  void apply(const Event& event);
  void invoke(const Event& event);
  void complete(const Event& event);
  void set_deadline(const Event& event);
  void name_hold(const Event& event);
  void unname_hold(const Event& event);
  void crash(const Event& event);
  void update_standstill(const Event& event);
  void end_belief(std::uint32_t op, TrueTime at, BeliefEnd why);
  void finish();
  // Its place in operations_ and tracks_.
  std::uint32_t reserve(OpId op) {
    if (op.value() >= known_) grow(op);
    return op.value();
  }
  [[gnu::noinline]] void grow(OpId op);
  // Its place in holds_.
  std::uint32_t hold_of(OpId acquire) {
    const std::uint32_t index = reserve(acquire);
    if (tracks_[index].hold == kNoIndex) add_hold(acquire);
    return tracks_[index].hold;
  }
  void add_hold(OpId acquire);
  NodeState& node(NodeId node);
  std::uint64_t server_bit(NodeId server);

  const History* history_ = nullptr;
  TrueTime end_{};
  TrueTime faults_over_{};
  std::uint32_t servers_ = 0;
  std::uint32_t known_ = 0;  // how many operations_ and tracks_ there are
  std::vector<ClientOperation> operations_;
  std::vector<Track> tracks_;
  std::vector<NodeState> nodes_;
  std::vector<OpId> returns_;
  std::vector<OpId> acquires_;
  std::vector<Hold> holds_;
  std::vector<std::uint32_t> grants_;
  std::vector<Ownership> ownerships_;
  std::vector<Effect> effects_;
  std::vector<Removal> removals_;
  std::vector<Renewal> renewals_;
  std::vector<WakeUp> wake_ups_;
  std::vector<Standstill> standstills_;
};

}  // namespace picklock

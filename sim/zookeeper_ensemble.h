// Who of an ensemble of ZooKeeper nodes leads, who serves, and what the leader hears of its followers.
//
// One service with several doors. What it holds is one model, so that no node answers from an older state than
// another: a follower that lags behind is not modelled. What is:
//
// * A node serves while it follows a leader that a majority follows. One that has lost the leader closes its
//   connections, and takes none.
// * Each half tick the leader asks its followers, and hears which sessions they have heard of since. Only then these
//   sessions are extended. A request to the leader, and a connection to any node, extends its session at once. Of a
//   new session all nodes hear.
// * A peer that crashes is missed at once. One that says nothing, because it is cut off, paused, or without power,
//   is given up after `kSyncLimit` ticks. Until then a request that would need it is not answered.
// * Who has lost the leader elects another one, when a majority is in touch: of those who know most the one with
//   the highest number. It serves from the first half tick on at which the election has taken as long as the
//   scenario says. Then every session gets its whole time-out again, counted from a tick before.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel.h"
#include "sim/server_group.h"

namespace picklock {

class ZooKeeperEnsembleHost {
 public:
  // The leader has heard of it.
  virtual void extend(std::int64_t session) = 0;
  // From now on this node, which is up, serves, or does not.
  virtual void on_serving(NodeId node, bool serves) = 0;
  virtual void on_leader_lost() = 0;
  virtual void on_leader_elected() = 0;
  virtual std::int64_t last_zxid() const = 0;

 protected:
  ~ZooKeeperEnsembleHost() = default;
};

class ZooKeeperEnsemble final : public Handler {
 public:
  static constexpr int kSyncLimit = 5;  // ticks

  // Both outlive the ensemble.
  ZooKeeperEnsemble(const ServerContext& context, ZooKeeperEnsembleHost& host);

  // Begins a run: all nodes serve, and the one with the highest number leads.
  void reset();
  // Does what was due until now. Before anything else that happens to the service at this instant.
  void advance();

  // The one whose clock counts the sessions; without a leader, the last one.
  NodeId leader() const { return leader_; }
  bool has_leader() const { return leads_; }
  bool serves(NodeId node) const { return of(node).serves; }
  // Whether a request that arrives at this node is answered: the leader can be asked, and reaches a majority.
  bool answers(NodeId node) const;
  // This node has heard of the session; all nodes have.
  void heard_of(NodeId node, std::int64_t session);
  void all_heard_of(std::int64_t session);

  // A peer that is silent is missed by nobody yet.
  void on_crash(NodeId node, bool silent);
  void on_restart(NodeId node);
  void on_resume(NodeId node);
  void fire(const Kernel::Payload& payload) override;

 private:
  struct Peer {
    NodeId id;
    bool serves = true;
    std::int64_t zxid = 0;                 // that it knows, while it does not serve
    bool is_silent = false;                // it is down, and nobody was told
    bool was_asked = false;                // in vain, by the leader
    TrueTime last_answer{};                // to the leader
    std::vector<std::int64_t> sessions{};  // that it has heard of, and the leader not
  };

  Peer& of(NodeId node) { return peers_[node.value() - peers_.front().id.value()]; }
  const Peer& of(NodeId node) const { return peers_[node.value() - peers_.front().id.value()]; }
  bool runs(NodeId node) const;
  bool in_touch(NodeId a, NodeId b) const;
  bool is_majority(std::size_t nodes) const { return 2 * nodes > peers_.size(); }
  std::size_t followers_in_touch(NodeId node) const;
  bool answered(const Peer& peer) const;
  void ask_followers();
  void hear(Peer& peer);
  void set_serving(Peer& peer, bool serves);
  void lose_leader();
  // The one that would be elected now; none when no majority is in touch.
  NodeId candidate() const;
  void begin_election();
  void end_election();
  TrueTime next_half_tick() const;
  void schedule_round();

  const ServerContext& context_;
  ZooKeeperEnsembleHost& host_;
  Duration half_tick_;
  std::vector<Peer> peers_;
  NodeId leader_;
  bool leads_ = true;
  bool electing_ = false;
  TrueTime round_{};    // the next one
  TrueTime elected_{};  // the earliest end of the election
};

}  // namespace picklock

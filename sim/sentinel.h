// One sentinel as a state machine: it pings the servers and the other sentinels, finds the primary down, is elected,
// promotes a replica, and orders the others to follow. It has no clock and no network of its own.
//
// Source: redis.io on Sentinel; what redis-sentinel 7.0.15 does, tick by tick and to the millisecond. Left out: scripts,
// passwords, discovery (all know one another from the start), and that the subscription of a link can end alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "sim/sentinel_message.h"

namespace picklock {

class SentinelPort {
 public:
  virtual std::int64_t wall_ms(NodeId sentinel) const = 0;
  virtual void send(NodeId sentinel, NodeId to, const SentinelMessage& message) = 0;
  // Whether somebody refuses a connection there, or else it is as good as made.
  virtual bool refuses(NodeId node) const = 0;

 protected:
  ~SentinelPort() = default;
};

class Sentinel {
 public:
  struct Setting {
    std::vector<NodeId> servers;  // the first begins as the primary
    std::vector<NodeId> sentinels;
    std::uint32_t quorum = 0;
    std::int64_t down_after = 0;        // ms
    std::int64_t failover_timeout = 0;  // ms
  };
  static constexpr Duration kFirstTick = std::chrono::milliseconds(1);

  // Both outlive it.
  Sentinel(NodeId id, const Setting& setting, SentinelPort& port)
      : id_(id), setting_(setting), port_(port) {}

  // Begins a run.
  void begin();
  // Starts again after a crash, with what its file holds.
  void restart();
  // What it does by itself. How long until it does so again.
  Duration tick();
  // What rand() says to it from now on.
  void set_dice(std::uint32_t dice) { dice_ = dice; }
  static Duration length_of_tick(std::uint32_t dice) {
    return std::chrono::milliseconds(1000 / (10 + dice % 10));  // hz is 10 to 19
  }
  // A reply, or a hello that a server passed on.
  void hear(NodeId from, const SentinelMessage& message);
  // A request of another sentinel, and the reply to it.
  SentinelMessage answer(const SentinelMessage& request);
  // The connections to this node have ended.
  void on_hang_up(NodeId node);

  bool is_connected_to(NodeId node) const;
  // Whom it names to clients as the primary, and since which promotion.
  NodeId primary() const;
  std::uint32_t term() const { return term_; }

 private:
  using Kind = SentinelMessage::Kind;
  enum class Order : std::uint8_t { none, sent, taken, done };  // to follow the new primary
  enum class Failover : std::uint8_t { none, election, choice, promotion, waits, others, over };

  struct Link {
    bool is_up = false;
    std::uint32_t number = 0;
    std::uint32_t said = 0;            // on this connection
    std::vector<std::uint32_t> pings;  // of that, those without a reply
    std::int64_t made = 0;
    std::int64_t tried = 0;
    std::int64_t pending = 0;  // since when a ping is not answered; 0: none
    std::int64_t pinged = 0;
    std::int64_t available = 0;
    std::int64_t ponged = 0;
  };
  struct Peer {
    NodeId id;
    Link link;
    std::int64_t told = 0;      // a hello
    std::int64_t informed = 0;  // by it; 0: never
    bool is_down = false;
    std::int64_t down_since = 0;
    // Of a server.
    bool says_primary = false;
    std::int64_t says_since = 0;
    NodeId follows;
    std::int64_t follows_since = 0;
    bool in_sync = false;
    std::uint64_t offset = 0;
    Order order = Order::none;
    // Of another sentinel.
    bool says_down = false;
    std::int64_t answered = 0;
    NodeId leader;
    std::uint32_t leader_epoch = 0;
  };

  // Watching.
  std::int64_t now() const { return port_.wall_ms(id_); }
  bool is_server(const Peer& peer) const;
  Peer& peer(NodeId node);
  Peer& watched() { return peer(primary_); }
  Peer fresh(NodeId node) const;
  void look_at_clock();
  void handle(Peer& peer);
  void connect(Peer& peer);
  void send(Peer& peer, SentinelMessage message);
  void ping(Peer& peer);
  void say_what_is_due(Peer& peer);
  void check_if_down(Peer& peer);
  void on_info(Peer& peer, const SentinelMessage& message);
  void correct(Peer& server, std::int64_t since, std::int64_t wait);
  void on_hello(const SentinelMessage& message);

  // Acting.
  void act();
  void check_if_all_say_down();
  bool start_if_needed();
  void ask_others(bool at_once);
  void on_answer(Peer& other, const SentinelMessage& message);
  void vote(NodeId candidate, std::uint32_t epoch);
  NodeId elected();
  void go_on();
  void give_up();
  void choose();
  void order_next();
  void end_if_all_follow();
  void switch_to(NodeId primary);
  bool is_sane_primary();

  NodeId id_;
  const Setting& setting_;
  SentinelPort& port_;
  std::vector<Peer> peers_;  // the servers, then the other sentinels
  std::uint32_t dice_ = 0;
  std::int64_t last_tick_ = 0;
  std::int64_t tilted_ = 0;  // since when it does not act, for its clock has jumped; 0: it acts

  NodeId primary_;
  std::uint32_t term_ = 0;
  std::uint32_t epoch_ = 0;
  NodeId leader_;  // that it voted for
  std::uint32_t leader_epoch_ = 0;
  bool all_say_down_ = false;
  Failover failover_ = Failover::none;
  std::uint32_t failover_epoch_ = 0;
  std::int64_t failover_began_ = 0;
  std::int64_t failover_changed_ = 0;
  NodeId promoted_;
};

}  // namespace picklock

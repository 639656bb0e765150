// Watching: what a sentinel says and hears, and whom it finds down.
#include "sim/sentinel.h"

#include <algorithm>

namespace picklock {
namespace {

// All in milliseconds.
constexpr std::int64_t kPingPeriod = 1000;
constexpr std::int64_t kInfoPeriod = 10'000;
constexpr std::int64_t kSoonInfoPeriod = 1000;
constexpr std::int64_t kHelloPeriod = 2000;
constexpr std::int64_t kShortestLink = 15'000;
constexpr std::int64_t kMostBetweenTicks = 2000;
constexpr std::int64_t kTilt = 30'000;

}  // namespace

Sentinel::Peer Sentinel::fresh(NodeId node) const {
  Peer peer{.id = node, .told = now(), .answered = now()};
  peer.link.pending = peer.link.available = peer.link.ponged = now();
  peer.says_primary = node == primary_;
  peer.says_since = peer.follows_since = now();
  return peer;
}

void Sentinel::begin() {
  primary_ = setting_.servers.front();
  term_ = epoch_ = leader_epoch_ = 0;
  restart();
}

void Sentinel::restart() {
  leader_ = NodeId();
  all_say_down_ = false;
  tilted_ = 0;
  failover_ = Failover::none;
  failover_epoch_ = 0;
  failover_began_ = failover_changed_ = 0;
  promoted_ = NodeId();
  last_tick_ = now();
  peers_.clear();
  for (const NodeId server : setting_.servers) peers_.push_back(fresh(server));
  for (const NodeId sentinel : setting_.sentinels) {
    if (sentinel != id_) peers_.push_back(fresh(sentinel));
  }
}

bool Sentinel::is_server(const Peer& peer) const {
  return peer.id.value() <= setting_.servers.back().value();
}

Sentinel::Peer& Sentinel::peer(NodeId node) {
  return *std::find_if(peers_.begin(), peers_.end(),
                       [node](const Peer& one) { return one.id == node; });
}

bool Sentinel::is_connected_to(NodeId node) const {
  return std::any_of(peers_.begin(), peers_.end(),
                     [node](const Peer& one) { return one.id == node && one.link.is_up; });
}

Duration Sentinel::tick() {
  look_at_clock();
  handle(watched());
  for (Peer& other : peers_) {
    if (other.id != primary_) handle(other);
  }
  if (failover_ == Failover::over) switch_to(promoted_);
  return length_of_tick(dice_);
}

void Sentinel::look_at_clock() {
  const std::int64_t passed = now() - last_tick_;
  if (passed < 0 || passed > kMostBetweenTicks) tilted_ = now();
  last_tick_ = now();
}

void Sentinel::handle(Peer& peer) {
  connect(peer);
  say_what_is_due(peer);
  if (tilted_ != 0) {
    if (now() - tilted_ < kTilt) return;
    tilted_ = 0;
  }
  check_if_down(peer);
  if (peer.id == primary_) act();
}

void Sentinel::connect(Peer& peer) {
  Link& link = peer.link;
  if (link.is_up || now() - link.tried < kPingPeriod) return;
  link.tried = link.made = now();
  link.is_up = true;
  ++link.number;
  link.said = 0;
  link.pings.clear();
  ping(peer);
  if (port_.refuses(peer.id)) link.is_up = false;
}

void Sentinel::on_hang_up(NodeId node) {
  peer(node).link.is_up = false;
}

void Sentinel::send(Peer& peer, SentinelMessage message) {
  message.connection = peer.link.number;
  message.ordinal = ++peer.link.said;
  if (message.kind == Kind::ping) peer.link.pings.push_back(message.ordinal);
  port_.send(id_, peer.id, message);
}

void Sentinel::ping(Peer& peer) {
  send(peer, {.kind = Kind::ping});
  peer.link.pinged = now();
  if (peer.link.pending == 0) peer.link.pending = now();
}

void Sentinel::say_what_is_due(Peer& peer) {
  if (!peer.link.is_up) return;
  const bool soon = peer.id != primary_ && (all_say_down_ || failover_ != Failover::none);
  const std::int64_t info_period = soon ? kSoonInfoPeriod : kInfoPeriod;
  if (is_server(peer) && (peer.informed == 0 || now() - peer.informed > info_period)) {
    send(peer, {.kind = Kind::info});
  }
  const std::int64_t ping_period = std::min(setting_.down_after, kPingPeriod);
  if (now() - peer.link.ponged > ping_period && now() - peer.link.pinged > ping_period / 2) {
    ping(peer);
  }
  if (now() - peer.told > kHelloPeriod) {
    send(peer, {.kind = Kind::hello, .primary = primary(), .epoch = epoch_, .term = term_});
  }
}

void Sentinel::check_if_down(Peer& peer) {
  Link& link = peer.link;
  std::int64_t silent = 0;
  if (link.pending != 0) {
    silent = now() - link.pending;
  } else if (!link.is_up) {
    silent = now() - link.available;
  }
  const std::int64_t half = setting_.down_after / 2;
  if (link.is_up && now() - link.made > kShortestLink && link.pending != 0 &&
      now() - link.pending > half && now() - link.ponged > half) {
    link.is_up = false;
  }
  const bool denies = peer.id == primary_ && !peer.says_primary &&
                      now() - peer.says_since > setting_.down_after + 2 * kInfoPeriod;
  const bool is_down = silent > setting_.down_after || denies;
  if (is_down && !peer.is_down) peer.down_since = now();
  peer.is_down = is_down;
}

void Sentinel::hear(NodeId from, const SentinelMessage& message) {
  if (message.kind == Kind::heard) {
    if (message.speaker != id_) on_hello(message);
    return;
  }
  Peer& peer = this->peer(from);
  if (!peer.link.is_up || peer.link.number != message.connection) return;
  // Replies come in order: that a ping was lost is a reply as well, though no sign of life.
  const auto answered =
      std::erase_if(peer.link.pings, [&](std::uint32_t ping) { return ping <= message.ordinal; });
  if (answered > 0) peer.link.ponged = now();
  switch (message.kind) {
    case Kind::ping:
      peer.link.available = now();
      peer.link.pending = 0;
      return;
    case Kind::info:
      return on_info(peer, message);
    case Kind::hello:
      peer.told = now();
      return;
    case Kind::ask:
      return on_answer(peer, message);
    case Kind::replicaof:
    case Kind::heard:
      return;  // its INFO will tell
  }
}

void Sentinel::on_info(Peer& peer, const SentinelMessage& message) {
  const bool says_primary = message.primary == peer.id;
  if (!says_primary && peer.follows != message.primary) {
    peer.follows = message.primary;
    peer.follows_since = now();
  }
  if (!says_primary) {
    peer.in_sync = message.in_sync;
    peer.offset = message.offset;
  }
  peer.informed = now();
  if (peer.says_primary != says_primary) {
    peer.says_primary = says_primary;
    peer.says_since = now();
    if (!says_primary) peer.follows_since = now();
  }
  if (tilted_ != 0 || peer.id == primary_) return;
  if (says_primary && peer.id == promoted_) {
    if (failover_ != Failover::waits) return;
    term_ = failover_epoch_;
    failover_ = Failover::others;
    failover_changed_ = now();
    for (Peer& other : peers_) other.told -= kHelloPeriod + 1;
    return;
  }
  if (says_primary) return correct(peer, peer.says_since, 4 * kHelloPeriod);
  if (peer.follows != primary_) correct(peer, peer.follows_since, setting_.failover_timeout);
  if (peer.order == Order::sent && peer.follows == promoted_) peer.order = Order::taken;
  if (peer.order == Order::taken && peer.in_sync) peer.order = Order::done;
}

// A server that has followed the wrong one, or nobody, for so long is told whom to follow.
void Sentinel::correct(Peer& server, std::int64_t since, std::int64_t wait) {
  const bool was_up = server.down_since == 0 || now() - server.down_since > wait;
  if (is_sane_primary() && was_up && now() - since > wait) {
    send(server, {.kind = Kind::replicaof, .primary = primary_});
  }
}

bool Sentinel::is_sane_primary() {
  const Peer& primary = watched();
  return primary.says_primary && !primary.is_down && !all_say_down_ &&
         now() - primary.informed < 2 * kInfoPeriod;
}

void Sentinel::on_hello(const SentinelMessage& message) {
  epoch_ = std::max(epoch_, message.epoch);
  if (term_ >= message.term) return;
  term_ = message.term;
  if (message.primary != primary_) switch_to(message.primary);
}

SentinelMessage Sentinel::answer(const SentinelMessage& request) {
  SentinelMessage reply = request;
  reply.is_reply = true;
  if (request.kind == Kind::hello) on_hello(request);
  if (request.kind != Kind::ask) return reply;
  reply.leader = NodeId();
  reply.leader_epoch = 0;
  if (request.primary != primary_) return reply;
  reply.is_down = tilted_ == 0 && watched().is_down;
  if (request.leader.is_none()) return reply;
  vote(request.leader, request.epoch);
  reply.leader = leader_;
  reply.leader_epoch = leader_epoch_;
  return reply;
}

}  // namespace picklock

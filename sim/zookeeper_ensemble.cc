#include "sim/zookeeper_ensemble.h"

#include <algorithm>
#include <utility>

namespace picklock {

ZooKeeperEnsemble::ZooKeeperEnsemble(const ServerContext& context, ZooKeeperEnsembleHost& host)
    : context_(context), host_(host), half_tick_(context.scenario.servers.tick / 2) {
  for (const NodeId id : context.servers) peers_.push_back(Peer{.id = id});
  leader_ = peers_.back().id;
}

void ZooKeeperEnsemble::reset() {
  for (Peer& peer : peers_) peer = Peer{.id = peer.id};
  leader_ = peers_.back().id;
  leads_ = true;
  electing_ = false;
  round_ = next_half_tick();
  schedule_round();
}

bool ZooKeeperEnsemble::runs(NodeId node) const {
  const Node& known = context_.kernel.node(node);
  return known.is_up && !known.is_paused();
}

bool ZooKeeperEnsemble::in_touch(NodeId a, NodeId b) const {
  const Network& network = context_.network;
  return a == b || (runs(a) && runs(b) && !network.is_cut(a, b) && !network.is_cut(b, a));
}

std::size_t ZooKeeperEnsemble::followers_in_touch(NodeId node) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      peers_, [&](const Peer& peer) { return peer.id != node && in_touch(peer.id, node); }));
}

bool ZooKeeperEnsemble::answers(NodeId node) const {
  return leads_ && of(node).serves && runs(leader_) && in_touch(node, leader_) &&
         is_majority(1 + followers_in_touch(leader_));
}

void ZooKeeperEnsemble::heard_of(NodeId node, std::int64_t session) {
  if (node == leader_) return host_.extend(session);
  std::vector<std::int64_t>& sessions = of(node).sessions;
  if (std::ranges::find(sessions, session) == sessions.end()) sessions.push_back(session);
}

void ZooKeeperEnsemble::all_heard_of(std::int64_t session) {
  for (const Peer& peer : peers_) {
    if (peer.serves && in_touch(peer.id, leader_)) heard_of(peer.id, session);
  }
}

// --- Rounds -----------------------------------------------------------------------------------------

TrueTime ZooKeeperEnsemble::next_half_tick() const {
  return TrueTime{(context_.kernel.now().time_since_epoch() / half_tick_ + 1) * half_tick_};
}

void ZooKeeperEnsemble::schedule_round() {
  Kernel::Payload payload;
  payload.flags = Kernel::background;
  context_.kernel.push_global(round_, *this, payload);
}

void ZooKeeperEnsemble::fire(const Kernel::Payload& /*payload*/) {
  advance();
}

void ZooKeeperEnsemble::advance() {
  const TrueTime now = context_.kernel.now();
  if (now < round_) return;
  round_ = next_half_tick();
  if (leads_) {
    ask_followers();
  } else if (electing_ && now >= elected_) {
    end_election();
  } else if (!electing_) {
    begin_election();
  }
  schedule_round();
}

// What crashes at this very instant has answered before.
bool ZooKeeperEnsemble::answered(const Peer& peer) const {
  const auto just_crashed = [&](const Peer& one) {
    return !context_.kernel.node(one.id).is_up && !one.is_silent;
  };
  return in_touch(peer.id, leader_) || just_crashed(peer) || just_crashed(of(leader_));
}

void ZooKeeperEnsemble::ask_followers() {
  const TrueTime now = context_.kernel.now();
  const Duration patience = kSyncLimit * context_.scenario.servers.tick;
  std::size_t following = 1;
  for (Peer& peer : peers_) {
    if (peer.id == leader_) continue;
    if (answered(peer)) hear(peer);
    peer.was_asked = !in_touch(peer.id, leader_);
    if (!peer.was_asked) {
      peer.last_answer = now;
      if (!peer.serves) set_serving(peer, true);
    } else if (now - peer.last_answer > patience && peer.serves) {
      set_serving(peer, false);
    }
    if (peer.serves) ++following;
  }
  if (!is_majority(following)) lose_leader();
}

void ZooKeeperEnsemble::hear(Peer& peer) {
  for (const std::int64_t session : std::exchange(peer.sessions, {})) host_.extend(session);
}

void ZooKeeperEnsemble::set_serving(Peer& peer, bool serves) {
  if (!serves) {
    peer.zxid = host_.last_zxid();
    peer.sessions.clear();
  }
  peer.serves = serves;
  if (context_.kernel.node(peer.id).is_up) host_.on_serving(peer.id, serves);
}

// --- Elections --------------------------------------------------------------------------------------

void ZooKeeperEnsemble::lose_leader() {
  leads_ = false;
  host_.on_leader_lost();
  for (Peer& peer : peers_) {
    if (peer.serves) set_serving(peer, false);
  }
  begin_election();
}

NodeId ZooKeeperEnsemble::candidate() const {
  const Peer* best = nullptr;
  for (const Peer& peer : peers_) {
    if (!runs(peer.id) || !is_majority(1 + followers_in_touch(peer.id))) continue;
    if (best == nullptr || peer.zxid >= best->zxid) best = &peer;
  }
  return best == nullptr ? NodeId() : best->id;
}

void ZooKeeperEnsemble::begin_election() {
  electing_ = !candidate().is_none();
  if (electing_) elected_ = context_.kernel.now() + context_.scenario.servers.election;
}

void ZooKeeperEnsemble::end_election() {
  electing_ = false;
  const NodeId elected = candidate();
  if (elected.is_none()) return;
  leader_ = elected;
  leads_ = true;
  host_.on_leader_elected();
  for (Peer& peer : peers_) {
    peer.last_answer = context_.kernel.now();
    if (in_touch(peer.id, leader_)) set_serving(peer, true);
  }
}

// --- What happens to nodes --------------------------------------------------------------------------

void ZooKeeperEnsemble::on_crash(NodeId node, bool silent) {
  advance();
  Peer& peer = of(node);
  peer.is_silent = silent;
  peer.sessions.clear();
  if (silent || !peer.serves) return;
  if (leads_ && node == leader_) return lose_leader();
  set_serving(peer, false);
  const auto serving = std::ranges::count_if(peers_, [](const Peer& one) { return one.serves; });
  if (leads_ && !is_majority(static_cast<std::size_t>(serving))) lose_leader();
}

void ZooKeeperEnsemble::on_restart(NodeId node) {
  advance();
  Peer& peer = of(node);
  // What it had been was still missed by nobody: now its connections to its peers are gone.
  if (leads_ && node == leader_) return lose_leader();
  peer.is_silent = false;
  if (leads_ && in_touch(node, leader_)) {
    peer.last_answer = context_.kernel.now();
    return set_serving(peer, true);
  }
  if (peer.serves) set_serving(peer, false);
  host_.on_serving(node, false);
  if (!leads_ && !electing_) begin_election();
}

// What the leader asked meanwhile it answers now.
void ZooKeeperEnsemble::on_resume(NodeId node) {
  advance();
  Peer& peer = of(node);
  if (!leads_ || !peer.was_asked || !in_touch(node, leader_)) return;
  peer.was_asked = false;
  peer.last_answer = context_.kernel.now();
  hear(peer);
}

}  // namespace picklock

// Acting: how sentinels agree that the primary is down, elect one of them, and what that one does.
#include <algorithm>
#include <map>

#include "sim/sentinel.h"

namespace picklock {
namespace {

// All in milliseconds.
constexpr std::int64_t kAskPeriod = 1000;
constexpr std::int64_t kLongestElection = 10'000;
constexpr std::int64_t kFreshPong = 5000;
constexpr std::int64_t kFreshInfo = 5000;
constexpr std::int64_t kUsualInfo = 30'000;
constexpr std::uint32_t kLongestHesitation = 1000;

}  // namespace

NodeId Sentinel::primary() const {
  const bool is_promoted = failover_ == Failover::others || failover_ == Failover::over;
  return is_promoted ? promoted_ : primary_;
}

void Sentinel::act() {
  check_if_all_say_down();
  if (start_if_needed()) ask_others(true);
  go_on();
  ask_others(false);
}

void Sentinel::check_if_all_say_down() {
  const auto others =
      std::count_if(peers_.begin(), peers_.end(), [](const Peer& peer) { return peer.says_down; });
  const bool agreed =
      watched().is_down && static_cast<std::uint32_t>(1 + others) >= setting_.quorum;
  all_say_down_ = agreed;
}

bool Sentinel::start_if_needed() {
  if (!all_say_down_ || failover_ != Failover::none) return false;
  if (now() - failover_began_ < 2 * setting_.failover_timeout) return false;
  failover_ = Failover::election;
  failover_epoch_ = ++epoch_;
  failover_began_ = now() + dice_ % kLongestHesitation;
  failover_changed_ = now();
  return true;
}

void Sentinel::ask_others(bool at_once) {
  for (Peer& other : peers_) {
    if (is_server(other)) continue;
    const std::int64_t passed = now() - other.answered;
    if (passed > 5 * kAskPeriod) {
      other.says_down = false;
      other.leader = NodeId();
    }
    if (!watched().is_down || !other.link.is_up || (!at_once && passed < kAskPeriod)) continue;
    send(other, {.kind = Kind::ask,
                 .primary = primary_,
                 .epoch = epoch_,
                 .leader = failover_ == Failover::none ? NodeId() : id_});
  }
}

void Sentinel::on_answer(Peer& other, const SentinelMessage& message) {
  other.answered = now();
  other.says_down = message.is_down;
  if (message.leader.is_none()) return;
  other.leader = message.leader;
  other.leader_epoch = message.leader_epoch;
}

void Sentinel::vote(NodeId candidate, std::uint32_t epoch) {
  epoch_ = std::max(epoch_, epoch);
  if (leader_epoch_ >= epoch || epoch_ > epoch) return;
  leader_ = candidate;
  leader_epoch_ = epoch_;
  if (leader_ != id_) failover_began_ = now() + dice_ % kLongestHesitation;
}

// Who has most votes, and a majority, and the quorum; none: nobody. Its own vote goes with most.
NodeId Sentinel::elected() {
  std::map<NodeId, std::uint32_t> votes;
  NodeId winner;
  const auto count = [&](NodeId candidate) {
    const std::uint32_t has = ++votes[candidate];
    if (winner.is_none() || has > votes[winner]) winner = candidate;
  };
  for (const Peer& other : peers_) {
    if (!other.leader.is_none() && other.leader_epoch == epoch_) count(other.leader);
  }
  vote(winner.is_none() ? id_ : winner, failover_epoch_);
  if (!leader_.is_none() && leader_epoch_ == failover_epoch_) count(leader_);
  if (winner.is_none()) return winner;
  const auto majority = static_cast<std::uint32_t>(setting_.sentinels.size() / 2 + 1);
  return votes[winner] >= std::max(majority, setting_.quorum) ? winner : NodeId();
}

void Sentinel::go_on() {
  const std::int64_t waited = now() - failover_changed_;
  switch (failover_) {
    case Failover::election:
      if (elected() == id_) {
        failover_ = Failover::choice;
        failover_changed_ = now();
      } else if (now() - failover_began_ > std::min(kLongestElection, setting_.failover_timeout)) {
        give_up();
      }
      return;
    case Failover::choice:
      return choose();
    case Failover::promotion:
      if (peer(promoted_).link.is_up) {
        send(peer(promoted_), {.kind = Kind::replicaof, .primary = promoted_});
        failover_ = Failover::waits;
        failover_changed_ = now();
      } else if (waited > setting_.failover_timeout) {
        give_up();
      }
      return;
    case Failover::waits:
      if (waited > setting_.failover_timeout) give_up();
      return;
    case Failover::others:
      return order_next();
    case Failover::none:
    case Failover::over:
      return;
  }
}

void Sentinel::give_up() {
  failover_ = Failover::none;
  failover_changed_ = now();
  promoted_ = NodeId();
}

// The replica that is well and has most of the stream; among equals the first.
void Sentinel::choose() {
  const std::int64_t oldest_info = watched().is_down ? kFreshInfo : kUsualInfo;
  const Peer* best = nullptr;
  for (const Peer& replica : peers_) {
    const bool is_well = is_server(replica) && replica.id != primary_ && !replica.is_down &&
                         replica.link.is_up && now() - replica.link.available <= kFreshPong &&
                         now() - replica.informed <= oldest_info;
    if (is_well && (best == nullptr || replica.offset > best->offset)) best = &replica;
  }
  if (best == nullptr) return give_up();
  promoted_ = best->id;
  failover_ = Failover::promotion;
  failover_changed_ = now();
}

// One replica after the other follows the new primary.
void Sentinel::order_next() {
  bool is_busy = std::any_of(peers_.begin(), peers_.end(), [](const Peer& peer) {
    return peer.order == Order::sent || peer.order == Order::taken;
  });
  for (Peer& replica : peers_) {
    if (is_busy || !is_server(replica) || replica.id == primary_ || replica.id == promoted_) {
      continue;
    }
    if (replica.order != Order::none || !replica.link.is_up) continue;
    send(replica, {.kind = Kind::replicaof, .primary = promoted_});
    replica.order = Order::sent;
    is_busy = true;
  }
  end_if_all_follow();
}

void Sentinel::end_if_all_follow() {
  if (peer(promoted_).is_down) return;
  const bool late = now() - failover_changed_ > setting_.failover_timeout;
  bool all = true;
  for (Peer& replica : peers_) {
    const bool counts = is_server(replica) && replica.id != primary_ && replica.id != promoted_ &&
                        replica.order != Order::done;
    if (!counts) continue;
    all &= replica.is_down;
    if (!late || replica.order == Order::sent || !replica.link.is_up) continue;
    send(replica, {.kind = Kind::replicaof, .primary = promoted_});
    replica.order = Order::sent;
  }
  if (all || late) failover_ = Failover::over;
}

// The new one takes the place of the old one, which is one more replica. All that was known of them is forgotten.
void Sentinel::switch_to(NodeId primary) {
  const Peer before = watched();
  primary_ = primary;
  for (Peer& server : peers_) {
    if (!is_server(server)) continue;
    const std::uint32_t number = server.link.number;
    server = fresh(server.id);
    server.link.number = number;
  }
  Peer& now_primary = watched();
  now_primary.link.tried = before.link.tried;
  now_primary.link.made = before.link.made;
  now_primary.told = before.told;
  now_primary.informed = before.informed;
  leader_ = NodeId();
  all_say_down_ = false;
  failover_ = Failover::none;
  failover_began_ = failover_changed_ = 0;
  promoted_ = NodeId();
}

}  // namespace picklock

#include "sim/zookeeper_client.h"

#include <algorithm>
#include <utility>

namespace picklock {
namespace {

constexpr std::uint8_t kPing = 1;
constexpr std::uint8_t kPatience = 2;

}  // namespace

void SimZooKeeperClient::reset() {
  session_ = 0;
  connected_ = connecting_ = pinging_ = false;
  moves_ = refusals_ = 0;
  for (Pending& pending : pending_) pending.free = true;
  queued_.clear();
  events_.clear();
}

Duration SimZooKeeperClient::call_timeout() const {
  const Duration session = context_.scenario.servers.session_timeout;
  return std::min(context_.scenario.lock.call_timeout, session * 2 / 3);
}

void SimZooKeeperClient::start(const ZkRequest& request, PendingReply& reply) {
  // With one server to go to, the request itself finds out whether it is there again.
  const bool may_send = connected_ || !has_other_doors();
  if (session_ != 0 && !connecting_ && may_send) {
    send(request, &reply);
    return;
  }
  queued_.push_back({request, &reply});
  if (!connecting_) connect();
}

void SimZooKeeperClient::connect() {
  connecting_ = true;
  connecting_since_ = context_.kernel.now();
  send(ZkRequest{.op = ZkOp::connect}, nullptr);
}

void SimZooKeeperClient::send(const ZkRequest& request, PendingReply* caller) {
  auto place = std::find_if(pending_.begin(), pending_.end(),
                            [](const Pending& pending) { return pending.free; });
  Pending& pending = place == pending_.end() ? pending_.emplace_back() : *place;
  pending.owner = this;
  pending.caller = caller;
  pending.op = request.op;
  pending.free = false;
  ZkWire& wire = channel_.begin();
  wire.request = request;
  wire.session = session_;
  pending.call = channel_.start(process_.caller(), door(), call_timeout(), pending);
}

void SimZooKeeperClient::answered(Pending& pending, ZkReply&& reply) {
  pending.free = true;
  if (pending.op == ZkOp::connect) return on_connected(reply);
  const bool is_gone = reply.is_unknown() && session_ != 0 && connected_;
  if (is_gone && has_other_doors()) {  // so is all else that was sent on this connection
    pending.free = false;
    return hang_up();
  }
  if (reply.code == ZkCode::session_expired) {
    lose_session();
  } else {
    set_connected(!reply.is_unknown());
  }
  if (pending.caller != nullptr) pending.caller->complete(std::move(reply));
}

void SimZooKeeperClient::on_connected(const ZkReply& reply) {
  connecting_ = false;
  if (!reply.is_ok()) {
    if (reply.is_unknown() && has_other_doors()) return on_refused();
    if (reply.code == ZkCode::session_expired) lose_session();
    return fail_queued(reply.code);
  }
  refusals_ = 0;
  if (session_ == 0) {
    session_ = reply.stat.ephemeral_owner;
    connected_ = true;
  } else {
    set_connected(true);
  }
  for (const Queued& waiting : std::exchange(queued_, {})) send(waiting.request, waiting.caller);
  if (!pinging_) schedule_ping();
}

// The next one is tried at once, until each was tried; then with each ping that is due, and each call.
void SimZooKeeperClient::on_refused() {
  const bool has_taken_long = context_.kernel.now() - connecting_since_ >= call_timeout();
  ++moves_;
  ++refusals_;
  const bool goes_on = refusals_ < context_.servers.size();
  if (has_taken_long || !goes_on) fail_queued(ZkCode::connection_loss);
  if (!goes_on) refusals_ = 0;
  if (goes_on && !connecting_ && (session_ != 0 || !queued_.empty())) connect();
}

// What waited for a connection has surely not been sent, but its callers only know that there is none.
void SimZooKeeperClient::fail_queued(ZkCode code) {
  for (const Queued& waiting : std::exchange(queued_, {})) {
    ZkReply reply;
    reply.code = code;
    if (waiting.caller != nullptr) waiting.caller->complete(std::move(reply));
  }
}

void SimZooKeeperClient::hang_up() {
  if (session_ == 0 || !connected_) return;
  set_connected(false);
  for (Pending& pending : pending_) {
    if (std::exchange(pending.free, true)) continue;
    channel_.withdraw(pending.call);
    if (pending.caller != nullptr) pending.caller->complete(ZkReply{});
  }
  if (has_other_doors()) ++moves_;
  connect();
}

bool SimZooKeeperClient::is_asking() const {
  return std::ranges::any_of(pending_, [](const Pending& pending) { return !pending.free; });
}

void SimZooKeeperClient::set_connected(bool connected) {
  if (session_ == 0 || connected == connected_) return;
  connected_ = connected;
  notify({connected ? ZkEventKind::reconnected : ZkEventKind::suspended, {}});
}

void SimZooKeeperClient::lose_session() {
  if (session_ == 0) return;
  session_ = 0;
  connected_ = false;
  notify({ZkEventKind::lost, {}});
}

void SimZooKeeperClient::schedule_ping() {
  pinging_ = true;
  const Node& node = context_.kernel.node(process_.caller().client);
  Kernel::Payload payload;
  payload.kind = kPing;
  payload.flags = Kernel::background | Kernel::on_monotonic;
  const TrueTime at =
      context_.kernel.after_monotonic(node, context_.scenario.servers.session_timeout / 3);
  context_.kernel.push(at, *this, process_.caller().client, payload);
}

void SimZooKeeperClient::ping() {
  const ZkRequest ping{.op = ZkOp::ping};
  if (connected_ || !has_other_doors()) return send(ping, nullptr);
  queued_.push_back({ping, nullptr});
  connect();
}

void SimZooKeeperClient::notify(const ZkEvent& event) {
  if (event.is_watch()) process_.woken();
  events_.add(event, [this] { context_.kernel.cancel(patience_); });
}

void SimZooKeeperClient::wait_for_event(Completion<NextEvent>& event, Duration patience) {
  if (events_.take(event)) return;
  const Node& node = context_.kernel.node(process_.caller().client);
  Kernel::Payload payload;
  payload.kind = kPatience;
  payload.word = ++waits_;
  payload.flags = Kernel::on_monotonic;
  patience_ = context_.kernel.push(context_.kernel.after_monotonic(node, patience), *this,
                                   process_.caller().client, payload);
}

void SimZooKeeperClient::fire(const Kernel::Payload& payload) {
  if (payload.kind == kPatience) {
    // It may have waited for a paused process behind the event that ended its wait.
    if (!events_.is_waited_for() || payload.word != waits_) return;
    events_.give_up();
    return;
  }
  pinging_ = false;
  if (session_ == 0) return;
  if (!is_asking()) ping();  // a request is a sign of life as well
  schedule_ping();
}

}  // namespace picklock

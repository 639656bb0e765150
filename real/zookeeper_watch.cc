#include "real/zookeeper_watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace picklock {
namespace {

Diagnostics silent_service() {
  return {{.expected =
               "expected the server to say what happened to the lock's znodes, but it is gone"}};
}

}  // namespace

void ZooKeeperWatch::begin(const OwnerRule& rule, RunLog& log) {
  on_crash();
  log_ = &log;
  owner_.observe(rule);
  owner_.reset();
  sessions_.clear();
  session_of_.clear();
  unheard_.clear();
  ephemerals_.clear();
  events_.clear();
  at_ = last_at_ = ran_from_ = TrueTime{};
}

ZooKeeperWatch::Request ZooKeeperWatch::read(const Exchange& exchange) {
  const NodeId client = exchange.caller.client;
  Request request{exchange, {}, 0};
  if (exchange.name == "connect") {
    ZkHandshake granted;
    if (read_zk_handshake(exchange.reply, granted) && granted.session != 0) {
      request.opens = !sessions_.contains(granted.session);
      session_of_[client] = granted.session;
      sessions_[granted.session].timeout = granted.timeout;
    }
  } else {
    request.sight = read_zk_request(exchange.request);
  }
  request.session = session_of_[client];
  return request;
}

Diagnostics ZooKeeperWatch::look(const Exchange& exchange, const Unheard& unheard) {
  const Request request = read(exchange);
  if (unheard.by.is_none()) {
    touch(request.session, exchange.earliest);
  } else {
    unheard_[unheard.by].insert(request.session);
  }
  for (const NodeId follower : unheard.followers) {
    if (request.opens) unheard_[follower].insert(request.session);
  }
  note_ephemeral(request);
  if (!collect()) return silent_service();
  for (const ZkEvent& event : events_) {
    at_ = exchange.earliest;
    on_event(event, &request);
  }
  events_.clear();
  ran_from_ = std::max(ran_from_, exchange.earliest);
  if (request.sight.is(ZkOp::close)) sessions_.erase(request.session);
  reschedule();
  return {};
}

Result<bool> ZooKeeperWatch::is_settled() {
  if (!is_due()) return Result<bool>(true);
  const std::string dump = sight_.dump();
  if (dump.empty() || !collect()) return Result<bool>(silent_service());
  for (const ZkEvent& event : events_) on_event(event, nullptr);
  events_.clear();
  forget_ended(dump);
  reschedule();
  return Result<bool>(false);  // what it did then is on its way
}

void ZooKeeperWatch::on_heard(NodeId follower) {
  const auto heard = unheard_.find(follower);
  if (heard == unheard_.end()) return;
  for (const std::int64_t session : heard->second) touch(session, loop_.now());
  unheard_.erase(heard);
  reschedule();
}

void ZooKeeperWatch::touch(std::int64_t session, TrueTime at) {
  const auto touched = sessions_.find(session);
  if (touched == sessions_.end()) return;
  const Duration timeout = (monotonic().at(at) + touched->second.timeout).time_since_epoch();
  touched->second.expiry = LocalTime{(timeout / tick_ + 1) * tick_};
  find_instants(touched->second, at);
}

void ZooKeeperWatch::find_instants(Session& session, TrueTime from) const {
  session.expires = monotonic().when(session.expiry, from);
  session.ended = monotonic().when(session.expiry + std::chrono::milliseconds(1), from);
}

void ZooKeeperWatch::note_ephemeral(const Request& request) {
  if (!request.sight.is(ZkOp::create) || !request.sight.ephemeral) return;
  ZkReply reply;
  if (!read_zk_reply(request.exchange.reply, ZkOp::create, reply) || !reply.is_ok()) return;
  ephemerals_[reply.path] = request.session;
}

void ZooKeeperWatch::on_event(const ZkEvent& event, const Request* request) {
  if (event.kind == ZkEventKind::created && request != nullptr) {
    return owner_.created(event.path, request->exchange.caller);
  }
  if (event.kind != ZkEventKind::deleted) return;
  const auto ephemeral = ephemerals_.find(event.path);
  const std::int64_t session = ephemeral == ephemerals_.end() ? 0 : ephemeral->second;
  if (ephemeral != ephemerals_.end()) ephemerals_.erase(ephemeral);
  if (request != nullptr) {
    const Caller& caller = request->exchange.caller;
    if (request->sight.is(ZkOp::remove) && request->sight.path == event.path) {
      return owner_.deleted(event.path, ZkRemoval::deleted, caller);
    }
    if (request->sight.is(ZkOp::close) && request->session == session) {
      return owner_.deleted(event.path, ZkRemoval::session_closed, caller);
    }
  }
  expired(event.path, session);
}

// The earliest instant at which the server can have done it.
void ZooKeeperWatch::expired(const std::string& path, std::int64_t session) {
  const auto ended = sessions_.find(session);
  const TrueTime due = ended == sessions_.end() ? TrueTime{} : ended->second.expires;
  at_ = std::min(std::max(due, ran_from_), loop_.now());
  owner_.deleted(path, ZkRemoval::session_expired, Caller{});
}

// A session has ended when the service tracks it no more and all its znodes are gone.
void ZooKeeperWatch::forget_ended(std::string_view dump) {
  const std::string_view tracked = dump.substr(0, dump.find("ephemeral nodes"));
  const auto has_znodes = [&](std::int64_t session) {
    return std::ranges::any_of(ephemerals_,
                               [&](const auto& known) { return known.second == session; });
  };
  std::erase_if(sessions_, [&](const auto& session) {
    const bool is_tracked = tracked.find(fmt::format("0x{:x}", session.first)) != dump.npos;
    return session.second.ended <= loop_.now() && !is_tracked && !has_znodes(session.first);
  });
}

bool ZooKeeperWatch::is_due() const {
  return std::ranges::any_of(
      sessions_, [now = loop_.now()](const auto& session) { return session.second.ended <= now; });
}

// Time does not go beyond the next end of a session at once.
void ZooKeeperWatch::reschedule() {
  loop_.cancel(expiry_);
  TrueTime next = kNever;
  for (const auto& [number, session] : sessions_) next = std::min(next, session.ended);
  if (next != kNever && next > loop_.now()) expiry_ = loop_.at(next, [] {});
}

void ZooKeeperWatch::on_crash() {
  loop_.cancel(expiry_);
  unheard_.clear();
  for (auto& [number, session] : sessions_) session.expires = session.ended = kNever;
}

Diagnostics ZooKeeperWatch::on_restart(TrueTime from) {
  for (const auto& [session, known] : sessions_) touch(session, from);
  // All of it is there again: the server had written it before it answered.
  for (const auto& [path, session] : ephemerals_) {
    if (!sight_.has(path))
      return {{.expected = "expected the znode " + path + " after the restart"}};
  }
  reschedule();
  return {};
}

void ZooKeeperWatch::on_clock_change() {
  const TrueTime now = loop_.now();
  ran_from_ = now;
  for (auto& [number, session] : sessions_) {
    // What was due before the change may not have been done yet.
    if (session.ended > now) find_instants(session, now);
  }
  reschedule();
}

void ZooKeeperWatch::on_owner(EventKind kind, Cause cause, OpId by, OpId hold) {
  last_at_ = std::max(last_at_, at_);
  log_->push_back(
      {.at = last_at_, .kind = kind, .cause = cause, .node = server_, .op = by, .hold = hold});
}

}  // namespace picklock

#include "real/redis_watch.h"

#include <algorithm>
#include <array>
#include <utility>

namespace picklock {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

Diagnostics silent_server() {
  return {
      {.expected = "expected the server to say what happened to the lock's key, but it is gone"}};
}

}  // namespace

Diagnostics RedisWatch::connect(const RedisAddress& address) {
  for (auto* connection : {&queries_, &notifications_}) {
    Result<RedisConnection> opened = RedisConnection::open(address);
    if (!opened) return opened.error();
    *connection = std::move(opened).value();
  }
  RedisCommand subscribe;
  subscribe.assign("SUBSCRIBE", "__keyspace@0__:" + key_);
  RedisReply reply;
  notifications_->execute(subscribe, reply);
  return reply.kind() == RedisReply::Kind::array ? Diagnostics{} : silent_server();
}

Diagnostics RedisWatch::begin(const RedisAddress& address, const std::string& key, RunLog& log) {
  key_ = key;
  log_ = &log;
  in_set_ = is_replica_ = false;
  on_expiry_ = nullptr;
  loop_.cancel(expiry_);
  exists_ = false;
  owner_ = last_owner_ = Caller{};
  deadline_ = -2;
  expires_ = kNever;
  expired_ = TrueTime{};
  return connect(address);
}

Diagnostics RedisWatch::begin_in_set(const RedisAddress& address, const std::string& key,
                                     RunLog& log, bool replica) {
  Diagnostics wrong = begin(address, key, log);
  in_set_ = true;
  is_replica_ = replica;
  return wrong;
}

// What was said of the key while it was a replica's is of no interest: it is asked anew. By the clock of this
// server it may be dead.
Diagnostics RedisWatch::promote(const RedisAddress& address) {
  is_replica_ = false;
  record(EventKind::named, Cause::none, OpId(), loop_.now());
  Diagnostics wrong = connect(address);
  if (!wrong.empty()) return wrong;
  const Result<Sight> sight = see();
  if (!sight) return sight.error();
  expires_ = kNever;
  deadline_ = sight->deadline;
  exists_ = deadline_ != -2;
  if (!exists_) expire();
  watch_deadline();
  return {};
}

void RedisWatch::demote() {
  loop_.cancel(expiry_);
  record(EventKind::unnamed, Cause::lost, OpId(), loop_.now());
  is_replica_ = true;
}

// The answer to PING comes behind all notifications of what was executed before it.
Result<RedisWatch::Sight> RedisWatch::see() {
  Sight sight;
  RedisCommand command;
  RedisReply reply;
  command.assign("PEXPIRETIME", key_);
  queries_->send(command);
  command.assign("PING");
  notifications_->send(command);
  queries_->receive(reply);
  if (reply.kind() != RedisReply::Kind::integer) return Result<Sight>(silent_server());
  sight.deadline = reply.integer();
  notifications_->receive(reply);
  while (reply.kind() == RedisReply::Kind::array && reply.elements().size() == 3) {
    sight.events.push_back(reply.elements()[2].text());
    notifications_->receive(reply);
  }
  if (reply.kind() != RedisReply::Kind::array) return Result<Sight>(silent_server());
  return Result<Sight>(std::move(sight));
}

Diagnostics RedisWatch::look(const Caller& caller, TrueTime earliest) {
  if (is_replica_) return {};
  const Result<Sight> sight = see();
  if (!sight) return sight.error();
  named_now_ = false;
  for (const std::string& event : sight->events) on_event(event, caller, earliest);
  if (exists_ && sight->deadline == -2) {  // gone without a word, as FLUSHALL does it
    exists_ = false;
    end_ownership(Cause::lost, OpId(), earliest);
  }
  deadline_ = exists_ ? sight->deadline : -2;
  watch_deadline();
  return {};
}

void RedisWatch::on_event(std::string_view event, const Caller& caller, TrueTime at) {
  if (event == "expired") return expire();
  if (is_one_of(event, {"del", "rename_from", "move_from", "evicted"})) {
    exists_ = false;
    const Cause cause = event == "evicted"           ? Cause::lost
                        : caller.hold == owner_.hold ? Cause::released
                                                     : Cause::deleted;
    return end_ownership(cause, caller.op, at);
  }
  if (is_one_of(event, {"expire", "persist"})) {
    if (!owner_.hold.is_none() && !named_now_) record(EventKind::renewed, Cause::none, OpId(), at);
    return;
  }
  if (exists_) {
    const bool overwrites = is_one_of(event, {"set", "rename_to", "restore", "copy_to", "move_to"});
    if (!overwrites || owner_.hold == caller.hold) return;
    end_ownership(Cause::overwritten, caller.op, at);
  }
  exists_ = true;
  begin_ownership(caller, at);
}

void RedisWatch::begin_ownership(const Caller& caller, TrueTime at) {
  owner_ = last_owner_ = caller;
  named_now_ = true;
  // What ended by time before this request was executed ended before it.
  record(EventKind::named, Cause::none, OpId(), std::max(at, expired_));
}

void RedisWatch::end_ownership(Cause cause, OpId by, TrueTime at) {
  if (!owner_.hold.is_none()) record(EventKind::unnamed, cause, by, at);
  owner_ = Caller{};
}

void RedisWatch::expire() {
  exists_ = false;
  expired_ = std::min(expires_, loop_.now());
  end_ownership(Cause::expired, OpId(), expired_);
}

// The deadline, on the server's wall clock, is an instant of true time.
void RedisWatch::watch_deadline() {
  loop_.cancel(expiry_);
  expires_ = kNever;
  if (deadline_ < 0 || is_replica_) return;  // its keys die with the primary's
  // Alive at its deadline, dead one millisecond later.
  const std::int64_t epoch = state_.clocks().epoch;
  const LocalTime dead(std::chrono::milliseconds(deadline_ + 1) - Duration(epoch));
  expires_ = state_.clocks().nodes[server_.value()].read().wall.when(dead, loop_.now());
  if (expires_ == kNever) return;
  expiry_ = loop_.at(expires_, [this] {
    expire();
    if (on_expiry_) on_expiry_();
  });
}

void RedisWatch::on_crash() {
  loop_.cancel(expiry_);
  if (in_set_ && expires_ != kNever) expiry_ = loop_.at(expires_, [this] { expire(); });
  queries_.reset();
  notifications_.reset();
}

Diagnostics RedisWatch::on_restart(const RedisAddress& address) {
  loop_.cancel(expiry_);
  Diagnostics wrong = connect(address);
  if (!wrong.empty()) return wrong;
  const Result<Sight> sight = see();
  if (!sight) return sight.error();
  if (is_replica_) {
    if (sight->deadline == -2) owner_ = Caller{};
    return {};
  }
  const bool existed = exists_;
  exists_ = sight->deadline != -2;
  if (existed && !exists_) {
    if (expires_ <= loop_.now()) {
      expire();
    } else {
      end_ownership(Cause::lost, OpId(), loop_.now());
    }
  }
  if (!existed && exists_) begin_ownership(last_owner_, loop_.now());
  deadline_ = sight->deadline;
  watch_deadline();
  return {};
}

void RedisWatch::record(EventKind kind, Cause cause, OpId by, TrueTime at) {
  if (owner_.hold.is_none() || is_replica_) return;
  log_->push_back(
      {.at = at, .kind = kind, .cause = cause, .node = server_, .op = by, .hold = owner_.hold});
}

}  // namespace picklock

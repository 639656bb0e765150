#include "sim/redis_node.h"

#include <chrono>
#include <utility>

namespace picklock {
RedisNode::RedisNode(const ServerContext& context, NodeId id)
    : kernel_(context.kernel),
      id_(id),
      spec_(context.scenario.servers),
      model_(RedisConfig{.aof = spec_.aof, .replicated = spec_.replicas > 0}) {}

void RedisNode::observe(const std::string& key) {
  key_ = key;
  model_.watch_key(key_, this);
}

void RedisNode::reset(bool replica) {
  model_.reset();
  if (replica) model_.become_replica();
  sessions_.clear();
  owner_ = last_owner_ = Caller{};
  begin_file();
}

void RedisNode::execute(const Caller& caller, const RedisCommand& command, RedisReply& reply) {
  caller_ = caller;
  model_.execute(session_of(caller.client), command, now_ms(), reply);
  caller_ = Caller{};
  if (deadline_moved_) watch_deadline();
  sync_file();
  if (listener_ != nullptr) listener_->on_changes(*this);
}

void RedisNode::disconnect(NodeId client) {
  if (client.value() >= sessions_.size() || sessions_[client.value()] == 0) return;
  model_.disconnect(sessions_[client.value()] - 1);
  sessions_[client.value()] = 0;
}

void RedisNode::crash(bool power_loss) {
  if (power_loss) {
    model_.lose_power();
  } else {
    model_.kill_process();
  }
  sessions_.clear();
  if (listener_ == nullptr || owner_.hold.is_none() || deadline() == kNever) return;
  Kernel::Payload payload;
  payload.kind = kDeadKey;
  payload.word = owner_.hold.value();
  payload.flags = Kernel::background;
  kernel_.push_global(deadline(), *this, payload);
}

void RedisNode::restart(bool memory_lost) {
  if (memory_lost) model_.lose_disk();
  model_.restart(now_ms());
  begin_file();
  watch_deadline();
}

void RedisNode::on_clock_change() {
  watch_deadline();
  watch_file();
}

void RedisNode::watch_deadline() {
  deadline_moved_ = false;
  kernel_.cancel(expiry_);
  if (model_.is_replica()) return;  // its keys die with the primary's
  const TrueTime at = deadline();
  if (at == kNever) return;
  Kernel::Payload payload;
  payload.kind = kExpiry;
  payload.flags = Kernel::background;
  expiry_ = kernel_.push(at, *this, id_, payload);
}

// When the observed key will be dead: alive at its deadline, dead one millisecond later.
TrueTime RedisNode::deadline() const {
  const auto deadline = model_.deadline_of(key_);
  if (!deadline) return kNever;
  const LocalTime dead(std::chrono::milliseconds(*deadline + 1 - kRedisEpochMs));
  return kernel_.node(id_).wall.when(dead, kernel_.now());
}

void RedisNode::promote() {
  model_.become_primary();
  named_at_ = kernel_.now();
  if (!owner_.hold.is_none()) record(EventKind::named, Cause::none, OpId());
  watch_deadline();
}

void RedisNode::demote() {
  if (!owner_.hold.is_none()) record(EventKind::unnamed, Cause::lost, OpId());
  model_.become_replica();
  watch_deadline();
}

void RedisNode::apply(const RedisBatch& batch, const Caller& owner) {
  model_.apply(batch);
  sync_file();
  owner_ = last_owner_ = owner;
}

void RedisNode::replace_by(const RedisBatch& copy, const Caller& owner) {
  model_.replace_by(copy);
  sync_file();
  owner_ = last_owner_ = owner;
}

void RedisNode::fire(const Kernel::Payload& payload) {
  if (payload.kind == kFsync) return sync_file();
  if (payload.kind == kDeadKey) {
    const bool still = !kernel_.node(id_).is_up && owner_.hold.value() == payload.word;
    if (still) end_ownership(Cause::expired, OpId());
    return;
  }
  if (spec_.active_expiry) {
    model_.expire_due(now_ms());
    sync_file();
    if (listener_ != nullptr) listener_->on_changes(*this);
  } else if (!owner_.hold.is_none()) {
    end_ownership(Cause::expired,
                  OpId());  // the key is dead, though it lies there until it is touched
  }
}

void RedisNode::describe(const Kernel::Payload& payload, FactBuilder& fact) const {
  kernel_.name(fact, id_);
  if (payload.kind == kDeadKey) fact.name_operation(OpId(static_cast<std::uint32_t>(payload.word)));
}

bool RedisNode::sum_up(StateFacts& facts) const {
  FactBuilder owner(kernel_.names());
  kernel_.name(owner, id_);
  const FactBuilder server = owner;
  owner.name_operation(owner_.hold).add(named_at_ == kernel_.now() ? 1 : 0);
  if (spec_.aof != AofPolicy::off) owner.name_operation(last_owner_.hold);
  if (spec_.aof == AofPolicy::everysec) {
    owner.add(static_cast<std::uint64_t>(nanoseconds(syncs_.last())))
        .add(model_.has_unsynced() ? 1 : 0);
  }
  if (!model_.add_facts(server, facts)) return false;
  facts.add(owner.fact());
  return true;
}

void RedisNode::on_created(std::string_view) {
  deadline_moved_ = true;
  begin_ownership();
}

void RedisNode::on_overwritten(std::string_view key) {
  deadline_moved_ = true;
  if (owner_.hold == caller_.hold) {  // its own key again: if that is mortal, its time begins anew
    if (model_.deadline_of(key_)) on_deadline_changed(key);
    return;
  }
  end_ownership(Cause::overwritten, caller_.op);
  begin_ownership();
}

void RedisNode::on_deadline_changed(std::string_view) {
  deadline_moved_ = true;
  const bool renewal = !owner_.hold.is_none() && named_at_ != kernel_.now();
  if (renewal) record(EventKind::renewed, Cause::none, OpId());
}

void RedisNode::on_removed(std::string_view, RedisRemoval why) {
  deadline_moved_ = true;
  if (owner_.hold.is_none()) return;
  switch (why) {
    case RedisRemoval::expired:
      return end_ownership(Cause::expired, OpId());
    case RedisRemoval::flushed:
      return end_ownership(Cause::lost, OpId());
    case RedisRemoval::overwritten:
      return end_ownership(Cause::overwritten, caller_.op);
    case RedisRemoval::deleted:
      return end_ownership(caller_.hold == owner_.hold ? Cause::released : Cause::deleted,
                           caller_.op);
  }
}

LocalTime RedisNode::wall_time() const {
  return kernel_.node(id_).wall.at(kernel_.now());
}

std::int64_t RedisNode::now_ms() const {
  return kRedisEpochMs + milliseconds(wall_time().time_since_epoch());
}

RedisModel::Session RedisNode::session_of(NodeId client) {
  if (client.value() >= sessions_.size()) sessions_.resize(client.value() + 1, 0);
  std::uint32_t& session = sessions_[client.value()];
  if (session == 0) session = model_.connect() + 1;
  return session - 1;
}

void RedisNode::begin_file() {
  syncs_.begin(wall_time());
  watch_file();
}

void RedisNode::sync_file() {
  if (spec_.aof != AofPolicy::everysec) return;
  if (model_.has_unsynced() && syncs_.is_due(wall_time())) {
    model_.fsync();
    syncs_.synced(wall_time());
  }
  watch_file();
}

// A paused server syncs when it goes on.
void RedisNode::watch_file() {
  kernel_.cancel(sync_);
  if (spec_.aof != AofPolicy::everysec || !model_.has_unsynced()) return;
  const TrueTime at = kernel_.node(id_).wall.when(syncs_.next(), kernel_.now());
  if (at == kNever) return;
  Kernel::Payload payload;
  payload.kind = kFsync;
  payload.flags = Kernel::background;
  sync_ = kernel_.push(at, *this, id_, payload);
}

// A key that a restart brought back is the last owner's.
void RedisNode::begin_ownership() {
  owner_ = caller_.client.is_none() ? last_owner_ : caller_;
  last_owner_ = owner_;
  named_at_ = kernel_.now();
  if (!owner_.hold.is_none()) record(EventKind::named, Cause::none, OpId());
}

void RedisNode::end_ownership(Cause cause, OpId by) {
  if (!owner_.hold.is_none()) record(EventKind::unnamed, cause, by);
  owner_ = Caller{};
}

// A replica's copy of the key names nobody: no client is sent there to ask who owns the lock.
void RedisNode::record(EventKind kind, Cause cause, OpId by) {
  if (model_.is_replica()) return;
  kernel_.recorder().add({.at = kernel_.now(),
                          .kind = kind,
                          .cause = cause,
                          .node = id_,
                          .op = by,
                          .hold = owner_.hold});
}

}  // namespace picklock

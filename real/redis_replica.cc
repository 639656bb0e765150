// What one redis-server of a set does: its data, its stream of writes, and its link.
#include <fmt/core.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "real/redis_info.h"
#include "real/redis_replica_set.h"
#include "real/resp.h"
#include "real/wire.h"

namespace picklock {
namespace {

std::int64_t seconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

Diagnostics RealReplica::connect() {
  Result<RedisConnection> opened = RedisConnection::open(process_.port());
  if (!opened) return opened.error();
  connection_ = std::move(opened).value();
  return {};
}

Diagnostics RealReplica::tell(const std::vector<std::string>& commands) const {
  for (const std::string& command : commands) {
    RedisReply reply;
    connection_->execute(parse_redis_command(command), reply);
    if (reply.kind() != RedisReply::Kind::status) {
      const std::string said = reply.is_unknown() ? "nothing" : reply.text();
      return {{.expected = fmt::format("expected OK to {}, got {}", command, said)}};
    }
  }
  return {};
}

std::string RealReplica::follow_link() const {
  return fmt::format("REPLICAOF 127.0.0.1 {}", link_.port());
}

Diagnostics RealReplica::begin() {
  link_.close();
  follows_ = NodeId();
  offset_ = 0;
  Diagnostics wrong = connect();
  if (wrong.empty()) wrong = tell({"REPLICAOF NO ONE", "CONFIG SET min-replicas-to-write 0"});
  if (wrong.empty()) wrong = tell({"FLUSHALL", "SCRIPT FLUSH"});
  if (!wrong.empty()) return wrong;
  const Result<ReplicationState> state = replication_state(*connection_);
  if (!state) return state.error();
  written_ = state->written;
  return {};
}

Diagnostics RealReplica::join(const RealReplica& primary) {
  Diagnostics wrong = tell({follow_link()});
  follows_ = primary.id();
  if (wrong.empty()) {
    wrong = link_.copy_from(primary.process_.port(), *primary.connection_, primary.offset());
  }
  if (!wrong.empty()) return wrong;
  const Result<std::uint64_t> given = link_.give_copy(*connection_);
  return given ? Diagnostics{} : given.error();
}

Diagnostics RealReplica::set_min_replicas(const ServersSpec& spec) const {
  if (spec.min_replicas == 0) return {};
  return tell({fmt::format("CONFIG SET min-replicas-max-lag {}", seconds_of(spec.max_lag)),
               fmt::format("CONFIG SET min-replicas-to-write {}", spec.min_replicas)});
}

// Whoever changes a setting makes it look.
void RealReplica::look_at_replicas(const ServersSpec& spec) const {
  note(tell({fmt::format("CONFIG SET min-replicas-to-write {}", spec.min_replicas + 1),
             fmt::format("CONFIG SET min-replicas-to-write {}", spec.min_replicas)}));
}

void RealReplica::on_crash() {
  connection_.reset();
  link_.close();
  for (const auto& other : others_.servers) {
    if (other->follows_ == id_) other->link_.close_primary();
  }
}

Diagnostics RealReplica::on_restart(bool follows) {
  Diagnostics wrong = connect();
  if (wrong.empty() && follows) wrong = tell({follow_link()});
  return wrong;
}

bool RealReplica::take_batch() {
  const Result<ReplicationState> state = replication_state(*connection_);
  note(state);
  if (!state || state->written == written_) return false;
  written_ = state->written;
  // Nobody may follow it, and it writes all the same.
  bool is_batch = true;
  for (const auto& other : others_.servers) {
    if (other->follows_ != id_ || !other->link_.has_primary()) continue;
    note(other->link_.take_until(written_, offset_ + 1, is_batch));
  }
  if (is_batch) ++offset_;
  return is_batch;
}

// What it notices before it answers the second question it has said before it answers the third.
void RealReplica::poke() const {
  for (int i = 0; i < 3; ++i) note(replication_state(*connection_));
}

Result<std::uint32_t> RealReplica::clients_waiting_inside() const {
  using Asked = Result<std::uint32_t>;
  RedisReply reply;
  connection_->execute(parse_redis_command("INFO clients"), reply);
  const std::string_view blocked = info_value(reply.text(), "blocked_clients:");
  if (blocked.empty()) {
    return Asked::failure("expected a server to say who waits inside it, but it is gone");
  }
  return Asked(read_number<std::uint32_t>(blocked));
}

RedisReply RealReplica::answer(const RedisCommand& command) const {
  RedisReply reply;
  connection_->execute(command, reply);
  return reply;
}

void RealReplica::promote() {
  link_.close();
  follows_ = NodeId();
  note(tell({"REPLICAOF NO ONE"}));
  const Result<ReplicationState> state = replication_state(*connection_);
  note(state);
  if (state) written_ = state->written;
  note(watch_.promote(process_.port()));
}

void RealReplica::demote() {
  watch_.demote();
  for (const auto& other : others_.servers) {
    if (other->follows_ == id_) other->link_.close_primary();
  }
  note(tell({follow_link()}));
}

void RealReplica::acknowledge(NodeId replica, std::uint64_t offset) {
  RealReplica& other = others_.of(replica);
  if (other.follows_ == id_) note(other.link_.acknowledge(offset, *connection_));
}

RedisBatch RealReplica::copy_for(NodeId replica) {
  RealReplica& other = others_.of(replica);
  other.follows_ = id_;
  note(other.link_.copy_from(process_.port(), *connection_, offset_));
  return {.offset = offset_, .changes = {}};
}

void RealReplica::apply(const RedisBatch& batch, const Caller& owner) {
  note(link_.give_until(batch.offset, *connection_));
  offset_ = batch.offset;
  watch_.set_owner(owner);
}

void RealReplica::replace_by(const RedisBatch& /*copy*/, const Caller& owner) {
  const Result<std::uint64_t> given = link_.give_copy(*connection_);
  note(given);
  if (given) offset_ = *given;
  watch_.set_owner(owner);
}

}  // namespace picklock

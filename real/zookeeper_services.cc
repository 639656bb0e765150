// The two services that are compared: the model, and connections to the real one.
#include <algorithm>
#include <iterator>
#include <utility>

#include "real/patience.h"
#include "real/zookeeper_transcript.h"

namespace picklock {
ModelZooKeeperService::ModelZooKeeperService(Duration session_timeout, Duration tick)
    : model_({.session_timeout = session_timeout, .tick = tick}) {
  model_.observe(this);
}

bool ModelZooKeeperService::open(std::size_t slot) {
  gone_ = 0;
  sessions_.at(slot) = model_.open_session(now_);
  events_.at(slot).clear();
  return true;
}

void ModelZooKeeperService::apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) {
  gone_ = 0;
  model_.apply(sessions_.at(slot), request, now_, reply);
  sort_out();
  if (request.op == ZkOp::close) sessions_.at(slot) = 0;
}

void ModelZooKeeperService::sort_out() {
  for (const ZkNotification& one : model_.notifications()) {
    const std::size_t number = owner(one.session);
    if (number != 0) events_.at(number - 1).push_back(one.event);
  }
  model_.notifications().clear();
}

std::vector<ZkEvent> ModelZooKeeperService::events(std::size_t slot) {
  return std::exchange(events_.at(slot), {});
}

std::vector<std::size_t> ModelZooKeeperService::advance(
    Duration by, const std::vector<std::size_t>& /*expected*/) {
  gone_ = 0;
  now_ += by;
  model_.expire_due(now_);
  sort_out();
  std::vector<std::size_t> expired;
  for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
    if (sessions_.at(slot) == 0 || model_.is_open(sessions_.at(slot))) continue;
    sessions_.at(slot) = 0;
    expired.push_back(slot);
  }
  return expired;
}

std::size_t ModelZooKeeperService::owner(std::int64_t session) const {
  const auto found = std::ranges::find(sessions_, session);
  if (session == 0 || found == sessions_.end()) return 0;
  return static_cast<std::size_t>(found - sessions_.begin()) + 1;
}

RealZooKeeperService::RealZooKeeperService(std::uint16_t port, Duration session_timeout,
                                           std::function<void(Duration by)> advance_clock)
    : port_(port), session_timeout_(session_timeout), advance_clock_(std::move(advance_clock)) {}

bool RealZooKeeperService::open(std::size_t slot) {
  Result<ZooKeeperConnection> opened = ZooKeeperConnection::open(port_, session_timeout_);
  events_.at(slot).clear();
  if (!opened) return false;
  connections_.at(slot).emplace(std::move(opened).value());
  return true;
}

void RealZooKeeperService::apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) {
  ZooKeeperConnection& connection = *connections_.at(slot);
  connection.execute(request, reply);
  std::ranges::move(std::exchange(connection.events(), {}), std::back_inserter(events_.at(slot)));
  if (request.op == ZkOp::close) connections_.at(slot).reset();
}

std::vector<ZkEvent> RealZooKeeperService::events(std::size_t slot) {
  return std::exchange(events_.at(slot), {});
}

std::vector<std::size_t> RealZooKeeperService::advance(Duration by,
                                                       const std::vector<std::size_t>& expected) {
  const std::int64_t before = expected.empty() ? 0 : last_zookeeper_transaction(port_);
  advance_clock_(by);
  std::vector<std::size_t> expired;
  for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
    if (!connections_.at(slot)) continue;
    const bool waits = std::ranges::find(expected, slot) != expected.end();
    if (!connections_.at(slot)->has_ended(waits)) continue;
    connections_.at(slot).reset();
    expired.push_back(slot);
  }
  // A connection that has been silent for as long as a session may be closed before the session is.
  if (!expected.empty()) {
    const auto number = before + static_cast<std::int64_t>(expected.size());
    // A session that does not end shows in what comes next.
    becomes_true([&] { return last_zookeeper_transaction(port_) >= number; },
                 std::chrono::seconds(10));
  }
  return expired;
}

std::size_t RealZooKeeperService::owner(std::int64_t session) const {
  for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
    if (connections_.at(slot) && connections_.at(slot)->session() == session) return slot + 1;
  }
  return 0;
}

}  // namespace picklock

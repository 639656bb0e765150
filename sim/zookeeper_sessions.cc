#include "sim/zookeeper_sessions.h"

#include <utility>

namespace picklock {
namespace {

constexpr std::uint8_t kNotice = 1;
constexpr std::uint8_t kHangUp = 2;  // the end of a connection is about to arrive
constexpr std::uint8_t kHungUp = 3;  // it has, and the process that was paused looks

}  // namespace

void ZooKeeperSessions::reset() {
  sessions_.clear();
  notices_.clear();
  free_notices_.clear();
  for (const auto& client : clients_) client->reset();
}

SimZooKeeperClient& ZooKeeperSessions::add_client(ProcessPort& process) {
  clients_.push_back(std::make_unique<SimZooKeeperClient>(context_, channel_, process));
  return *clients_.back();
}

void ZooKeeperSessions::open(std::int64_t session, NodeId client, NodeId door) {
  sessions_[session] = {client_of(client), door};
}

bool ZooKeeperSessions::is_at(std::int64_t session, NodeId door) const {
  const auto known = sessions_.find(session);
  return known != sessions_.end() && known->second.door == door;
}

void ZooKeeperSessions::on_client_crash(NodeId client) {
  client_of(client)->reset();
  for (auto& [number, session] : sessions_) {
    if (session.client != nullptr && session.client->node() == client) session.client = nullptr;
  }
}

void ZooKeeperSessions::fire(const Kernel::Payload& payload) {
  if (payload.kind == kNotice) return deliver(payload);
  if (payload.kind == kHangUp) return hang_up(payload);
  SimZooKeeperClient* const client = client_at(payload);
  if (client != nullptr) client->hang_up();
}

void ZooKeeperSessions::dropped(const Kernel::Payload& payload) {
  const bool is_notice = payload.kind == kNotice && (payload.flags & Network::copy) == 0;
  if (is_notice) free_notices_.push_back(payload.slot);
}

// --- The ends of connections ------------------------------------------------------------------------

// The client whose library still has this session; null when there is none.
SimZooKeeperClient* ZooKeeperSessions::client_with(std::int64_t session) const {
  const auto known = sessions_.find(session);
  SimZooKeeperClient* const client = known == sessions_.end() ? nullptr : known->second.client;
  return client != nullptr && client->session() == session ? client : nullptr;
}

// Whose connection it was that ended; null when it has given it up itself.
SimZooKeeperClient* ZooKeeperSessions::client_at(const Kernel::Payload& payload) const {
  SimZooKeeperClient* const client = client_with(static_cast<std::int64_t>(payload.word));
  return client != nullptr && client->door() == NodeId(payload.slot) ? client : nullptr;
}

void ZooKeeperSessions::close(std::int64_t session) {
  const SimZooKeeperClient* const client = client_with(session);
  if (client == nullptr || !client->is_connected()) return;
  schedule_end(*client, context_.network.draw_delay(client->door(), client->node()));
}

void ZooKeeperSessions::close_door(NodeId door, NodeId client) {
  channel_.break_calls(door, client);
  for (const auto& one : clients_) {
    const bool is_meant = one->door() == door && (client.is_none() || one->node() == client);
    if (is_meant && one->is_connected() && !one->is_asking()) schedule_end(*one, Duration{});
  }
}

void ZooKeeperSessions::schedule_end(const SimZooKeeperClient& client, Duration delay) {
  Kernel::Payload payload;
  payload.kind = kHangUp;
  payload.word = static_cast<std::uint64_t>(client.session());
  payload.slot = client.door().value();
  context_.kernel.push_global(context_.kernel.now() + delay, *this, payload);
}

// A partition keeps it from the client. A process that is paused sees it when it goes on, before its timers: so
// event loops look at sockets and at clocks.
void ZooKeeperSessions::hang_up(Kernel::Payload payload) {
  SimZooKeeperClient* const client = client_at(payload);
  if (client == nullptr || context_.network.is_cut(client->door(), client->node())) return;
  Node& node = context_.kernel.node(client->node());
  if (!node.is_paused()) return client->hang_up();
  payload.kind = kHungUp;
  payload.owner = client->node().value();
  payload.epoch = node.epoch;
  node.waiting.insert(node.waiting.begin(), payload);
}

// --- Notifications ----------------------------------------------------------------------------------

void ZooKeeperSessions::notify(std::int64_t number, const ZkEvent& event) {
  const auto session = sessions_.find(number);
  if (session == sessions_.end() || session->second.client == nullptr) return;
  if (free_notices_.empty()) {
    free_notices_.push_back(static_cast<std::uint32_t>(notices_.size()));
    notices_.emplace_back();
  }
  const std::uint32_t slot = free_notices_.back();
  free_notices_.pop_back();
  notices_[slot] = {number, session->second.door, event};
  const std::uint32_t copies = context_.network.send({.from = session->second.door,
                                                      .to = session->second.client->node(),
                                                      .what = "notification",
                                                      .handler = this,
                                                      .kind = kNotice,
                                                      .slot = slot});
  if (copies > 0) return;
  free_notices_.push_back(slot);
  session->second.undelivered.push_back(event);
}

// With several doors a connection that has ended delivers nothing more.
bool ZooKeeperSessions::is_delivered(const Session& session, const Notice& notice) const {
  if (session.client == nullptr || context_.servers.size() == 1) return true;
  return session.client->is_connected() && session.client->door() == notice.door;
}

void ZooKeeperSessions::deliver(const Kernel::Payload& payload) {
  const Network::Arrival arrival = context_.network.arrives(payload);
  if (arrival == Network::Arrival::held) return;
  if ((payload.flags & Network::copy) != 0) return;  // TCP below it has removed the duplicate
  const Notice notice = std::move(notices_[payload.slot]);
  free_notices_.push_back(payload.slot);
  Session& session = sessions_[notice.session];
  if (arrival == Network::Arrival::lost || !is_delivered(session, notice)) {
    session.undelivered.push_back(notice.event);
  } else if (session.client != nullptr && session.client->session() == notice.session) {
    session.client->notify(notice.event);
  }
}

void ZooKeeperSessions::redeliver(std::int64_t number) {
  const auto session = sessions_.find(number);
  if (session == sessions_.end() || session->second.undelivered.empty()) return;
  for (const ZkEvent& event : std::exchange(session->second.undelivered, {})) {
    notify(number, event);
  }
}

}  // namespace picklock

// The connections of simulated clients to a ZooKeeper service: whose session each is, what the service sends over it
// unasked, and how it ends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sim/server_group.h"
#include "sim/servers/zookeeper_model.h"
#include "sim/zookeeper_client.h"

namespace picklock {

class ZooKeeperSessions final : public Handler {
 public:
  ZooKeeperSessions(const ServerContext& context, ZooKeeperChannel& channel)
      : context_(context), channel_(channel) {}

  void reset();
  SimZooKeeperClient& add_client(ProcessPort& process);

  void open(std::int64_t session, NodeId client, NodeId door);
  // It has come to this door, from another one or anew.
  void move(std::int64_t session, NodeId door) { sessions_[session].door = door; }
  bool is_at(std::int64_t session, NodeId door) const;
  void on_client_crash(NodeId client);

  void notify(std::int64_t session, const ZkEvent& event);
  // A client that reconnects tells its watches again, and hears of what it missed.
  void redeliver(std::int64_t session);
  // The service closes the connection of a session that has ended.
  void close(std::int64_t session);
  // The connections of clients to this door end, or that of one client. Who waits for an answer hears of it from there.
  void close_door(NodeId door, NodeId client = NodeId());

  void fire(const Kernel::Payload& payload) override;
  void dropped(const Kernel::Payload& payload) override;

 private:
  struct Session {
    SimZooKeeperClient* client = nullptr;  // null: its process has died
    NodeId door;                           // where it was connected last
    std::vector<ZkEvent> undelivered{};  // lost on the way; told when the session is heard of again
  };
  struct Notice {
    std::int64_t session = 0;
    NodeId door;
    ZkEvent event;
  };

  SimZooKeeperClient* client_of(NodeId client) { return clients_[client.value()].get(); }
  SimZooKeeperClient* client_at(const Kernel::Payload& payload) const;
  SimZooKeeperClient* client_with(std::int64_t session) const;
  bool is_delivered(const Session& session, const Notice& notice) const;
  void deliver(const Kernel::Payload& payload);
  void schedule_end(const SimZooKeeperClient& client, Duration delay);
  void hang_up(Kernel::Payload payload);

  const ServerContext& context_;
  ZooKeeperChannel& channel_;
  std::vector<std::unique_ptr<SimZooKeeperClient>> clients_;
  std::map<std::int64_t, Session> sessions_;
  std::vector<Notice> notices_;  // under way, or free
  std::vector<std::uint32_t> free_notices_;
};

}  // namespace picklock

// How the supervisor sees what a ZooKeeper service does: by sessions of its own, and by what a server says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "real/event_loop.h"
#include "real/zookeeper_connection.h"

namespace picklock {

class ZooKeeperSight {
 public:
  // Adds the notifications of all that has happened until now, in order. False: nobody answers.
  virtual bool collect(std::vector<ZkEvent>& events) = 0;
  // What "dump" says of the sessions that live, by the server that counts them; empty: nobody answers.
  virtual std::string dump() = 0;
  // Whether there is such a znode.
  virtual bool has(const std::string& path) = 0;

 protected:
  ~ZooKeeperSight() = default;
};

// A session with one server that is notified of everything that happens below the root, and that needs no signs of
// life. Fails when nobody answers.
Result<ZooKeeperConnection> open_zookeeper_sight(std::uint16_t port, Duration timeout);
// Executes what was executed before, and then sends what was to be sent. False: nobody answers.
bool catch_up_with(ZooKeeperConnection& sight);

// One server.
class OneServerSight final : public ZooKeeperSight {
 public:
  explicit OneServerSight(EventLoop& loop) : loop_(loop) {}
  OneServerSight(const OneServerSight&) = delete;
  OneServerSight& operator=(const OneServerSight&) = delete;
  ~OneServerSight() { disconnect(); }

  Diagnostics connect(std::uint16_t port);
  void disconnect();

  bool collect(std::vector<ZkEvent>& events) override;
  std::string dump() override { return dump_zookeeper(port_); }
  bool has(const std::string& path) override;

 private:
  EventLoop& loop_;
  std::optional<ZooKeeperConnection> session_;
  std::uint16_t port_ = 0;
};

}  // namespace picklock

#include "real/zookeeper_sight.h"

#include <sys/epoll.h>

#include <iterator>
#include <utility>

#include "real/zookeeper_server.h"

namespace picklock {

Result<ZooKeeperConnection> open_zookeeper_sight(std::uint16_t port, Duration timeout) {
  Result<ZooKeeperConnection> opened = ZooKeeperConnection::open(port, timeout);
  if (!opened || opened->watch_tree("/")) return opened;
  return Result<ZooKeeperConnection>::failure(
      "expected the server to say what happened to the lock's znodes, but it is gone");
}

bool catch_up_with(ZooKeeperConnection& sight) {
  ZkReply reply;
  for (int i = 0; i < 2; ++i) sight.execute(ZkRequest{.op = ZkOp::ping}, reply);
  return reply.is_ok();
}

Diagnostics OneServerSight::connect(std::uint16_t port) {
  Result<ZooKeeperConnection> opened =
      open_zookeeper_sight(port, ZooKeeperServerProcess::kLongestSession);
  if (!opened) return opened.error();
  session_.emplace(std::move(opened).value());
  port_ = port;
  // That something happened there wakes the loop; collect() reads it.
  loop_.watch(session_->file(), EPOLLIN | EPOLLET, [](std::uint32_t /*events*/) {});
  return {};
}

void OneServerSight::disconnect() {
  if (session_) loop_.watch(session_->file(), 0);
  session_.reset();
}

bool OneServerSight::collect(std::vector<ZkEvent>& events) {
  if (!catch_up_with(*session_)) return false;
  std::vector<ZkEvent> new_ones = std::exchange(session_->events(), {});
  events.insert(events.end(), std::make_move_iterator(new_ones.begin()),
                std::make_move_iterator(new_ones.end()));
  return true;
}

bool OneServerSight::has(const std::string& path) {
  ZkReply reply;
  session_->execute(ZkRequest{.op = ZkOp::exists, .path = path}, reply);
  return reply.is_ok();
}

}  // namespace picklock

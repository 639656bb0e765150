// A blocking connection to a real ZooKeeper over the loopback interface, with a session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "real/jute.h"
#include "real/zookeeper_wire.h"

namespace picklock {

class ZooKeeperConnection {
 public:
  // Connects to 127.0.0.1 and opens a session. A reply that takes longer than ten seconds counts as lost. Fails when
  // nobody answers.
  static Result<ZooKeeperConnection> open(std::uint16_t port, Duration session_timeout);

  ZooKeeperConnection(ZooKeeperConnection&& other) noexcept;
  ZooKeeperConnection& operator=(ZooKeeperConnection&& other) noexcept;
  ~ZooKeeperConnection();

  std::int64_t session() const { return granted_.session; }

  // Sends one request and waits for its reply, which is connection_loss when the connection is lost; then so
  // are all later ones.
  void execute(const ZkRequest& request, ZkReply& reply);
  // Waits half a minute at most. False: the connection is lost.
  bool ping();
  // The same; and whatever this node sent to its leader before, the leader has dealt with.
  bool sync();
  // From now on everything that happens to this znode and to those below it is notified. False: it is not.
  bool watch_tree(std::string_view path);
  // Notifications that came before the last reply, in their order. The caller clears it.
  std::vector<ZkEvent>& events() { return events_; }

  // Whether the server has closed the connection, as it does when the session ends. With `wait`, the end is
  // waited for, at most ten seconds.
  bool has_ended(bool wait);

  // The last transaction that the server had carried out when it sent its last reply.
  std::int64_t last_zxid() const { return last_zxid_; }

  int file() const { return file_; }

 private:
  explicit ZooKeeperConnection(int file) : file_(file) {}
  bool send(std::string_view frame);
  std::optional<std::string_view> receive();  // the next frame
  // The same, if it comes within a fifth of a second.
  std::optional<std::string_view> receive_soon();
  // Sends it, and a ping whenever no answer comes soon, until all have been answered: a node of an ensemble now and then
  // keeps a reply back until it is asked something else.
  bool is_answered(const std::string& request);
  bool is_answered_soon();
  // The frame that replies to the request with this number.
  std::optional<std::string_view> exchange(std::string_view frame, std::int32_t xid);
  void close();

  int file_ = -1;
  FrameStream stream_;
  ZkHandshake granted_;
  std::int32_t next_xid_ = 1;
  std::int64_t last_zxid_ = 0;
  std::vector<ZkEvent> events_;
};

// What the service says to one of its four-letter words; empty: nobody answers there within so many seconds, or not
// yet.
std::string ask_zookeeper(std::uint16_t port, std::string_view word, int seconds = 1);
// Of a service that serves: its sessions and what they own.
inline std::string dump_zookeeper(std::uint16_t port) {
  return ask_zookeeper(port, "dump", 30);
}
// The number of the last transaction that it has carried out; -1: it does not say.
std::int64_t last_zookeeper_transaction(std::uint16_t port);

}  // namespace picklock

// The ZooKeeper protocol as a lock sees it: one session, its operations, its watches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/call.h"
#include "algorithms/environment.h"

namespace picklock {

enum class ZkCode : std::uint8_t {
  ok,
  no_node,
  node_exists,
  bad_version,
  not_empty,
  no_children_for_ephemerals,
  bad_arguments,
  session_expired,
  connection_loss,  // unknown outcome: the operation may have taken effect, or still may
};

// What the service keeps of a znode. Ids of transactions (zxid) grow with every change of the tree.
struct ZkStat {
  std::int64_t czxid = 0;  // of the creation: a fencing token
  std::int64_t mzxid = 0;  // of the last change of the data
  std::int32_t version = 0;
  std::int32_t cversion = 0;
  std::int64_t ephemeral_owner = 0;  // session id, 0 = persistent
  std::int32_t data_length = 0;
  std::int32_t children = 0;

  friend bool operator==(const ZkStat&, const ZkStat&) = default;
};

struct ZkReply {
  ZkCode code = ZkCode::connection_loss;
  std::string path;                   // of a create: with the sequence number
  std::string data;                   // of a get
  std::vector<std::string> children;  // of a get_children: names, sorted
  ZkStat stat;

  bool is_ok() const { return code == ZkCode::ok; }
  bool is_unknown() const { return code == ZkCode::connection_loss; }
};

enum class ZkOp : std::uint8_t {
  create,
  remove,
  exists,
  get,
  set,
  get_children,
  ping,
  connect,
  close
};

struct ZkRequest {
  ZkOp op = ZkOp::ping;
  std::string path;
  std::string data;
  std::int32_t version = -1;  // of a set or remove: -1 = any
  bool ephemeral = false;
  bool sequential = false;
  bool watch = false;
};

enum class ZkEventKind : std::uint8_t {
  created,
  deleted,
  changed,
  children_changed,
  suspended,    // connection lost; the session may live or die meanwhile
  reconnected,  // the session lived
  lost,         // the session has expired; its ephemeral nodes are gone
};

struct ZkEvent {
  ZkEventKind kind{};
  std::string path;  // of a watch

  bool is_watch() const { return kind <= ZkEventKind::children_changed; }
};

// A session with the service. An operation that gets no answer within the call timeout, or whose
// connection breaks, completes with ZkCode::connection_loss. The client library keeps the session
// alive, reconnects by itself, and opens a new session when the old one has expired.
class ZooKeeperClient : public ServerClient {
 public:
  static constexpr std::string_view kProtocol = "zookeeper";
  std::string_view protocol() const final { return kProtocol; }

  using PendingReply = Completion<ZkReply>;
  using PendingEvent = Completion<ZkEvent>;

  Call<ZkReply> create(std::string_view path, bool ephemeral, bool sequential,
                       std::string_view data = {}) {
    return call(ZkRequest{.op = ZkOp::create,
                          .path = std::string(path),
                          .data = std::string(data),
                          .ephemeral = ephemeral,
                          .sequential = sequential});
  }
  Call<ZkReply> remove(std::string_view path, std::int32_t version = -1) {
    return call(ZkRequest{.op = ZkOp::remove, .path = std::string(path), .version = version});
  }
  // A watch fires once, as an event of next_event().
  Call<ZkReply> exists(std::string_view path, bool watch) {
    return call(ZkRequest{.op = ZkOp::exists, .path = std::string(path), .watch = watch});
  }
  Call<ZkReply> get(std::string_view path, bool watch) {
    return call(ZkRequest{.op = ZkOp::get, .path = std::string(path), .watch = watch});
  }
  Call<ZkReply> get_children(std::string_view path, bool watch) {
    return call(ZkRequest{.op = ZkOp::get_children, .path = std::string(path), .watch = watch});
  }

  // The next watch or change of state that this handle has not seen yet, or `timed_out` after
  // `patience` of the process's monotonic clock.
  struct NextEvent {
    ZkEvent event;
    bool timed_out = false;
  };
  Call<NextEvent> next_event(Duration patience) {
    return Call<NextEvent>([&](Completion<NextEvent>& event) { wait_for_event(event, patience); });
  }
  // Ends the session: its ephemeral nodes go at once.
  Call<ZkReply> close() { return call(ZkRequest{.op = ZkOp::close}); }

  // The number of this session; it changes when an expired session is replaced.
  virtual std::int64_t session() const = 0;
  virtual bool is_connected() const = 0;

 private:
  Call<ZkReply> call(const ZkRequest& request) {
    return Call<ZkReply>([&](PendingReply& reply) { start(request, reply); });
  }
  virtual void start(const ZkRequest& request, PendingReply& reply) = 0;
  virtual void wait_for_event(Completion<NextEvent>& event, Duration patience) = 0;
};

}  // namespace picklock

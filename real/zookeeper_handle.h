// One handle of ZooKeeper's own C client library, driven by hand: it has no thread. The protocol, the session and the
// watches are the library's; when it connects, pings, and gives a connection up, its owner decides.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "base/time.h"
#include "real/zookeeper_system.h"

struct _zhandle;  // the library's

namespace picklock {

// What the library has told.
struct ZkNews {
  enum class Kind : std::uint8_t {
    connected,
    disconnected,  // or not connected after all; the session may live
    expired,       // the handle is of no use any more
    event,         // of a watch
    answered,
    pong,
  };
  Kind kind{};
  ZkEvent event{};
  std::uint64_t number = 0;  // of the request that was answered
  ZkReply reply{};
};

class ZooKeeperHandle {
 public:
  struct Options {
    Duration session_timeout{};
    std::function<int()> connect;  // a file that is connected to the service; -1: there is none
    std::function<std::string()> envelope;  // in front of the next frame
  };

  explicit ZooKeeperHandle(Options options);
  ZooKeeperHandle(const ZooKeeperHandle&) = delete;
  ZooKeeperHandle& operator=(const ZooKeeperHandle&) = delete;
  // Hangs up without a word: the session goes on until it expires.
  ~ZooKeeperHandle();

  std::int64_t session() const;       // 0: none yet
  int file() const { return file_; }  // of the connection; -1: there is none
  // In order, since it was asked last.
  std::vector<ZkNews> news() { return std::exchange(news_, {}); }

  // Connects, and asks for the session. False: there was nobody to connect to.
  bool connect();
  // Takes what has arrived.
  void read();
  // While it is connected. The answer is news of this number.
  void ask(const ZkRequest& request, std::uint64_t number);
  // While it is connected, and all requests are answered.
  void ping();
  // The connection is of no use any more: what was asked ends unknown.
  void hang_up();
  // Ends the session, and with it the use of this handle. On the file that is returned, the caller's to close, the
  // service answers; nothing else is told.
  int say_goodbye();

 private:
  struct Call;
  struct Answers;

  // Lets the library see to what is due.
  void turn();
  static void on_event(_zhandle* library, int type, int state, const char* path, void* handle);
  void on_session(int state);
  void notice_end();
  void lose_connection(ZkNews::Kind how);
  int send(const ZkRequest& request, Call* call);

  int file_ = -1;
  bool is_connected_ = false;
  bool sets_watches_ = false;  // again; the answer is not told
  std::vector<ZkNews> news_;
  ZooKeeperSystem system_;
  _zhandle* library_ = nullptr;
};

}  // namespace picklock

// A lock's session with a ZooKeeper service, in a client process, through ZooKeeper's own C library.
//
// What the library leaves open is decided here, as the simulator's client does. A request that is not answered in time
// ends unknown, and its connection with it. Each client begins with a server of its own, and goes on in order. A ping is
// due each third of the session. And the supervisor is told before each request on whose behalf it is sent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_events.h"
#include "real/client_process.h"
#include "real/event_loop.h"
#include "real/local_socket.h"
#include "real/zookeeper_handle.h"

namespace picklock {

class ZooKeeperLink final : public ZooKeeperClient {
 public:
  struct Options {
    // The supervisor's ends, or the servers themselves.
    std::vector<LocalPlace> places;
    Duration session_timeout{};
    Duration call_timeout{};         // of one request
    std::function<Caller()> caller;  // empty: a server itself, which asks for none
    std::function<TrueTime(Duration)> after;
    std::function<void()> woken;
  };

  ZooKeeperLink(EventLoop& loop, Options options);
  ZooKeeperLink(const ZooKeeperLink&) = delete;
  ZooKeeperLink& operator=(const ZooKeeperLink&) = delete;
  ~ZooKeeperLink() override;

  std::int64_t session() const override { return session_; }
  bool is_connected() const override { return connected_; }

 private:
  enum class Line : std::uint8_t { down, greeting, up, parting };
  struct Pending {
    ZkRequest request;
    Caller caller;
    PendingReply* reply = nullptr;  // null: a ping
    std::uint64_t number = 0;
    EventLoop::Timer timer;
  };

  void start(const ZkRequest& request, PendingReply& reply) override;
  void wait_for_event(Completion<NextEvent>& event, Duration patience) override;

  void add(const ZkRequest& request, PendingReply* reply);
  void send(const Pending& pending);
  Caller caller() const { return options_.caller ? options_.caller() : Caller{}; }
  void make_handle();
  void connect();
  void take_news();
  void take(ZkNews& news);
  void on_connected();
  void on_answer(std::uint64_t number, ZkReply&& reply);
  void on_pong();
  void part();
  void on_parted();
  void hang_up();
  void finish_all(ZkCode code);
  // The line is of no use any more: what was sent, or waits to be sent, ends unknown.
  void drop();
  void go_to_next_place();
  // Nobody has answered the greeting: the next one is tried at once, until each was tried.
  void on_refused(bool has_taken_long);
  bool has_other_places() const { return options_.places.size() > 1; }
  void give_up(std::uint64_t number);
  void set_connected(bool connected);
  void lose_session(ZkCode code);
  void schedule_ping();
  void notify(const ZkEvent& event);

  EventLoop& loop_;
  Options options_;
  std::optional<ZooKeeperHandle> handle_;
  std::int64_t session_ = 0;  // 0: there is none
  bool connected_ = false;
  Line line_ = Line::down;
  int file_ = -1;             // that is watched
  Caller speaks_for_;         // in what is sent next
  std::size_t place_ = 0;     // where it goes next
  std::size_t refusals_ = 0;  // by so many in a row
  EventLoop::Timer greeting_;
  EventLoop::Timer ping_;
  std::deque<Pending> pending_;  // in the order of their sending
  std::uint64_t next_number_ = 1;

  ZkEventQueue events_;
  EventLoop::Timer patience_;
};

}  // namespace picklock

// A lock's session with a ZooKeeper service, in a client process.
//
// Not through ZooKeeper's own C library. That knows no time-out of a call: a request that is not answered waits until the
// whole connection has been silent for two thirds of the session. It pings when it has long said nothing, not as often as
// the simulator's client. And the supervisor is told before each request on whose behalf it is sent. So this is the
// protocol itself, spoken as the libraries do: pings, a reconnection with the same session, watches that are set again
// with the last transaction that was seen, and a session that is lost when the service says so, not before. What both make
// of a service zookeeper_library_test.cc compares.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_events.h"
#include "real/client_process.h"
#include "real/event_loop.h"
#include "real/jute.h"
#include "real/local_socket.h"
#include "real/zookeeper_registry.h"
#include "real/zookeeper_wire.h"

namespace picklock {

class ZooKeeperLink final : public ZooKeeperClient {
 public:
  struct Options {
    // The supervisor's ends, or the servers themselves. Each client begins with one of its own, and goes on in order.
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

  std::int64_t session() const override { return handshake_.session; }
  bool is_connected() const override { return connected_; }

 private:
  enum class Line : std::uint8_t { down, greeting, up };
  struct Pending {
    ZkRequest request;
    Caller caller;
    PendingReply* reply = nullptr;  // null: a ping, or watches that are set again
    std::int32_t xid = 0;           // 0: not sent yet
    std::uint64_t number = 0;
    EventLoop::Timer timer;
  };

  void start(const ZkRequest& request, PendingReply& reply) override;
  void wait_for_event(Completion<NextEvent>& event, Duration patience) override;

  void add(const ZkRequest& request, PendingReply* reply);
  void send(Pending& pending);
  Caller caller() const { return options_.caller ? options_.caller() : Caller{}; }
  void write(const Caller& caller, const std::string& frame);
  void connect();
  void read();
  void on_frame(std::string_view frame);
  void on_greeting(std::string_view frame);
  void on_reply(std::string_view frame, const ZkHeader& header);
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
  void lose_session();
  void schedule_ping();
  void notify(const ZkEvent& event);

  EventLoop& loop_;
  Options options_;
  ZkHandshake handshake_;  // of the session; 0: there is none
  bool connected_ = false;
  Line line_ = Line::down;
  int file_ = -1;
  std::size_t place_ = 0;     // where it goes next
  std::size_t refusals_ = 0;  // by so many in a row
  FrameStream stream_;
  EventLoop::Timer greeting_;
  EventLoop::Timer ping_;
  std::deque<Pending> pending_;  // in the order of their sending
  ZooKeeperRegistry watches_;
  std::int32_t next_xid_ = 1;
  std::uint64_t next_number_ = 1;

  ZkEventQueue events_;
  EventLoop::Timer patience_;
};

}  // namespace picklock

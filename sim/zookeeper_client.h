// The ZooKeeper client library of one simulated process: its session, its pings, its events.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"
#include "algorithms/zookeeper_events.h"
#include "sim/kernel.h"
#include "sim/rpc.h"
#include "sim/server_group.h"

namespace picklock {

// What goes over the wire: a request of one session. To connect as session 0 asks for a new one.
struct ZkWire {
  ZkRequest request;
  std::int64_t session = 0;
};

struct ZooKeeperProtocol {
  using Request = ZkWire;
  using Reply = ZkReply;
  // In the order of ZkOp.
  static constexpr std::array<std::string_view, 9> kNames{
      "create", "delete", "exists", "get", "set", "get_children", "ping", "connect", "close"};
  static std::string_view name_of(const ZkWire& wire) {
    return kNames.at(static_cast<std::size_t>(wire.request.op));
  }
  static void set_unknown(ZkReply& reply) { reply = ZkReply{}; }
};
using ZooKeeperChannel = RpcChannel<ZooKeeperProtocol>;

class SimZooKeeperClient final : public ZooKeeperClient, public Handler {
 public:
  SimZooKeeperClient(const ServerContext& context, ZooKeeperChannel& channel, ProcessPort& process)
      : context_(context), channel_(channel), process_(process) {}

  // As just made: no session, nothing pending.
  void reset();
  std::int64_t session() const override { return session_; }
  bool is_connected() const override { return connected_; }
  NodeId node() const { return process_.caller().client; }
  // The server that it is connected to, or tries next. Of an ensemble each client begins with one of its own, and goes
  // on in the order of their numbers.
  NodeId door() const {
    return context_.servers[(node().value() + moves_) % context_.servers.size()];
  }
  // Whether a call of it is open.
  bool is_asking() const;

  // The service has closed the connection. What was not answered ends unknown, and the library connects again at once.
  void hang_up();
  // A notification of the service has arrived.
  void notify(const ZkEvent& event);
  void fire(const Kernel::Payload& payload) override;

 private:
  // A request on its way: the library looks at each reply before its caller does.
  struct Pending final : PendingReply {
    void complete(ZkReply&& reply) override { owner->answered(*this, std::move(reply)); }
    SimZooKeeperClient* owner = nullptr;
    PendingReply* caller = nullptr;  // null: the library's own
    std::uint64_t call = 0;          // of the channel
    ZkOp op = ZkOp::ping;
    bool free = true;
  };
  struct Queued {
    ZkRequest request;
    PendingReply* caller = nullptr;  // null: the library's own
  };

  void start(const ZkRequest& request, PendingReply& reply) override;
  void wait_for_event(Completion<NextEvent>& event, Duration patience) override;

  void send(const ZkRequest& request, PendingReply* caller);
  void answered(Pending& pending, ZkReply&& reply);
  void connect();
  void on_connected(const ZkReply& reply);
  void on_refused();
  void set_connected(bool connected);
  void lose_session();
  void fail_queued(ZkCode code);
  void schedule_ping();
  void ping();
  Duration call_timeout() const;
  bool has_other_doors() const { return context_.servers.size() > 1; }

  const ServerContext& context_;
  ZooKeeperChannel& channel_;
  ProcessPort& process_;

  std::int64_t session_ = 0;
  bool connected_ = false;
  bool connecting_ = false;
  bool pinging_ = false;
  std::size_t moves_ = 0;     // from one door to the next
  std::size_t refusals_ = 0;  // by so many doors in a row
  TrueTime connecting_since_{};
  std::deque<Pending> pending_;  // a deque: the channel holds their addresses
  std::vector<Queued> queued_;   // until there is a connection
  ZkEventQueue events_;
  std::uint64_t waits_ = 0;  // so far: names the wait that patience_ belongs to
  Kernel::Ticket patience_;
};

}  // namespace picklock

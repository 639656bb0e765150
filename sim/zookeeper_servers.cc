// ZooKeeper in a simulated world: one linearizable service behind the network, its notifications, and who
// owns the lock's znode.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/server_group.h"
#include "sim/servers/zookeeper_model.h"
#include "sim/zookeeper_client.h"
#include "sim/zookeeper_owner.h"

namespace picklock {
namespace {

// Tells the history who owns the lock.
class OwnerLog final : public ZooKeeperObserver, private ZooKeeperOwner::Listener {
 public:
  OwnerLog(Kernel& kernel, NodeId server) : kernel_(kernel), server_(server), owner_(*this) {}

  void observe(const OwnerRule& rule) { owner_.observe(rule); }
  void reset() {
    owner_.reset();
    caller_ = Caller{};
  }
  // Whose request is being executed.
  void set_caller(const Caller& caller) { caller_ = caller; }

  void on_created(std::string_view path, std::int64_t /*session*/) override {
    owner_.created(path, caller_);
  }
  void on_deleted(std::string_view path, ZkRemoval why) override {
    owner_.deleted(path, why, caller_);
  }

 private:
  void on_owner(EventKind kind, Cause cause, OpId by, OpId hold) override {
    kernel_.recorder().add({.at = kernel_.now(),
                            .kind = kind,
                            .cause = cause,
                            .node = server_,
                            .op = by,
                            .hold = hold});
  }

  Kernel& kernel_;
  NodeId server_;
  ZooKeeperOwner owner_;
  Caller caller_;
};

class ZooKeeperServers final : public ServerGroup, public ZooKeeperChannel::Server, public Handler {
 public:
  explicit ZooKeeperServers(const ServerContext& context)
      : context_(context),
        server_(context.servers.front()),
        channel_(context_.kernel, context_.network, *this),
        model_({.session_timeout = context_.scenario.servers.session_timeout,
                .tick = context_.scenario.servers.tick}),
        owner_(context_.kernel, server_) {
    model_.observe(&owner_);
  }

  void observe(const OwnerRule& rule) override { owner_.observe(rule); }
  void reset() override {
    channel_.reset();
    model_.reset();
    owner_.reset();
    sessions_.clear();
    notices_.clear();
    free_notices_.clear();
    expiry_ = Kernel::Ticket{};
    for (const auto& client : clients_) client->reset();
  }

  std::vector<ServerClient*> clients_for(ProcessPort& process) override {
    clients_.push_back(std::make_unique<SimZooKeeperClient>(context_, channel_, server_, process));
    return {clients_.back().get()};
  }

  void execute(NodeId /*server*/, const Caller& caller, const ZkWire& wire,
               ZkReply& reply) override {
    owner_.set_caller(caller);
    if (wire.request.op == ZkOp::connect && wire.session == 0) {
      reply = ZkReply{};
      reply.code = ZkCode::ok;
      reply.stat.ephemeral_owner = model_.open_session(now());
      sessions_[reply.stat.ephemeral_owner].client = client_of(caller.client);
    } else {
      model_.apply(wire.session, wire.request, now(), reply);
      redeliver(wire.session);
    }
    owner_.set_caller(Caller{});
    after_change();
    context_.points.reached(server_, ZooKeeperProtocol::name_of(wire));
  }

  void on_client_crash(NodeId client) override {
    channel_.forget_client(client);
    client_of(client)->reset();
    for (auto& [number, session] : sessions_) {
      if (session.client != nullptr && session.client->node() == client) session.client = nullptr;
    }
  }
  void on_connection_reset(NodeId a, NodeId b) override { channel_.break_calls(a, b); }
  void on_crash(NodeId server, bool power_loss) override {
    channel_.set_silent(server, power_loss);
    if (!power_loss) channel_.break_calls(server, NodeId());
  }
  void on_restart(NodeId server, bool /*memory_lost*/) override {
    channel_.set_silent(server, false);
    model_.restart(now());
    watch_expiry();
  }
  void on_promote(NodeId /*server*/) override {}
  void on_clock_change(NodeId /*server*/) override { watch_expiry(); }

  void dropped(const Kernel::Payload& payload) override {
    const bool is_notice = payload.kind == kNotice && (payload.flags & Network::copy) == 0;
    if (is_notice) free_notices_.push_back(payload.slot);
  }

  void fire(const Kernel::Payload& payload) override {
    switch (payload.kind) {
      case kNotice:
        return deliver(payload);
      case kHangUp:
        return hang_up(payload);
      case kHungUp:
        return hung_up(payload);
      default:
        model_.expire_due(now());
        return after_change();
    }
  }

 private:
  static constexpr std::uint8_t kExpiry = 1;
  static constexpr std::uint8_t kNotice = 2;
  static constexpr std::uint8_t kHangUp = 3;  // the end of a connection is about to arrive
  static constexpr std::uint8_t kHungUp = 4;  // it has, and the process that was paused looks

  struct Session {
    SimZooKeeperClient* client = nullptr;  // null: its process has died
    std::vector<ZkEvent> undelivered;  // lost on the way; told when the session is heard of again
  };
  struct Notice {
    std::int64_t session = 0;
    ZkEvent event;
  };

  LocalTime now() const {
    return context_.kernel.node(server_).monotonic.at(context_.kernel.now());
  }
  SimZooKeeperClient* client_of(NodeId client) { return clients_[client.value()].get(); }

  void after_change() {
    send_notifications();
    for (const std::int64_t session : std::exchange(model_.expired_sessions(), {})) {
      close_connection(session);
    }
    watch_expiry();
  }

  // The client whose library still has this session; null when there is none.
  SimZooKeeperClient* client_with(std::int64_t session) const {
    const auto known = sessions_.find(session);
    SimZooKeeperClient* const client = known == sessions_.end() ? nullptr : known->second.client;
    return client != nullptr && client->session() == session ? client : nullptr;
  }

  void close_connection(std::int64_t session) {
    const SimZooKeeperClient* const client = client_with(session);
    if (client == nullptr || !client->is_connected()) return;
    Kernel::Payload payload;
    payload.kind = kHangUp;
    payload.word = static_cast<std::uint64_t>(session);
    const Duration delay = context_.network.draw_delay(server_, client->node());
    context_.kernel.push_global(context_.kernel.now() + delay, *this, payload);
  }

  // A partition keeps it from the client. A process that is paused sees it when it goes on, before its timers: so
  // event loops look at sockets and at clocks.
  void hang_up(Kernel::Payload payload) {
    SimZooKeeperClient* const client = client_with(static_cast<std::int64_t>(payload.word));
    if (client == nullptr || context_.network.is_cut(server_, client->node())) return;
    Node& node = context_.kernel.node(client->node());
    if (!node.is_paused()) return client->hang_up();
    payload.kind = kHungUp;
    payload.owner = client->node().value();
    payload.epoch = node.epoch;
    node.waiting.insert(node.waiting.begin(), payload);
  }

  void hung_up(const Kernel::Payload& payload) {
    SimZooKeeperClient* const client = client_with(static_cast<std::int64_t>(payload.word));
    if (client != nullptr) client->hang_up();
  }

  void watch_expiry() {
    const auto next = model_.next_expiry();
    context_.kernel.cancel(expiry_);
    if (!next) return;
    const Node& node = context_.kernel.node(server_);
    const TrueTime at = node.monotonic.when(*next, context_.kernel.now());
    Kernel::Payload payload;
    payload.kind = kExpiry;
    payload.flags = Kernel::background;
    if (at != kNever) expiry_ = context_.kernel.push(at, *this, server_, payload);
  }

  void send_notifications() {
    for (const ZkNotification& notification : model_.notifications()) {
      notify(notification.session, notification.event);
    }
    model_.notifications().clear();
  }

  void notify(std::int64_t number, const ZkEvent& event) {
    const auto session = sessions_.find(number);
    if (session == sessions_.end() || session->second.client == nullptr) return;
    if (free_notices_.empty()) {
      free_notices_.push_back(static_cast<std::uint32_t>(notices_.size()));
      notices_.emplace_back();
    }
    const std::uint32_t slot = free_notices_.back();
    free_notices_.pop_back();
    notices_[slot] = {number, event};
    const std::uint32_t copies = context_.network.send({.from = server_,
                                                        .to = session->second.client->node(),
                                                        .what = "notification",
                                                        .handler = this,
                                                        .kind = kNotice,
                                                        .slot = slot});
    if (copies > 0) return;
    free_notices_.push_back(slot);
    session->second.undelivered.push_back(event);
  }

  void deliver(const Kernel::Payload& payload) {
    const Network::Arrival arrival = context_.network.arrives(payload);
    if (arrival == Network::Arrival::held) return;
    if ((payload.flags & Network::copy) != 0) return;  // TCP below it has removed the duplicate
    const Notice notice = std::move(notices_[payload.slot]);
    free_notices_.push_back(payload.slot);
    Session& session = sessions_[notice.session];
    if (arrival == Network::Arrival::lost) {
      session.undelivered.push_back(notice.event);
    } else if (session.client != nullptr && session.client->session() == notice.session) {
      session.client->notify(notice.event);
    }
  }

  // A client that reconnects tells its watches again, and hears of what it missed.
  void redeliver(std::int64_t number) {
    const auto session = sessions_.find(number);
    if (session == sessions_.end() || session->second.undelivered.empty()) return;
    for (const ZkEvent& event : std::exchange(session->second.undelivered, {})) {
      notify(number, event);
    }
  }

  ServerContext context_;
  NodeId server_;
  ZooKeeperChannel channel_;
  ZooKeeperModel model_;
  OwnerLog owner_;
  std::vector<std::unique_ptr<SimZooKeeperClient>> clients_;
  std::map<std::int64_t, Session> sessions_;
  std::vector<Notice> notices_;  // under way, or free
  std::vector<std::uint32_t> free_notices_;
  Kernel::Ticket expiry_;
};

}  // namespace

std::unique_ptr<ServerGroup> make_zookeeper_servers(const ServerContext& context) {
  return std::make_unique<ZooKeeperServers>(context);
}

std::vector<std::string> zookeeper_commands() {
  std::vector<std::string> names;
  for (const std::string_view name : ZooKeeperProtocol::kNames) names.emplace_back(name);
  names.emplace_back("notification");
  return names;
}

}  // namespace picklock

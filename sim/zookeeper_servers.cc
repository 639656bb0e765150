// ZooKeeper in a simulated world: one linearizable service behind the network, which has one door or is an
// ensemble, its notifications, and who owns the lock's znode.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/server_group.h"
#include "sim/servers/zookeeper_model.h"
#include "sim/zookeeper_ensemble.h"
#include "sim/zookeeper_owner_log.h"
#include "sim/zookeeper_sessions.h"

namespace picklock {
namespace {

class ZooKeeperServers final : public ServerGroup,
                               public ZooKeeperChannel::Server,
                               public ZooKeeperEnsembleHost,
                               public Handler {
 public:
  explicit ZooKeeperServers(const ServerContext& context)
      : context_(context),
        server_(context.servers.front()),
        channel_(context_.kernel, context_.network, *this),
        model_({.session_timeout = context_.scenario.servers.session_timeout,
                .tick = context_.scenario.servers.tick}),
        owner_(context_.kernel, server_),
        sessions_(context_, channel_) {
    model_.observe(&owner_);
    if (context_.scenario.servers.is_ensemble()) {
      ensemble_ = std::make_unique<ZooKeeperEnsemble>(context_, *this);
    }
  }

  void observe(const OwnerRule& rule) override { owner_.observe(rule); }
  void reset() override {
    channel_.reset();
    model_.reset();
    owner_.reset();
    sessions_.reset();
    expiry_ = Kernel::Ticket{};
    if (ensemble_ != nullptr) {
      ensemble_->reset();
      model_.begin_epoch();
    }
  }

  std::vector<ServerClient*> clients_for(ProcessPort& process) override {
    return {&sessions_.add_client(process)};
  }

  void execute(NodeId server, const Caller& caller, const ZkWire& wire, ZkReply& reply) override {
    if (ensemble_ != nullptr) ensemble_->advance();
    if (!is_answered(server, wire)) {
      if (channel_.may_defer()) channel_.abandon(channel_.defer());
      return;
    }
    owner_.set_caller(caller);
    if (wire.request.op == ZkOp::connect && wire.session == 0) {
      reply = ZkReply{};
      reply.code = ZkCode::ok;
      reply.stat.ephemeral_owner = model_.open_session(now());
      sessions_.open(reply.stat.ephemeral_owner, caller.client, server);
      if (ensemble_ != nullptr) ensemble_->all_heard_of(reply.stat.ephemeral_owner);
    } else {
      apply(server, wire, reply);
      sessions_.redeliver(wire.session);
    }
    owner_.set_caller(Caller{});
    after_change();
    context_.points.reached(server, ZooKeeperProtocol::name_of(wire));
  }

  void on_client_crash(NodeId client) override {
    channel_.forget_client(client);
    sessions_.on_client_crash(client);
  }
  void on_connection_reset(NodeId a, NodeId b) override {
    if (ensemble_ == nullptr) return channel_.break_calls(a, b);
    sessions_.close_door(b, a);
  }
  void on_crash(NodeId server, bool power_loss) override {
    channel_.set_silent(server, power_loss);
    if (ensemble_ != nullptr) {
      if (!power_loss) sessions_.close_door(server);
      return ensemble_->on_crash(server, power_loss);
    }
    if (!power_loss) channel_.break_calls(server, NodeId());
  }
  // What it holds is on its disk, whatever became of its memory.
  void on_restart(NodeId server, bool /*memory_lost*/) override {
    channel_.set_silent(server, false);
    if (ensemble_ != nullptr) return ensemble_->on_restart(server);
    model_.restart(now());
    watch_expiry();
  }
  void on_resume(NodeId server) override {
    if (ensemble_ != nullptr) ensemble_->on_resume(server);
  }
  void on_promote(NodeId /*server*/) override {}
  void on_clock_change(NodeId /*server*/) override { watch_expiry(); }

  // ZooKeeperEnsembleHost
  void extend(std::int64_t session) override {
    model_.touch(session, now());
    after_change();
  }
  void on_serving(NodeId node, bool serves) override {
    channel_.set_refusing(node, !serves);
    if (!serves) sessions_.close_door(node);
  }
  void on_leader_lost() override { context_.kernel.cancel(expiry_); }
  void on_leader_elected() override {
    context_.kernel.record(EventKind::elected, ensemble_->leader());
    model_.begin_epoch();
    model_.restart(now() - context_.scenario.servers.tick);
    watch_expiry();
  }
  std::int64_t last_zxid() const override { return model_.last_zxid(); }

  void fire(const Kernel::Payload& /*payload*/) override {
    if (ensemble_ != nullptr) ensemble_->advance();
    model_.expire_due(now());
    after_change();
  }

 private:
  // Whose clock the sessions are counted on.
  const Node& timekeeper() const {
    return context_.kernel.node(ensemble_ == nullptr ? server_ : ensemble_->leader());
  }
  LocalTime now() const { return timekeeper().monotonic.at(context_.kernel.now()); }

  void apply(NodeId server, const ZkWire& wire, ZkReply& reply) {
    const bool connects = wire.request.op == ZkOp::connect;
    if (ensemble_ == nullptr || connects) {
      model_.apply(wire.session, wire.request, now(), reply);
      if (connects && reply.is_ok()) sessions_.move(wire.session, server);
    } else {
      model_.apply_untouched(wire.session, wire.request, now(), reply);
      ensemble_->heard_of(server, wire.session);
    }
  }

  void after_change() {
    for (const ZkNotification& notification : model_.notifications()) {
      sessions_.notify(notification.session, notification.event);
    }
    model_.notifications().clear();
    for (const std::int64_t session : std::exchange(model_.expired_sessions(), {})) {
      sessions_.close(session);
    }
    watch_expiry();
  }

  // A request may have been sent before its session moved to another door.
  bool is_answered(NodeId server, const ZkWire& wire) const {
    if (ensemble_ == nullptr) return true;
    if (!ensemble_->answers(server)) return false;
    if (wire.request.op == ZkOp::connect) return true;
    return sessions_.is_at(wire.session, server);
  }

  void watch_expiry() {
    const auto next = model_.next_expiry();
    context_.kernel.cancel(expiry_);
    if (!next || (ensemble_ != nullptr && !ensemble_->has_leader())) return;
    const TrueTime at = timekeeper().monotonic.when(*next, context_.kernel.now());
    Kernel::Payload payload;
    payload.flags = Kernel::background;
    if (at == kNever) return;
    const NodeId owner = ensemble_ == nullptr ? server_ : ensemble_->leader();
    expiry_ = context_.kernel.push(at, *this, owner, payload);
  }

  ServerContext context_;
  NodeId server_;
  ZooKeeperChannel channel_;
  ZooKeeperModel model_;
  ZooKeeperOwnerLog owner_;
  std::unique_ptr<ZooKeeperEnsemble> ensemble_;  // null: one server
  ZooKeeperSessions sessions_;
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

#include "real/zookeeper_ensemble.h"

#include <optional>
#include <string>
#include <utility>

#include "real/zookeeper_kind.h"
#include "real/zookeeper_nodes.h"
#include "real/zookeeper_relay_protocol.h"
#include "real/zookeeper_watch.h"

namespace picklock {
namespace {

class RealZooKeeperEnsemble final : public RealServers {
 public:
  explicit RealZooKeeperEnsemble(const RealServerContext& context)
      : context_(context),
        half_tick_(context.scenario.servers.tick / 2),
        nodes_(context_),
        watch_(context.state, context.loop, nodes_.sight(), context.first,
               context.scenario.servers.tick) {}

  Diagnostics start() override { return nodes_.prepare(); }

  Diagnostics begin_run(const OwnerRule& rule, RunLog& log) override {
    Diagnostics wrong = nodes_.boot();
    watch_.begin(rule, log);
    serves_ = wrong.empty();
    electing_ = is_due_ = false;
    stop_at_next_half_tick();
    return wrong;
  }

  Relay::Address address(std::size_t i) const override { return {.port = nodes_.port(i)}; }
  Child* process(std::size_t i) override { return &nodes_.process(i); }
  bool serves(std::size_t /*i*/) const override { return serves_; }
  bool may_hang_up() const override { return true; }  // on a session that has ended

  Diagnostics executed(std::size_t i, const Exchange& exchange) override {
    if (!nodes_.sight().catch_up(i)) return {{.expected = "expected all nodes to learn of it"}};
    // To whom a session comes, tells the leader.
    const bool is_told = i == nodes_.leader() || exchange.name == "connect";
    ZooKeeperWatch::Unheard unheard{is_told ? NodeId() : node(i)};
    for (std::size_t follower = 0; follower < nodes_.size(); ++follower) {
      const bool knows = nodes_.runs(follower) && follower != nodes_.leader();
      if (knows) unheard.followers.push_back(node(follower));
    }
    return watch_.look(exchange, unheard);
  }

  void nudge() override {
    if (serves_) nodes_.sight().nudge();
  }
  bool notifies_first() const override { return true; }

  Result<bool> is_settled(std::size_t /*i*/) override {
    if (!serves_) return Result<bool>(true);
    if (!is_due_) return watch_.is_settled();
    const std::optional<bool> asked = nodes_.sight().has_asked();
    if (!asked) return Result<bool>::failure("expected the leader to say which sessions live");
    if (!*asked) return Result<bool>(false);
    is_due_ = false;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_.runs(i)) watch_.on_heard(node(i));
    }
    return watch_.is_settled();
  }

  // It answers when a majority has it on disk.
  void crash(std::size_t i, bool /*power_loss*/) override {
    nodes_.crash(i);
    watch_.forget_unheard(node(i));
    if (!serves_) return;
    if (i == nodes_.leader() || !nodes_.is_majority(nodes_.running())) lose_leader();
  }

  // What it holds is on its disk, whatever became of its memory.
  Diagnostics restart(std::size_t i, bool /*memory_lost*/) override {
    Diagnostics wrong = nodes_.restart(i);
    if (!wrong.empty()) return wrong;
    if (serves_) return nodes_.join(i);
    if (!electing_) begin_election();
    return {};
  }

  void on_pause(std::size_t i) override {
    if (!serves_) return;
    if (i == nodes_.leader()) {
      context_.host.not_run(
          "it stops the leader of the ensemble, and how long its followers wait for it is counted "
          "in the time of the "
          "machine");
    } else if (!nodes_.is_majority(nodes_.running())) {
      context_.host.not_run("it stops a majority of the ensemble, which then answers nobody");
    }
  }

  // It was resumed: clocks of an ensemble do not change.
  void on_clock_change(std::size_t i) override {
    if (!serves_) return;
    const Result<bool> told = nodes_.sight().resume(i);
    if (!told) return context_.host.fail(told.error());
    if (told.value()) watch_.on_heard(node(i));
  }

  std::size_t doors() const override { return nodes_.size(); }
  NodeId behind_door(NodeId /*client*/, std::size_t i) const override { return node(i); }
  ConnectServers connector() const override { return connect_to_zookeeper(context_.scenario); }
  MakeRelayProtocol relay_protocol() const override { return make_zookeeper_relay_protocol; }

 private:
  NodeId node(std::size_t i) const {
    return NodeId(context_.first.value() + static_cast<std::uint32_t>(i));
  }

  TrueTime next_half_tick() const {
    return TrueTime{(context_.loop.now().time_since_epoch() / half_tick_ + 1) * half_tick_};
  }

  void stop_at_next_half_tick() {
    context_.loop.at_ahead(next_half_tick(), [this] {
      is_due_ = serves_;
      if (electing_ && context_.loop.now() >= elected_) {
        end_election();
      } else if (!serves_ && !electing_) {
        begin_election();
      }
      stop_at_next_half_tick();
    });
  }

  void lose_leader() {
    serves_ = is_due_ = false;
    watch_.on_crash();
    const Diagnostics wrong = nodes_.stand_still();
    if (!wrong.empty()) return context_.host.fail(wrong);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_.is_up(i)) context_.host.set_serving(node(i), false);
    }
    begin_election();
  }

  void begin_election() {
    electing_ = nodes_.is_majority(nodes_.running());
    elected_ = context_.loop.now() + context_.scenario.servers.election;
  }

  void end_election() {
    electing_ = false;
    if (!nodes_.is_majority(nodes_.running())) return;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!nodes_.is_up(i) || nodes_.runs(i)) continue;
      return context_.host.not_run("a node stands still while the others elect a leader");
    }
    Diagnostics wrong = nodes_.elect();
    serves_ = wrong.empty();
    const TrueTime counts_from = context_.loop.now() - context_.scenario.servers.tick;
    if (wrong.empty()) wrong = watch_.on_restart(counts_from);
    if (!wrong.empty()) return context_.host.fail(wrong);
    context_.host.on_elected(node(nodes_.leader()));
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_.runs(i)) context_.host.set_serving(node(i), true);
    }
  }

  RealServerContext context_;
  Duration half_tick_;
  ZooKeeperNodes nodes_;
  ZooKeeperWatch watch_;
  bool serves_ = false;
  bool is_due_ = false;  // the leader asks its followers
  bool electing_ = false;
  TrueTime elected_{};  // the earliest end of the election
};

}  // namespace

std::unique_ptr<RealServers> make_real_zookeeper_ensemble(const RealServerContext& context) {
  return std::make_unique<RealZooKeeperEnsemble>(context);
}

}  // namespace picklock

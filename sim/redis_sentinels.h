// The sentinels of a simulated world: each on its node's clocks, what they say over the network, and what the servers
// that they watch answer.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/choices.h"
#include "sim/mailbox.h"
#include "sim/redis_node.h"
#include "sim/replica_set_protocol.h"
#include "sim/sentinel.h"
#include "sim/server_group.h"

namespace picklock {

// How the sentinels of a scenario are set up, in every world. The servers have the ids from `first` on.
Sentinel::Setting sentinel_setting(const ServersSpec& spec, NodeId first);
// What the dice of a sentinel are drawn from.
Stream dice_of_sentinel(std::size_t i);
std::uint32_t draw_dice(Choices& choices, Stream& stream, std::size_t i);

class RedisSentinels final : public SentinelPort,
                             public Handler,
                             public Mailbox<SentinelMessage>::Receiver {
 public:
  // `servers` are all but the sentinels. All outlive this object.
  RedisSentinels(const ServerContext& context, const std::vector<RedisNode*>& servers,
                 ReplicaSetProtocol& protocol);

  // Begins a run.
  void reset();
  // Of any node of the group.
  void on_crash(NodeId node, bool power_loss);
  void on_restart(NodeId node);

  // SentinelPort
  std::int64_t wall_ms(NodeId sentinel) const override;
  void send(NodeId sentinel, NodeId to, const SentinelMessage& message) override;
  bool refuses(NodeId node) const override { return refusing_[place_of(node)]; }

  void deliver(NodeId from, NodeId to, const SentinelMessage& message) override;
  void fire(const Kernel::Payload& payload) override;

 private:
  struct Member {
    Sentinel sentinel;
    Stream dice;
    TrueTime told{};  // the clients, last
    NodeId named;     // whom it told them
  };
  enum : std::uint8_t { kTick, kHangUp };

  std::size_t place_of(NodeId node) const {
    return node.value() - setting_.servers.front().value();
  }
  bool is_sentinel(NodeId node) const { return place_of(node) >= setting_.servers.size(); }
  Member& member(NodeId node) { return members_[place_of(node) - setting_.servers.size()]; }
  void roll_dice(NodeId sentinel);
  void schedule_tick(NodeId sentinel, Duration after);
  void hang_up_on(NodeId node);
  void tell_clients(NodeId sentinel);
  void execute(NodeId server, NodeId from, const SentinelMessage& message);

  ServerContext context_;
  const std::vector<RedisNode*> servers_;
  ReplicaSetProtocol& protocol_;
  Sentinel::Setting setting_;
  Mailbox<SentinelMessage> mailbox_;
  std::vector<Member> members_;
  std::vector<bool> refusing_;  // by place: a process is down, and its machine is not
};

}  // namespace picklock

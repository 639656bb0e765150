// Sentinels in a real run: real processes watch, agree, elect and order; what they say passes the scenario's network, and
// what they order happens to real servers.
//
// Their timers come due when the supervisor says so, each as often as its own dice have it, so that a run is a function
// of the scenario and its choices. What they say to the servers reaches these, but for the two things that are ours: a
// hello is passed on by picklock, and an order is carried out by it, which is who stands between primary and replica.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "real/real_servers.h"
#include "real/redis_replica_set.h"
#include "real/sentinel_gate.h"
#include "real/sentinel_process.h"
#include "real/server_mail.h"
#include "sim/sentinel.h"

namespace picklock {

class RealSentinels {
 public:
  // All outlive it. The sentinels stand behind the servers.
  RealSentinels(const RealServerContext& context, const RealReplicas& servers,
                ReplicaSetProtocol& protocol, ServerMail& mail);

  Diagnostics make();
  // Begins a run: they start, and know one another and the servers.
  Diagnostics begin_run();
  // The i-th sentinel.
  std::uint16_t port(std::size_t i) const { return members_[i].process.port(); }
  Child* process(std::size_t i) { return &members_[i].process.child(); }
  void on_clock_change(std::size_t i);
  // Of any node of the group.
  void on_crash(NodeId node, bool power_loss);
  Diagnostics on_restart(NodeId node);

 private:
  struct Member {
    SentinelProcess process;
    Stream dice;
    std::uint32_t present = 0;  // that were drawn last
    LocalTime due{};            // the next tick, on its monotonic clock
    Duration step{};            // that brings it
    std::uint32_t timer = 0;    // the one that counts
    NodeId named;               // whom it told the clients
    TrueTime told{};
  };
  using Request = SentinelGate::Request;

  NodeId node(std::size_t place) const {
    return NodeId(context_.first.value() + static_cast<std::uint32_t>(place));
  }
  std::size_t place_of(NodeId node) const { return node.value() - context_.first.value(); }
  bool is_sentinel(std::size_t place) const { return place >= setting_.servers.size(); }
  Member& member(std::size_t place) { return members_[place - setting_.servers.size()]; }
  std::vector<std::string> configuration(std::size_t place) const;
  void roll_dice(std::size_t place);
  void schedule_tick(std::size_t place, Duration after);
  void arm(std::size_t place);
  void tick(std::size_t place);
  // It does what there is to do at this instant, and what it says is sent.
  NodeId run(std::size_t place);
  void send(const Request& request);
  void execute(const Request& request);
  std::string ask_server(const Request& request);
  void order(const Request& request);
  void hang_up_on(NodeId node);

  RealServerContext context_;
  const RealReplicas& servers_;
  ReplicaSetProtocol& protocol_;
  ServerMail& mail_;
  Sentinel::Setting setting_;
  SentinelGate gate_;
  std::vector<Member> members_;
};

}  // namespace picklock

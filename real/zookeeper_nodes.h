// The nodes of a real ZooKeeper ensemble: their processes, the clocks that they are shown, and who leads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "real/real_servers.h"
#include "real/zookeeper_ensemble_sight.h"
#include "real/zookeeper_server.h"

namespace picklock {

class ZooKeeperNodes final : public ZooKeeperMembers {
 public:
  explicit ZooKeeperNodes(const RealServerContext& context);
  ZooKeeperNodes(const ZooKeeperNodes&) = delete;
  ZooKeeperNodes& operator=(const ZooKeeperNodes&) = delete;

  // Finds ports and makes directories. Empty: all is there that is needed.
  Diagnostics prepare();
  // Starts all nodes anew, with nothing; the one with the highest number leads when true time begins.
  Diagnostics boot();

  Child& process(std::size_t i) { return nodes_[i].server.child(); }
  std::size_t running() const;
  bool is_majority(std::size_t nodes) const { return 2 * nodes > nodes_.size(); }
  ZooKeeperEnsembleSight& sight() { return sight_; }

  // ZooKeeperMembers
  std::size_t size() const override { return nodes_.size(); }
  std::size_t leader() const override { return leader_; }
  std::uint16_t port(std::size_t i) const override { return nodes_[i].server.port(); }
  bool is_up(std::size_t i) const override { return nodes_[i].is_up; }
  bool runs(std::size_t i) const override;
  bool awaits_half_tick() const override;

  void crash(std::size_t i);
  // Starts it again, alone: whoever leads does not know of it yet.
  Diagnostics restart(std::size_t i);
  // A node that was started again follows the leader from now on.
  Diagnostics join(std::size_t i);
  // Nobody leads: what they are shown stands still. A leader that is up has lost its majority, and would find out in
  // its own time: it is started anew.
  Diagnostics stand_still();
  // Lets those that run elect a leader, and shows them the present instant then. The new leader has begun within the
  // half tick before the last one.
  Diagnostics elect();

 private:
  struct Node {
    ZooKeeperServerProcess server;
    bool is_up = false;
    std::int64_t zxid = 0;  // that it had carried out when nobody led any more
  };

  LocalTime shown_at(TrueTime at) const;
  void show(LocalTime instant);
  void run_on();
  bool has_port(std::uint16_t port) const;
  void kill(std::size_t i);
  Diagnostics launch_all();
  Diagnostics begin_again();
  std::string node_states();
  Diagnostics try_to_elect(std::chrono::nanoseconds pause);  // real time, between steps
  bool has_elected();
  // The one of those that run that knows most; among equals the one with the highest number.
  std::size_t favourite() const;
  bool follows(std::size_t i);
  Diagnostics begin_to_look();
  RealServerContext context_;
  Duration tick_;
  ZooKeeperEnsembleSight sight_;
  std::vector<Node> nodes_;
  std::size_t leader_ = 0;
};

}  // namespace picklock

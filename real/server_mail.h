// What servers of a real run that talk to one another send: when it arrives the scenario's network says, and a node that
// is stopped gets it when it goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "real/real_servers.h"

namespace picklock {

class ServerMail {
 public:
  explicit ServerMail(const RealServerContext& context) : context_(context) {}

  void begin_run();
  // `arrive` is called when this message arrives, or never.
  void send(NodeId from, NodeId to, std::string_view what, std::function<void()> arrive);
  // Calls `action`, of an event on this node, when the node runs; never when it has crashed since.
  void when_it_runs(NodeId node, std::function<void()> action) {
    when_it_runs(node, lives_[node], std::move(action));
  }
  // The same, at `due`.
  void at(TrueTime due, NodeId node, std::function<void()> action);

  void on_crash(NodeId node);
  void on_resume(NodeId node);
  // No message is on its way.
  bool is_idle() const { return in_flight_ == 0; }

 private:
  void when_it_runs(NodeId node, std::uint32_t life, std::function<void()> action);

  RealServerContext context_;
  std::map<std::pair<NodeId, NodeId>, TrueTime> last_arrival_;  // nothing overtakes
  std::map<NodeId, std::uint32_t> lives_;
  std::map<NodeId, std::deque<std::function<void()>>> waiting_;  // for a node that is stopped
  std::size_t in_flight_ = 0;
};

}  // namespace picklock

// The servers of one kind in a run: the seam at which a new kind of server joins the simulator. A kind
// is one ServerGroup and one line in sim/servers.def.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/environment.h"
#include "algorithms/lock.h"
#include "base/ids.h"
#include "scenarios/scenario.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/rpc.h"

namespace picklock {

// Named points of a run, where faults may be anchored.
class Points {
 public:
  // The node did this ("SET", "acquired"), or is about to ("before write").
  virtual void reached(NodeId node, std::string_view point) = 0;

 protected:
  ~Points() = default;
};

// The client process that a ServerClient belongs to.
class ProcessPort {
 public:
  virtual Caller caller() const = 0;
  // A notification of a server woke a waiting acquire.
  virtual void woken() = 0;

 protected:
  ~ProcessPort() = default;
};

struct ServerContext {
  Kernel& kernel;
  Network& network;
  Points& points;
  const Scenario& scenario;
  std::vector<NodeId> servers;
};

class ServerGroup {
 public:
  virtual ~ServerGroup() = default;

  // How these servers name the owner of the lock: what `named`, `renewed` and `unnamed` tell of from now
  // on. A lock knows, and it can only be asked once it has its clients.
  virtual void observe(const OwnerRule& rule) = 0;
  // Begins a new run: as just made, but for storage that is reused.
  virtual void reset() = 0;
  // The clients of one process, one for each server. Owned by the group; the same for every run.
  virtual std::vector<ServerClient*> clients_for(ProcessPort& process) = 0;

  virtual void on_client_crash(NodeId client) = 0;
  virtual void on_connection_reset(NodeId a, NodeId b) = 0;
  virtual void on_crash(NodeId server, bool power_loss) = 0;
  virtual void on_restart(NodeId server, bool memory_lost) = 0;
  virtual void on_clock_change(NodeId server) = 0;
  // The server goes on after a pause.
  virtual void on_resume(NodeId /*server*/) {}
  // For who tells the states of a run apart. Adds facts that say all that this server is, however it became so;
  // false, and none, when it cannot.
  virtual bool sum_up(NodeId /*server*/, StateFacts& /*facts*/) const { return false; }
  // How many calls of this client are open; nothing: servers may write to it unasked.
  virtual std::optional<std::size_t> open_calls(NodeId /*client*/) const { return std::nullopt; }
  // The server becomes the primary, where there is such a thing.
  virtual void on_promote(NodeId server) = 0;
};

struct ServerKind {
  std::string_view name;  // also the protocol's name
  std::unique_ptr<ServerGroup> (*make)(const ServerContext& context);
  // What its servers execute, by the names that anchors and message faults use.
  std::vector<std::string> (*commands)();
};

// Every kind of sim/servers.def.
const std::vector<ServerKind>& server_kinds();

}  // namespace picklock

// The servers of one kind in a real run: the seam at which a new kind of server joins the real world. A
// kind is one RealServers and one line in real_server_kinds().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/lock.h"
#include "base/diagnostic.h"
#include "checker/history.h"
#include "real/child.h"
#include "real/client_process.h"
#include "real/event_loop.h"
#include "real/run_memory.h"
#include "scenarios/scenario.h"
#include "sim/rpc.h"

namespace picklock {

struct RealServerContext {
  const Scenario& scenario;
  RunState& state;
  EventLoop& loop;
  std::string directory;  // for what the servers keep
  NodeId first;           // of the servers; the others follow
};

class RealServers {
 public:
  virtual ~RealServers() = default;

  // Starts every server. Empty: they answer. Called once.
  virtual Diagnostics start() = 0;
  // Begins a run: the servers are up, hold nothing, and are observed by this rule from now on. What
  // happens to the lock is added to `log`.
  virtual Diagnostics begin_run(const OwnerRule& rule, RunLog& log) = 0;

  // Where the i-th server takes TCP connections on the loopback interface.
  virtual std::uint16_t port(std::size_t i) const = 0;
  virtual Child& process(std::size_t i) = 0;
  // The i-th server has executed one request of this caller, at `earliest` or later and before now, and
  // no other since the last call. Empty: what it says about the lock is in the log.
  virtual Diagnostics executed(std::size_t i, const Caller& caller, TrueTime earliest) = 0;
  virtual void crash(std::size_t i) = 0;
  virtual Diagnostics restart(std::size_t i, bool memory_lost) = 0;
  // Whether a request of this name may wait inside a server, which would keep all others out.
  virtual bool waits_inside(std::string_view /*request*/) const { return false; }
  // The wall clock of the i-th server was changed.
  virtual void on_clock_change(std::size_t i) = 0;

  // How a client process connects to these servers.
  virtual ConnectServers connector() const = 0;
};

struct RealServerKind {
  std::string_view name;  // also the protocol's name
  std::unique_ptr<RealServers> (*make)(const RealServerContext& context);
};

const std::vector<RealServerKind>& real_server_kinds();

}  // namespace picklock

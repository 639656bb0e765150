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
#include "real/relay.h"
#include "real/run_memory.h"
#include "real/throughput_servers.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"
#include "sim/rpc.h"

namespace picklock {

// What servers that talk to one another ask of the world around them.
class RealServerHost {
 public:
  virtual bool is_up(NodeId node) const = 0;       // it has not crashed
  virtual bool is_stopped(NodeId node) const = 0;  // by a pause
  // What the network does to a message that is sent now, and whether one is lost that arrives now.
  virtual Passage pass(NodeId from, NodeId to, std::string_view what) = 0;
  virtual bool is_cut(NodeId from, NodeId to) = 0;
  virtual void reached(NodeId node, std::string_view point) = 0;
  // These two do not talk any more: the client hears that its connection ends.
  virtual void disconnect(NodeId client, NodeId server) = 0;
  // Nobody will hear of the requests that wait inside this server.
  virtual void abandon_waiting(NodeId server) = 0;
  // This server, which is up, takes connections from now on; or closes those that there are, and takes none.
  virtual void set_serving(NodeId server, bool serves) = 0;
  // The servers have made this one the one that decides.
  virtual void on_elected(NodeId server) = 0;
  // Real time since the beginning of the run.
  virtual TrueTime real_now() const = 0;
  // Of the present run.
  virtual Choices& choices() = 0;
  // What the scenario plans cannot be carried out.
  virtual void not_run(std::string why) = 0;
  // The run cannot go on.
  virtual void fail(Diagnostics why) = 0;

 protected:
  ~RealServerHost() = default;
};

struct RealServerContext {
  const Scenario& scenario;
  RunState& state;
  EventLoop& loop;
  std::string directory;  // for what the servers keep
  NodeId first;           // of the servers; the others follow
  RealServerHost& host;
};

class RealServers {
 public:
  virtual ~RealServers() = default;

  // Starts every server. Empty: they answer. Called once.
  virtual Diagnostics start() = 0;
  // Begins a run: the servers are up, hold nothing, and are observed by this rule from now on. What
  // happens to the lock is added to `log`.
  virtual Diagnostics begin_run(const OwnerRule& rule, RunLog& log) = 0;

  // Where the i-th server takes connections.
  virtual Relay::Address address(std::size_t i) const = 0;
  // Null: it is not ours.
  virtual Child* process(std::size_t i) = 0;
  // What the names of all keys and paths of a run begin with.
  virtual std::string key_prefix() const { return {}; }
  // The i-th server has executed this request, and no other since the last call. Empty: what it says about
  // the lock is in the log.
  virtual Diagnostics executed(std::size_t i, const Exchange& exchange) = 0;
  // Whether the i-th server, which runs and has no request to answer, had done all that time has brought due
  // before this call. Asked whenever everything else waits: time does not go on before it has.
  virtual Result<bool> is_settled(std::size_t /*i*/) { return Result<bool>(true); }
  // Whether a server of this kind may close a connection while it is well.
  virtual bool may_hang_up() const { return false; }
  // Whether what a request made several servers say to others is read before its own reply: they have said it by then.
  virtual bool notifies_first() const { return false; }
  // Whether a message between servers is on its way.
  virtual bool is_idle() const { return true; }
  virtual void promote(std::size_t /*i*/) {}
  // With a power loss, what it had not synced to its disk is gone.
  virtual void crash(std::size_t i, bool power_loss) = 0;
  virtual Diagnostics restart(std::size_t i, bool memory_lost) = 0;
  // Whether a request of this name may wait inside a server, which would keep all others out.
  virtual bool may_wait_inside(std::string_view /*request*/) const { return false; }
  // A request that may wait, and can be told from one that does not: whether this one, of these bytes, waits inside
  // the i-th server now, beside `others`. Its reply would come on the connection `file`.
  virtual bool tells_who_waits(std::string_view /*request*/) const { return false; }
  virtual Result<bool> waits_inside(std::size_t /*i*/, std::string_view /*request*/,
                                    std::size_t /*others*/, int /*file*/) {
    return Result<bool>(false);
  }
  virtual void before_request(std::size_t /*i*/) {}
  // Whether the i-th server takes connections when it is up.
  virtual bool serves(std::size_t /*i*/) const { return true; }
  // Nothing has happened for a moment of real time, though some server was asked something.
  virtual void nudge() {}
  // The i-th server stands still from now on.
  virtual void on_pause(std::size_t /*i*/) {}
  // The clocks of the i-th server were changed, or it was resumed after a pause.
  virtual void on_clock_change(std::size_t i) = 0;
  // A node, of any kind, runs again after a pause.
  virtual void on_resume(NodeId /*node*/) {}

  // How many servers a client sees, and which one it reaches when it connects to the i-th of them.
  virtual std::size_t doors() const = 0;
  virtual NodeId behind_door(NodeId client, std::size_t i) const = 0;
  // How a client process connects to these servers.
  virtual ConnectServers connector() const = 0;
  // How the relay understands what passes between them.
  virtual MakeRelayProtocol relay_protocol() const = 0;
};

struct RealServerKind {
  std::string_view name;  // also the protocol's name
  std::unique_ptr<RealServers> (*make)(const RealServerContext& context);
  std::unique_ptr<ThroughputServers> (*for_throughput)(const Scenario& scenario);
};

const std::vector<RealServerKind>& real_server_kinds();

// One redis-server of our own for each server of the scenario.
std::unique_ptr<RealServers> make_real_redis(const RealServerContext& context);

}  // namespace picklock

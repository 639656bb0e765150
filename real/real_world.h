// One real world for one scenario: its servers are started once, and each run starts its clients and its
// resource as processes. True time stands still while anybody works, so a run is a function of the scenario
// and its choices, as far as its servers are.
//
// The supervisor, this process, is one thread with one event loop. It stands between all processes
// (relay.h), strikes with the faults (fault_driver.h), and lets time pass: whenever everything waits, true
// time moves on to the next instant at which something is due.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/registry.h"
#include "base/result.h"
#include "checker/history.h"
#include "real/event_loop.h"
#include "real/fault_driver.h"
#include "real/member.h"
#include "real/real_servers.h"
#include "real/redis_address.h"
#include "real/relay.h"
#include "real/run_directory.h"
#include "real/run_memory.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"
#include "sim/faults.h"

namespace picklock {

struct RealRun {
  History history;
  std::vector<std::uint32_t> strikes;  // how often each fault of the scenario took effect
  std::uint64_t messages = 0;
  std::uint64_t grants = 0;  // acquires that succeeded
  Diagnostics trouble;       // why the run could not be carried out to its end; empty: it was
  std::string
      not_run;  // what this runner cannot carry out, found on the way; then the rest is void
};

struct RealOptions {
  const std::atomic<bool>* stop = nullptr;       // set by somebody else: end the run soon
  Duration patience = std::chrono::seconds(10);  // real time that one step of a process may take
  // Servers of the user's own, on whose clocks time goes on as it does; empty: ours, on which it is skipped.
  std::vector<RedisAddress> user_servers{};
};

class RealWorld final : private FaultTarget, private RelayHost, private RealServerHost {
 public:
  // `scenario` was validated by the loader and has no obstacles; `locks` outlives the world. Starts the
  // servers. This process must have one thread.
  static Result<std::unique_ptr<RealWorld>> create(const Scenario& scenario,
                                                   const LockRegistry& locks,
                                                   const RealOptions& options);
  RealWorld(const RealWorld&) = delete;
  RealWorld& operator=(const RealWorld&) = delete;
  ~RealWorld();  // ends every process that it started

  // What is drawn at random, or what a trace says of it.
  RealRun run(const Choices& choices);
  RealRun run(std::uint64_t seed) { return run(Choices::random(seed)); }

 private:
  RealWorld(const Scenario& scenario, const LockRegistry& locks, const RealOptions& options,
            std::unique_ptr<RunState> state, RunDirectory directory);
  Diagnostics start();
  std::unique_ptr<RealServers> make_servers(const RealServerContext& context) const;
  void set_clocks();
  Diagnostics begin_run();
  // False: its sockets cannot be made.
  bool listen_for(NodeId client, NodeId resource);
  bool start_member(NodeId node);
  int run_member(NodeId node, int control);
  void start_programs();
  void let_begin(NodeId node);
  void carry_on();
  void end_run();
  bool is_over() const;
  RealRun collect();

  // How often each running member of ours began or ended to wait; nothing when one is busy.
  std::optional<std::vector<std::uint32_t>> waits() const;
  bool is_at_work(const Member& member) const;  // it runs, and has been told to begin
  // Moves on to the next instant at which something is due, and does that alone: one process works at a
  // time, in the order of the scenario where several are due at once.
  bool servers_are_settled();
  void let_time_pass();
  // Time is that of servers which are not ours: true time follows real time.
  bool follows_real_time() const { return !options_.user_servers.empty(); }
  void follow_real_time();
  // It has something to do now, and is busy until it has done it.
  void wake(Member& member);
  // The member that runs and is due first; null when none waits for an instant.
  Member* next_to_wake() const;
  TrueTime next_due() const;
  std::string what_is_awaited() const;

  void on_control(NodeId node);
  void on_end(NodeId node);
  void fail(Diagnostics why) override;
  void fail(NodeId server, Diagnostics why);  // it has to do with this one
  void fail(std::string why) { fail({Diagnostic{.expected = std::move(why)}}); }
  bool is_server(NodeId node) const;
  bool is_client(NodeId node) const { return node.value() < scenario_.clients.size(); }
  std::size_t server_index(NodeId node) const;
  Member& member_of(NodeId node);
  Child* process(NodeId node);
  const Member& member_of(NodeId node) const;
  void record(EventKind kind, NodeId node, std::int64_t value = 0);
  void on_clock_change(NodeId node);
  void record_deadline(NodeId node, const Clock& monotonic);

  // RelayHost and RealServerHost
  Passage pass(NodeId from, NodeId to, std::string_view what) override;
  TrueTime news_of_break(NodeId server, NodeId client) override;
  bool is_cut(NodeId from, NodeId to) override { return driver_.is_cut(from, to); }
  bool hold_back(NodeId from, NodeId to, std::function<void()> arrive) override {
    return driver_.hold_back(from, to, std::move(arrive));
  }
  TrueTime real_now() const override;
  Choices& choices() override { return choices_; }
  void executed(NodeId server, const Exchange& exchange) override;
  void told(NodeId client) override;
  void server_hung_up(NodeId server) override;
  void before_request(NodeId server) override;
  bool waits_inside(NodeId server, const RelayProtocol::Request& request, std::size_t others,
                    int file) override;
  bool is_up(NodeId node) const override;
  bool is_stopped(NodeId node) const override { return stops_[node.value()] > 0; }
  void reached(NodeId node, std::string_view point) override { driver_.reached(node, point); }
  void disconnect(NodeId client, NodeId server) override { relay_->disconnect(client, server); }
  void abandon_waiting(NodeId server) override { relay_->abandon_waiting(server); }
  void set_serving(NodeId server, bool serves) override;
  void on_elected(NodeId server) override { record(EventKind::elected, server); }
  void not_run(std::string why) override { not_run_ = std::move(why); }

  // FaultTarget
  void pause(NodeId node, Duration length) override;
  void resume(NodeId node) override;
  void suspend(NodeId node, Duration length) override;
  void crash(NodeId node, bool power_loss) override;
  void restart(NodeId node, bool memory_lost) override;
  void reset_connection(NodeId a, NodeId b) override;
  void step_clock(NodeId node, Duration by) override;
  void set_clock_rate(NodeId node, std::int32_t ppm) override;
  void freeze_clock(NodeId node, bool frozen) override;
  void promote(NodeId node) override;

  Scenario scenario_;
  const LockInfo& lock_;
  RealOptions options_;
  std::vector<std::string> names_;
  std::unique_ptr<RunState> state_;
  RunDirectory directory_;
  EventLoop loop_;
  FaultDriver driver_;
  std::unique_ptr<RealServers> servers_;
  OwnerRule owner_rule_;
  std::shared_ptr<const Subject> subject_;
  int idle_ = -1;

  // Of the present run.
  Choices choices_;
  std::uint64_t run_count_ = 0;
  std::chrono::steady_clock::time_point began_{};
  std::unique_ptr<Relay> relay_;
  RunLog log_;
  std::vector<std::uint32_t> stops_;  // by node: pauses in force
  std::vector<bool> server_down_;
  std::vector<std::unique_ptr<Member>> members_;   // clients, then the resource
  std::vector<std::vector<std::string>> sockets_;  // by client: of the servers, then the resource
  bool time_is_up_ = false;
  Diagnostics trouble_;
  std::string not_run_;
};

}  // namespace picklock

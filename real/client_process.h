// One client of a real run, in a process of its own: the Environment of its lock and the host of its
// program, over real clocks and real connections.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/environment.h"
#include "algorithms/registry.h"
#include "algorithms/workload/client.h"
#include "real/event_loop.h"
#include "real/local_socket.h"
#include "real/run_memory.h"
#include "real/supervisor_line.h"
#include "real/wire.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"
#include "sim/plan.h"

namespace picklock {

class RedisLink;

// What the connections of one process to its servers are given. They outlive none of it.
struct ServerPorts {
  EventLoop& loop;
  std::vector<LocalPlace> places;  // of the supervisor's ends, or of the servers themselves
  // Under which operation a request is sent; empty: to the servers themselves, which ask for none.
  std::function<Caller()> caller;
  // The instant at which the process's monotonic clock will have gone on by so much.
  std::function<TrueTime(Duration)> after;
  std::function<void()> woken;  // a server told a waiting acquire that it may try again
};

// The connections of one process to the servers of its lock. A kind of server gives its own.
using ConnectServers =
    std::function<std::vector<std::unique_ptr<ServerClient>>(const ServerPorts& ports)>;

class ClientProcess final : public Environment, public ClientHost {
 public:
  struct Options {
    const Scenario& scenario;
    const LockInfo& lock;
    NodeId id;
    const Choices& choices;  // those under its own labels are its own
    RunState& state;
    SupervisorLine::Options line;
    std::vector<std::string> servers;  // the sockets of the supervisor's ends, in order
    std::string resource;
    const ConnectServers& connect;
    std::string key_prefix;  // of what the lock is called
  };

  explicit ClientProcess(const Options& options);
  ~ClientProcess() override;

  // Carries out the program to its end. The process's exit code.
  int run();
  // How the servers of this lock name its owner.
  OwnerRule owner_rule() { return make_lock()->owner_rule(); }

  // Environment
  LocalTime now() const override;
  LocalTime boot_now() const override;
  LocalTime wall_now() const override;
  Token fresh_token() override;
  Duration jitter(Duration max) override;
  void spawn(Task<void> task) override;
  void report_lost() override;
  std::span<ServerClient* const> servers() override { return servers_; }

  // ClientHost
  OpId invoke(Action action, OpId hold, std::int64_t value, std::int64_t fence) override;
  void complete(OpId op, Outcome outcome, std::int64_t value, std::int64_t fence) override;
  void deadline(OpId hold, LocalTime valid_until) override;
  bool is_lost(OpId hold) const override { return lost_ == hold; }
  Call<ResourceReply> perform(Action action, std::int64_t value, std::int64_t fence) override;
  Duration draw_think() override;
  Duration draw_hold() override;

 private:
  class ResourceAnswer;

  void resume_after(Duration duration, std::coroutine_handle<> waiter) override;
  bool reached(std::string_view label) override;
  void resume_with_process(std::coroutine_handle<> waiter) override;

  std::unique_ptr<Lock> make_lock();
  NodeClocks::Values clocks() const;
  ProcessSlot& slot() { return options_.state.slot(options_.id.value()); }
  TrueTime true_now() const { return options_.state.clocks().now(); }
  // The true time at which the monotonic clock, as it runs now, will have gone on by `duration`.
  TrueTime after(Duration duration) const;
  void record(Event event);
  void woken();

  Options options_;
  EventLoop loop_;
  SupervisorLine line_;
  Trampoline trampoline_;
  Choices choices_;
  Stream tokens_;
  Stream jitters_;
  Stream thinks_;
  Stream holds_;
  std::vector<std::unique_ptr<ServerClient>> owned_servers_;
  std::vector<ServerClient*> servers_;
  std::unique_ptr<RedisLink> resource_;
  std::unique_ptr<ResourceAnswer> answer_;
  std::unique_ptr<Lock> lock_;
  std::vector<Task<void>> roots_;  // the program first, then what the lock spawned
  OpId op_;
  OpId hold_;
  OpId lost_;
  Action action_ = Action::acquire;
  Duration suspended_{};  // that the timers know of
};

}  // namespace picklock

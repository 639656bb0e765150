// One client process in a simulated world: the Environment of its lock and the host of its program.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/environment.h"
#include "algorithms/registry.h"
#include "algorithms/workload/client.h"
#include "scenarios/scenario.h"
#include "sim/faults.h"
#include "sim/kernel.h"
#include "sim/resource.h"
#include "sim/server_group.h"

namespace picklock {

class Process final : public Environment, public ClientHost, public ProcessPort, public Handler {
 public:
  struct Context {
    Kernel& kernel;
    Faults& faults;
    Resource& resource;
    const Scenario& scenario;
    const LockInfo& lock;
    std::uint32_t& next_op;  // of the run
  };

  Process(const Context& context, NodeId id, const ClientSpec& spec);
  void connect(std::vector<ServerClient*> servers) { servers_ = std::move(servers); }

  // How the servers of this lock name its owner.
  OwnerRule probe_owner_rule();

  void reset();
  // Makes its lock and starts its program.
  void start();
  // Destroys its coroutines. Never to be called while one of them runs.
  void bury();
  bool is_finished() const { return !roots_.empty() && roots_.front().is_done(); }
  // Nothing that comes will wake it: its program has ended, and so has what its lock spawned.
  bool is_at_rest() const;
  // Its monotonic clock was changed: the deadline of its hold moves in true time.
  void on_clock_change();

  NodeId id() const { return id_; }
  void name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const;

  // Environment
  LocalTime now() const override;
  LocalTime boot_now() const override;
  LocalTime wall_now() const override;
  Token fresh_token() override;
  Duration jitter(Duration max) override;
  void spawn(Task<void> task) override;
  void report_lost() override;
  std::size_t observed() const override { return node().observed.size(); }
  void amounts_to(std::size_t since, std::uint64_t summary) override;
  std::span<ServerClient* const> servers() override { return servers_; }

  // ClientHost
  OpId invoke(Action action, OpId hold, std::int64_t value, std::int64_t fence) override;
  void complete(OpId op, Outcome outcome, std::int64_t value, std::int64_t fence) override;
  void deadline(OpId hold, LocalTime valid_until) override;
  bool is_lost(OpId hold) const override { return lost_ == hold; }
  Call<ResourceReply> perform(Action action, std::int64_t value, std::int64_t fence) override;
  Duration draw_think() override;
  Duration draw_hold() override;

  // ProcessPort
  Caller caller() const override { return {id_, op_, hold_}; }
  void woken() override;

  void fire(const Kernel::Payload& payload) override;

 private:
  void resume_after(Duration duration, std::coroutine_handle<> waiter) override;
  bool reached(std::string_view label) override;
  void resume_with_process(std::coroutine_handle<> waiter) override;
  const Node& node() const { return context_.kernel.node(id_); }
  void record_deadline();

  Context context_;
  NodeId id_;
  const ClientSpec& spec_;
  std::vector<ServerClient*> servers_;
  std::unique_ptr<Lock> lock_;
  std::vector<Task<void>> roots_;  // the program first, then what the lock spawned

  Stream tokens_;
  Stream jitters_;
  Stream thinks_;
  Stream holds_;

  std::uint32_t operations_ = 0;         // that it invoked
  OpId op_;                              // the operation that was invoked last
  OpId hold_;                            // the acquire that it belongs to
  Action action_ = Action::acquire;      // of op_
  OpId lost_;                            // the hold that the lock reported lost
  LocalTime valid_until_ = kNoDeadline;  // of hold_
};

}  // namespace picklock

// One simulated world for one scenario: made once, run as often as wanted. A run is a function of
// (scenario, choices); nothing of an earlier run shows in a later one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/registry.h"
#include "base/result.h"
#include "checker/history.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"
#include "sim/faults.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/order.h"
#include "sim/process.h"
#include "sim/resource.h"
#include "sim/server_group.h"

namespace picklock {

// What one run came to.
struct RunResult {
  History history;           // without events unless they were asked for
  std::uint64_t digest = 0;  // of everything that happened
  std::uint64_t events = 0;  // of the kernel
  std::uint64_t messages = 0;
  std::uint64_t lock_messages = 0;      // those with the lock's servers, not with the resource
  std::uint64_t server_operations = 0;  // commands that the lock's servers executed
  std::uint64_t grants = 0;             // acquires that succeeded
  Duration simulated{};
  std::vector<std::uint32_t> strikes;  // how often each fault of the scenario took effect
  std::vector<Choice> choices;         // that were not dull, when recorded
};

struct RunOptions {
  bool keep_history = true;
  bool record_choices = false;
  bool keep_messages = false;
  // From this instant on all choices are random, from this seed: another future of the same past.
  struct Future {
    TrueTime from{};
    std::uint64_t seed = 0;
  };
  std::optional<Future> future;
  // Gets all that a fault could be anchored to, when not null.
  std::vector<Occasion>* occasions = nullptr;
};

class World final : private FaultTarget, private Handler {
 public:
  // `scenario` was validated by the loader; `locks` knows its algorithm, and outlives the world.
  World(const Scenario& scenario, const LockRegistry& locks);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // The result is valid until the next run; its history may be moved out.
  RunResult& run(Choices choices, const RunOptions& options = {});

  // From now on these faults happen, instead of the scenario's own. They must make sense in it, as the
  // loader would judge. The last `free` of them happen when the order says so.
  void set_faults(std::vector<Fault> faults, std::size_t free = 0);

  // From the next run on `order`, which outlives the world, decides; null: as the scenario says.
  void set_order(Order* order);
  // How much of the past belongs to a state: of two runs in equal states, judges that look at no more of it will say
  // the same of equal futures.
  enum class Past : std::uint8_t {
    nothing,   // they look at what is: who believes, who is named
    resource,  // and at what the clients were told and the resource was handed
    all,       // at the history
  };
  // Of the run that is under way, for an order that tells states apart. Runs with equal facts will go on alike, and
  // when its `occasions` are given, which may be null, they will also come to the same ones.
  void collect(StateFacts& facts, Past past, const std::vector<Occasion>* occasions,
               std::span<const Fact> of_due) const;
  Fact fact_of(const EventQueue::Payload& event) const { return kernel_.fact_of(event).fact(); }
  // Whether the node has not been handed anything yet in this run.
  bool is_untouched(NodeId node) const { return kernel_.node(node).observed.empty(); }
  // The client has ended, and nothing will wake it.
  bool is_at_rest(NodeId client) const { return processes_[client.value()]->is_at_rest(); }
  // How many answers the client waits for; nothing: it may also get what it did not ask for.
  std::optional<std::size_t> open_calls(NodeId client) const;
  const std::vector<Event>& events() const { return kernel_.recorder().events(); }
  // The stream from which a drawn order would draw the rank of an event of this lane.
  std::string order_stream(Lane lane) const { return order_name(kernel_, lane); }

  const std::shared_ptr<const Subject>& subject() const { return subject_; }
  // "delay client-1 -> redis-1" of a stream's key; a hexadecimal number when it was never used.
  std::string stream_name(std::uint64_t key) const;

 private:
  void add_nodes();
  void connect(const LockInfo& lock);
  Process* process(NodeId node);
  void finish(bool complete);

  // Handler: the future begins.
  void fire(const Kernel::Payload& payload) override;

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
  void on_clock_change(NodeId node);

  // Buries the processes that crashed, once none of their coroutines can be running.
  class Gravedigger;

  Scenario scenario_;
  Kernel kernel_;
  Network network_;
  Faults faults_;
  DrawnOrder drawn_order_;
  std::vector<NodeId> clients_;
  std::vector<NodeId> server_ids_;
  NodeId resource_id_;
  std::unique_ptr<Resource> resource_;
  std::unique_ptr<ServerGroup> servers_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::unique_ptr<Gravedigger> gravedigger_;
  std::shared_ptr<const Subject> subject_;
  std::uint32_t next_op_ = 0;
  RunResult result_;
};

}  // namespace picklock

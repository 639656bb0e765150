#include "sim/world.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/require.h"
#include "base/text.h"
#include "scenarios/fault_words.h"
#include "sim/plan.h"

namespace picklock {

class World::Gravedigger final : public Handler {
 public:
  explicit Gravedigger(World& world) : world_(world) {}

  // The event comes after the one that is being handled, so nothing of the process is on the stack.
  void call(NodeId node) {
    Kernel::Payload payload;
    payload.slot = node.value();
    world_.kernel_.push_global(world_.kernel_.now(), *this, payload);
  }
  void fire(const Kernel::Payload& payload) override {
    const NodeId node(payload.slot);
    if (!world_.kernel_.node(node).is_up) world_.process(node)->bury();
  }
  void describe(const Kernel::Payload& payload, FactBuilder& fact) const override {
    fact.name_client(NodeId(payload.slot));
  }

 private:
  World& world_;
};

World::World(const Scenario& scenario, const LockRegistry& locks)
    : scenario_(scenario),
      network_(kernel_),
      faults_(kernel_, network_, *this),
      drawn_order_(kernel_) {
  const LockInfo* lock = locks.find(scenario_.lock.algorithm);
  require(lock != nullptr, "a validated scenario names a lock of the registry");
  gravedigger_ = std::make_unique<Gravedigger>(*this);
  add_nodes();
  network_.configure(scenario_.network);
  faults_.configure(scenario_.faults);
  connect(*lock);
  set_order(nullptr);
}

World::~World() {
  for (const auto& process : processes_) process->bury();
}

void World::add_nodes() {
  const auto add = [this](const std::string& name, Role role) {
    const auto clock = scenario_.clocks.find(name);
    const ClockSpec spec = clock == scenario_.clocks.end() ? ClockSpec{} : clock->second;
    return kernel_.add_node(name, role, spec.offset, spec.ppm);
  };
  const std::vector<std::string> names = node_names(scenario_);
  const std::size_t clients = scenario_.clients.size();
  kernel_.expect_nodes(names.size());
  for (std::size_t i = 0; i < clients; ++i) clients_.push_back(add(names[i], Role::client));
  for (std::size_t i = clients; i + 1 < names.size(); ++i) {
    server_ids_.push_back(add(names[i], Role::server));
  }
  resource_id_ = add(names.back(), Role::resource);
}

void World::connect(const LockInfo& lock) {
  resource_ =
      std::make_unique<Resource>(kernel_, network_, faults_, scenario_.resource, resource_id_);
  const Process::Context context{kernel_, faults_, *resource_, scenario_, lock, next_op_};
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    processes_.push_back(std::make_unique<Process>(context, clients_[i], scenario_.clients[i]));
  }
  const auto kind = std::find_if(
      server_kinds().begin(), server_kinds().end(),
      [this](const ServerKind& known) { return known.name == scenario_.servers.kind; });
  require(kind != server_kinds().end(), "a validated scenario names a kind of server");

  servers_ = kind->make({kernel_, network_, faults_, scenario_, server_ids_});
  for (const auto& process : processes_) process->connect(servers_->clients_for(*process));
  const OwnerRule owner_rule = processes_.front()->probe_owner_rule();
  servers_->observe(owner_rule);
  std::vector<NodeInfo> nodes;
  for (std::uint32_t i = 0; i < kernel_.node_count(); ++i) {
    const Node& node = kernel_.node(NodeId(i));
    nodes.push_back({node.name, node.role});
  }
  subject_ = std::make_shared<const Subject>(
      picklock::describe(scenario_, lock, owner_rule, std::move(nodes)));
}

Process* World::process(NodeId node) {
  const bool is_client = node.value() < processes_.size();
  return is_client ? processes_[node.value()].get() : nullptr;
}

RunResult& World::run(Choices choices, const RunOptions& options) {
  if (options.record_choices) choices.record();
  next_op_ = 0;
  for (const auto& process : processes_) process->reset();
  kernel_.reset(std::move(choices), options.keep_history);
  network_.reset();
  drawn_order_.reset();
  result_.history.messages.clear();
  network_.keep(options.keep_messages ? &result_.history.messages : nullptr);
  resource_->reset();
  servers_->reset();
  faults_.reset(options.occasions);
  for (const auto& process : processes_) process->start();
  if (options.future) {
    const Kernel::Payload begin{.word = options.future->seed, .flags = Kernel::background};
    kernel_.push_global(options.future->from, *this, begin);
  }
  const bool complete = kernel_.run(TrueTime{scenario_.duration}, scenario_.max_events);
  finish(complete);
  return result_;
}

void World::set_order(Order* order) {
  Order* const own = scenario_.network.any_order ? &drawn_order_ : nullptr;
  kernel_.set_order(order != nullptr ? order : own, scenario_.network.datagrams);
}

void World::set_faults(std::vector<Fault> faults, std::size_t free) {
  scenario_.faults = std::move(faults);
  faults_.configure(scenario_.faults, free);
  auto subject = std::make_shared<Subject>(*subject_);
  subject->faults.clear();
  for (const Fault& fault : scenario_.faults) subject->faults.push_back(in_words(fault));
  subject_ = std::move(subject);
}

void World::fire(const Kernel::Payload& payload) {
  kernel_.choices().continue_randomly(payload.word);
}

void World::finish(bool complete) {
  const TrueTime last = kernel_.now() + kernel_.recorder().lag();
  const TrueTime end = std::min(last, TrueTime{scenario_.duration});
  result_.history.subject = subject_;
  result_.history.events.swap(kernel_.recorder().events());
  result_.history.end = end;
  result_.history.complete = complete;
  result_.digest = kernel_.recorder().digest();
  result_.events = kernel_.events();
  result_.messages = network_.messages();
  result_.lock_messages = result_.messages - network_.messages_of(resource_id_);
  result_.server_operations = 0;
  for (const NodeId server : server_ids_) result_.server_operations += faults_.reached_by(server);
  result_.grants = kernel_.recorder().grants();
  result_.simulated = end - TrueTime{};
  result_.strikes = faults_.strikes();
  result_.choices = kernel_.choices().recorded();
}

std::string World::stream_name(std::uint64_t key) const {
  std::vector<std::pair<std::uint64_t, std::string>> names;
  network_.name_streams(names);
  drawn_order_.name_streams(names);
  faults_.name_streams(names);
  for (const auto& process : processes_) process->name_streams(names);
  for (const auto& [known, name] : names) {
    if (known == key) return name;
  }
  return fmt::format("{:016x}", key);
}

void World::pause(NodeId node, Duration length) {
  kernel_.pause(node);
  kernel_.record(EventKind::paused, node, nanoseconds(length));
}

void World::resume(NodeId node) {
  kernel_.record(EventKind::resumed, node);
  kernel_.resume(node);
  const bool is_server = process(node) == nullptr && node != resource_id_;
  if (is_server && !kernel_.node(node).is_paused()) servers_->on_resume(node);
}

void World::suspend(NodeId node, Duration length) {
  pause(node, length);
  kernel_.suspend_clock(node, length);
  on_clock_change(node);
}

void World::crash(NodeId node, bool power_loss) {
  if (!kernel_.node(node).is_up) return;
  kernel_.record(EventKind::crashed, node, power_loss ? 1 : 0);
  kernel_.crash(node);
  if (process(node) != nullptr) {
    servers_->on_client_crash(node);
    resource_->on_client_crash(node);
    gravedigger_->call(node);
  } else if (node == resource_id_) {
    resource_->on_crash(power_loss);
  } else {
    servers_->on_crash(node, power_loss);
  }
  if (process(node) == nullptr) faults_.reached(node, "crashed");
}

void World::restart(NodeId node, bool memory_lost) {
  if (kernel_.node(node).is_up) return;
  kernel_.restart(node);
  kernel_.record(EventKind::restarted, node);
  if (process(node) != nullptr) {
    process(node)->bury();
    process(node)->start();
  } else if (node == resource_id_) {
    resource_->on_restart();
  } else {
    servers_->on_restart(node, memory_lost);
  }
  if (process(node) == nullptr) faults_.reached(node, "restarted");
}

void World::reset_connection(NodeId a, NodeId b) {
  network_.reset_connection(a, b);
  const auto tell = [this](NodeId client, NodeId other) {
    if (process(client) == nullptr) return;
    if (other == resource_id_) {
      resource_->on_connection_reset(client, other);
    } else {
      servers_->on_connection_reset(client, other);
    }
  };
  tell(a, b);
  tell(b, a);
}

void World::step_clock(NodeId node, Duration by) {
  kernel_.node(node).wall.step(kernel_.now(), by);
  on_clock_change(node);
}

void World::set_clock_rate(NodeId node, std::int32_t ppm) {
  kernel_.set_clock_rate(node, ppm);
  on_clock_change(node);
}

void World::freeze_clock(NodeId node, bool frozen) {
  kernel_.node(node).wall.set_frozen(kernel_.now(), frozen);
  on_clock_change(node);
}

void World::promote(NodeId node) {
  servers_->on_promote(node);
}

void World::on_clock_change(NodeId node) {
  if (process(node) != nullptr) {
    process(node)->on_clock_change();
  } else if (node != resource_id_) {
    servers_->on_clock_change(node);
  }
}

}  // namespace picklock

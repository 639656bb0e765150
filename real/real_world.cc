#include "real/real_world.h"

#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <utility>

#include "base/require.h"
#include "real/client_process.h"
#include "real/local_socket.h"
#include "real/resource_process.h"
#include "real/user_redis.h"
#include "sim/plan.h"

namespace picklock {
namespace {

// LocalTime 0 of every wall clock, for servers: a clock that is behind shows no negative date.
constexpr std::int64_t kEpoch = 1'600'000'000'000'000'000;

}  // namespace

Result<std::unique_ptr<RealWorld>> RealWorld::create(const Scenario& scenario,
                                                     const LockRegistry& locks,
                                                     const RealOptions& options) {
  using Made = Result<std::unique_ptr<RealWorld>>;
  const std::size_t members = scenario.clients.size() + 1;
  Result<RunDirectory> directory = RunDirectory::create();
  if (!directory) return Made(directory.error());
  // Slots are indexed by NodeId; the resource is the last node.
  Result<std::unique_ptr<RunState>> state = RunState::create(members + scenario.servers.nodes());
  if (!state) return Made(state.error());
  std::unique_ptr<RealWorld> world(new RealWorld(scenario, locks, options, std::move(state).value(),
                                                 std::move(directory).value()));
  const Diagnostics wrong = world->start();
  if (!wrong.empty()) return Made(wrong);
  return Made(std::move(world));
}

RealWorld::RealWorld(const Scenario& scenario, const LockRegistry& locks,
                     const RealOptions& options, std::unique_ptr<RunState> state,
                     RunDirectory directory)
    : scenario_(scenario),
      lock_(*locks.find(scenario.lock.algorithm)),
      options_(options),
      names_(node_names(scenario_)),
      state_(std::move(state)),
      directory_(std::move(directory)),
      loop_(state_->clocks()),
      driver_(scenario_, names_, loop_, *this),
      log_(state_->shared()) {}

RealWorld::~RealWorld() {
  end_run();
  servers_.reset();
  if (idle_ >= 0) ::close(idle_);
}

Diagnostics RealWorld::start() {
  std::signal(SIGPIPE, SIG_IGN);  // hiredis writes to servers that may be dead
  state_->clocks().epoch = kEpoch;
  state_->reset(scenario_.resource.initial);
  set_clocks();
  idle_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (idle_ < 0) return {{.expected = "expected an eventfd"}};
  loop_.watch(idle_, EPOLLIN, [this](std::uint32_t /*events*/) {
    eventfd_t count = 0;
    ::eventfd_read(idle_, &count);
  });
  const NodeId first(static_cast<std::uint32_t>(scenario_.clients.size()));
  RealServerHost& host = *this;
  servers_ = make_servers({scenario_, *state_, loop_, directory_.path(), first, host});
  Diagnostics wrong = servers_->start();
  if (!wrong.empty()) return wrong;

  const ConnectServers connect = servers_->connector();
  const std::vector<std::string> nowhere(servers_->doors());
  ClientProcess probe({scenario_,
                       lock_,
                       NodeId(0),
                       choices_,
                       *state_,
                       {},
                       nowhere,
                       "",
                       connect,
                       servers_->key_prefix()});
  owner_rule_ = probe.owner_rule();
  std::vector<NodeInfo> nodes;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    const Role role = is_server(node)          ? Role::server
                      : i + 1 == names_.size() ? Role::resource
                                               : Role::client;
    nodes.push_back({names_[i], role});
  }
  subject_ =
      std::make_shared<const Subject>(describe(scenario_, lock_, owner_rule_, std::move(nodes)));
  return {};
}

std::unique_ptr<RealServers> RealWorld::make_servers(const RealServerContext& context) const {
  if (!options_.user_servers.empty()) return make_user_redis(context, options_.user_servers);
  const auto kind =
      std::ranges::find(real_server_kinds(), scenario_.servers.kind, &RealServerKind::name);
  require(kind != real_server_kinds().end(), "a scenario with obstacles is not run");
  return kind->make(context);
}

void RealWorld::set_clocks() {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto found = scenario_.clocks.find(names_[i]);
    const ClockSpec spec = found == scenario_.clocks.end() ? ClockSpec{} : found->second;
    state_->clocks().nodes[i].update([&](NodeClocks::Values& clocks) {
      clocks.wall.reset(spec.offset, spec.ppm);
      clocks.monotonic.reset(Duration{}, spec.ppm);
      clocks.suspended = Duration{};
    });
  }
}

RealRun RealWorld::run(const Choices& choices) {
  choices_ = choices;
  trouble_ = begin_run();
  if (trouble_.empty()) {
    start_programs();
    carry_on();
  }
  RealRun result = collect();
  end_run();
  return result;
}

Diagnostics RealWorld::begin_run() {
  time_is_up_ = false;
  not_run_.clear();
  log_.clear();
  stops_.assign(names_.size(), 0);
  server_down_.assign(scenario_.servers.nodes(), false);
  sockets_.assign(scenario_.clients.size(), {});
  state_->reset(scenario_.resource.initial);
  began_ = std::chrono::steady_clock::now();
  set_clocks();
  Diagnostics wrong = servers_->begin_run(owner_rule_, log_);
  if (!wrong.empty()) return wrong;

  const std::filesystem::path folder = directory_.short_path() / std::to_string(run_count_++);
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  RelayHost& host = *this;
  relay_ = std::make_unique<Relay>(loop_, host, folder);
  const std::string resource_socket = folder / "resource";
  const int listener = listen_at(resource_socket);
  if (listener < 0) return {{.expected = "expected to create the socket " + resource_socket}};
  const auto clients = static_cast<std::uint32_t>(scenario_.clients.size());
  for (std::uint32_t i = 0; i < scenario_.servers.nodes(); ++i) {
    relay_->add_target(NodeId(clients + i), servers_->address(i), servers_->relay_protocol());
  }
  const NodeId resource(clients + scenario_.servers.nodes());
  relay_->add_target(resource, {.port = 0, .path = resource_socket}, make_resp_relay_protocol);
  members_.clear();
  for (std::uint32_t client = 0; client < clients; ++client) {
    if (!listen_for(NodeId(client), resource)) {
      return {{.expected = "expected a socket in " + folder.string()}};
    }
    members_.push_back(std::make_unique<Member>(NodeId(client), -1));
  }
  members_.push_back(std::make_unique<Member>(resource, listener));
  for (const auto& member : members_) {
    if (!start_member(member->node)) return trouble_;
  }
  return {};
}

bool RealWorld::listen_for(NodeId client, NodeId resource) {
  std::vector<std::string>& sockets = sockets_[client.value()];
  for (std::size_t i = 0; i < servers_->doors(); ++i) {
    sockets.push_back(relay_->listen(
        client, std::to_string(i), [this, client, i] { return servers_->behind_door(client, i); }));
  }
  sockets.push_back(relay_->listen(client, "resource", [resource] { return resource; }));
  return std::ranges::none_of(sockets, &std::string::empty);
}

bool RealWorld::start_member(NodeId node) {
  Member& member = member_of(node);
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    fail("expected a pair of sockets");
    return false;
  }
  std::vector<int> keep{
      ends[1], idle_, member.wake, state_->file().file(), directory_.file(), directory_.lifeline()};
  if (member.listener >= 0) keep.push_back(member.listener);
  state_->slot(node.value()).waits = 0;  // of a life before
  member.has_begun = member.has_crashed = false;
  member.woken_at = 0;
  Result<Child> child =
      Child::fork(keep, [this, node, control = ends[1]] { return run_member(node, control); });
  ::close(ends[1]);
  member.control = ends[0];
  if (!child) {
    fail(child.error());
    return false;
  }
  member.child.emplace(std::move(child).value());
  loop_.watch(member.control, EPOLLIN,
              [this, node](std::uint32_t /*events*/) { on_control(node); });
  return true;
}

// In the child.
int RealWorld::run_member(NodeId node, int control) {
  const Member& member = member_of(node);
  const SupervisorLine::Options line{control, idle_, member.wake, driver_.watched_points(node)};
  if (member.listener >= 0) {
    ResourceProcess resource({scenario_.resource, node, *state_, line, member.listener});
    return resource.run();
  }
  std::vector<std::string> sockets = sockets_[node.value()];
  const std::string resource = sockets.back();
  sockets.pop_back();
  const ConnectServers connect = servers_->connector();
  ClientProcess client({scenario_, lock_, node, choices_, *state_, line, sockets, resource, connect,
                        servers_->key_prefix()});
  return client.run();
}

void RealWorld::start_programs() {
  driver_.begin(choices_, log_);
  for (const auto& member : members_) let_begin(member->node);
}

// When everything else waits, as all that happens.
void RealWorld::let_begin(NodeId node) {
  loop_.at(loop_.now(), [this, node] {
    Member& member = member_of(node);
    if (!member.is_alive() || member.has_begun) return;  // a fault struck meanwhile
    member.has_begun = true;
    member.consent();
  });
}

void RealWorld::end_run() {
  driver_.end();
  for (const auto& member : members_) {
    if (member->control >= 0) loop_.watch(member->control, 0);
  }
  members_.clear();
  relay_.reset();
  loop_.cancel_all();
  for (std::size_t i = 0; i < stops_.size() && servers_ != nullptr; ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (stops_[i] > 0 && is_server(node)) servers_->process(server_index(node))->go_on();
    stops_[i] = 0;
  }
}

RealRun RealWorld::collect() {
  RealRun result;
  History& history = result.history;
  history.subject = subject_;
  history.end = std::min(loop_.now(), TrueTime{scenario_.duration});
  history.complete = trouble_.empty();
  const auto own = log_.events();
  std::vector<Recorded> recorded(own.begin(), own.end());
  for (const auto& member : members_) {
    const EventLog& log = state_->slot(member->node.value()).log;
    const auto events = log.events();
    recorded.insert(recorded.end(), events.begin(), events.end());
    history.complete &= !log.is_full();
  }
  std::ranges::sort(recorded, {},
                    [](const Recorded& one) { return std::pair(one.event.at, one.order); });
  for (const Recorded& one : recorded) history.events.push_back(one.event);
  result.grants =
      static_cast<std::uint64_t>(std::ranges::count_if(history.events, [](const Event& event) {
        return event.kind == EventKind::complete && event.action == Action::acquire &&
               event.outcome == Outcome::ok;
      }));
  result.strikes = driver_.strikes();
  result.messages = relay_ == nullptr ? 0 : relay_->messages();
  result.trouble = trouble_;
  result.not_run = not_run_;
  return result;
}

}  // namespace picklock

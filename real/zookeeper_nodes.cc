#include "real/zookeeper_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "real/frozen_clock.h"
#include "real/local_socket.h"
#include "real/patience.h"

namespace picklock {
namespace {

constexpr int kTicksBefore = 10;                // that clocks have shown when true time begins
constexpr const char* kTicker = "QuorumPeer[";  // the thread of a leader that counts half ticks
constexpr int kElections = 6;                   // tries
constexpr std::chrono::milliseconds kPause(3);  // between two steps; with each try twice as long

}  // namespace

ZooKeeperNodes::ZooKeeperNodes(const RealServerContext& context)
    : context_(context), tick_(context.scenario.servers.tick), sight_(*this, tick_) {}

// --- Processes --------------------------------------------------------------------------------------

Diagnostics ZooKeeperNodes::prepare() {
  const std::uint32_t count = context_.scenario.servers.count;
  // Until all ports are chosen, so that no two are the same.
  const ReservedPorts reserved(2 * count);
  const std::vector<std::uint16_t>& ports = reserved.ports();
  if (ports.size() < 2 * count) return {{.expected = "expected free TCP ports on 127.0.0.1"}};
  std::vector<ZooKeeperServerProcess::Peer> peers;
  for (std::size_t i = 0; i < count; ++i) peers.push_back({ports[2 * i], ports[2 * i + 1]});
  nodes_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<std::string> shim =
        full_shim_environment(context_.state.file(), context_.first.value() + i, kTicker);
    if (shim.empty()) return {{.expected = "expected to hand the clock shim to a server"}};
    const auto prepare_one = [&] {
      return ZooKeeperServerProcess::prepare({.tick = tick_,
                                              .environment = shim,
                                              .parent = context_.directory,
                                              .ensemble = peers,
                                              .place = i});
    };
    Result<ZooKeeperServerProcess> prepared = prepare_one();
    while (prepared && has_port(prepared->port())) prepared = prepare_one();
    if (!prepared) return prepared.error();
    nodes_.push_back(Node{.server = std::move(prepared).value()});
  }
  return {};
}

bool ZooKeeperNodes::has_port(std::uint16_t port) const {
  return std::ranges::any_of(nodes_,
                             [port](const Node& node) { return node.server.port() == port; });
}

Diagnostics ZooKeeperNodes::boot() {
  for (std::size_t i = 0; i < size(); ++i) {
    if (nodes_[i].is_up) crash(i);
    nodes_[i].server.forget_everything();
    nodes_[i].zxid = 0;
    nodes_[i].is_up = true;
  }
  Diagnostics wrong = launch_all();
  return wrong.empty() ? elect() : wrong;
}

// Those that are meant to run.
Diagnostics ZooKeeperNodes::launch_all() {
  show(shown_at(context_.loop.now()) - tick_);
  Diagnostics wrong;
  for (std::size_t i = 0; i < size() && wrong.empty(); ++i) {
    if (runs(i)) wrong = nodes_[i].server.launch();
  }
  for (std::size_t i = 0; i < size() && wrong.empty(); ++i) {
    if (runs(i)) wrong = nodes_[i].server.await();
  }
  return wrong;
}

bool ZooKeeperNodes::runs(std::size_t i) const {
  const NodeId id(context_.first.value() + static_cast<std::uint32_t>(i));
  return nodes_[i].is_up && !context_.host.is_stopped(id);
}

bool ZooKeeperNodes::awaits_half_tick() const {
  const ClockPage& clocks = context_.state.clocks();
  const std::size_t node = context_.first.value() + leader_;
  const Duration left(clocks.awaited_ns[node] - clocks.monotonic_ns(node));
  return left > Duration{} && left <= tick_ / 2;
}

std::size_t ZooKeeperNodes::running() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    if (runs(i)) ++count;
  }
  return count;
}

void ZooKeeperNodes::crash(std::size_t i) {
  Node& node = nodes_[i];
  node.zxid = std::max(node.zxid, sight_.close(i));
  kill(i);
  node.is_up = false;
}

void ZooKeeperNodes::kill(std::size_t i) {
  nodes_[i].server.crash();
  context_.state.clocks().awaited_ns[context_.first.value() + i] = 0;  // it may have died waiting
}

Diagnostics ZooKeeperNodes::restart(std::size_t i) {
  nodes_[i].is_up = true;
  return nodes_[i].server.restart();
}

Diagnostics ZooKeeperNodes::join(std::size_t i) {
  if (!becomes_true([&] { return follows(i); })) {
    return {{.expected = "expected the node to follow the leader"}};
  }
  const Diagnostics wrong = sight_.open(i);
  return wrong.empty() ? begin_to_look() : wrong;
}

Diagnostics ZooKeeperNodes::begin_to_look() {
  // What was told of the past, everybody knows.
  std::vector<ZkEvent> events;
  if (sight_.collect(events) && sight_.expect_question()) return {};
  return {{.expected = "expected every node of the ensemble to answer, but one is gone"}};
}

// --- Clocks -----------------------------------------------------------------------------------------

// A multiple of the tick apart from true time: both have their ticks at the same instants.
LocalTime ZooKeeperNodes::shown_at(TrueTime at) const {
  return LocalTime{at.time_since_epoch() + kTicksBefore * tick_};
}

void ZooKeeperNodes::show(LocalTime instant) {
  const TrueTime now = context_.loop.now();
  for (std::size_t i = 0; i < size(); ++i) {
    context_.state.clocks().nodes[context_.first.value() + i].update(
        [&](NodeClocks::Values& clocks) {
          clocks.monotonic.set_frozen(now, true);
          clocks.monotonic.step(now, instant - clocks.monotonic.at(now));
        });
  }
}

void ZooKeeperNodes::run_on() {
  const TrueTime now = context_.loop.now();
  for (std::size_t i = 0; i < size(); ++i) {
    context_.state.clocks().nodes[context_.first.value() + i].update(
        [&](NodeClocks::Values& clocks) { clocks.monotonic.set_frozen(now, false); });
  }
}

Diagnostics ZooKeeperNodes::stand_still() {
  show(shown_at(context_.loop.now()));
  for (std::size_t i = 0; i < size(); ++i) {
    nodes_[i].zxid = std::max(nodes_[i].zxid, sight_.close(i));
  }
  if (!nodes_[leader_].is_up) return {};
  kill(leader_);
  return nodes_[leader_].server.restart();
}

// --- Elections --------------------------------------------------------------------------------------

std::size_t ZooKeeperNodes::favourite() const {
  std::size_t best = size();
  for (std::size_t i = 0; i < size(); ++i) {
    if (runs(i) && (best == size() || nodes_[i].zxid >= nodes_[best].zxid)) best = i;
  }
  return best;
}

Diagnostics ZooKeeperNodes::elect() {
  Diagnostics wrong;
  const std::size_t leader = favourite();
  for (std::size_t i = 0; i < size() && wrong.empty(); ++i) {
    if (runs(i)) wrong = nodes_[i].server.keep_data();
  }
  if (!wrong.empty()) return wrong;
  for (int i = 0; i < kElections; ++i) {
    wrong = try_to_elect(kPause * (1 << i));
    if (wrong.empty() && leader_ == leader) break;
    const std::string states = node_states();
    wrong = begin_again();
    if (!wrong.empty()) return wrong;
    wrong = {{.expected = fmt::format(
                  "expected the ensemble to elect {} in a half tick of its time, but in the end {}",
                  leader + 1, states)}};
  }
  for (std::size_t i = 0; i < size() && wrong.empty(); ++i) {
    if (runs(i)) wrong = sight_.open(i);
  }
  if (wrong.empty()) wrong = begin_to_look();
  if (!wrong.empty()) return wrong;
  show(shown_at(context_.loop.now()));
  wrong = sight_.wait_until_asked();
  run_on();
  return wrong;
}

// "1 follows, 2 leads, 3 looks for a leader"
std::string ZooKeeperNodes::node_states() {
  std::vector<std::string> states;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!runs(i)) continue;
    const std::string said = ask_zookeeper(port(i), "srvr");
    const auto is = [&](std::string_view mode) { return said.find(mode) != std::string::npos; };
    states.push_back(fmt::format("{} {}", i + 1,
                                 nodes_[i].server.child().ended() ? "has ended"
                                 : is("Mode: leader")             ? "leads"
                                 : is("Mode: follower")           ? "follows"
                                                                  : "looks for a leader"));
  }
  return fmt::format("{}", fmt::join(states, ", "));
}

// An election took too long, or not all of them took part. What those have written who did would count in the next one,
// for they have begun an epoch that the others do not know.
Diagnostics ZooKeeperNodes::begin_again() {
  for (std::size_t i = 0; i < size(); ++i) {
    if (!runs(i)) continue;
    kill(i);
    Diagnostics wrong = nodes_[i].server.restore_data();
    if (!wrong.empty()) return wrong;
  }
  return launch_all();
}

// An election ends when nobody has said anything for a fifth of a second. So their time goes on in small steps, and what
// is left of the half tick when they are done is skipped.
Diagnostics ZooKeeperNodes::try_to_elect(std::chrono::nanoseconds pause) {
  constexpr std::chrono::milliseconds kStep(10);
  constexpr std::chrono::seconds kAtLast(3);
  const LocalTime begin = shown_at(context_.loop.now()) - tick_;
  const LocalTime last = begin + tick_ / 2 - kStep;
  for (LocalTime instant = begin; instant <= last; instant += kStep) {
    show(instant);
    const bool is_last = instant + kStep > last;
    const auto is_done = [this] { return has_elected() && awaits_half_tick(); };
    if (becomes_true(is_done, is_last ? kAtLast : pause)) return {};
  }
  return {{.expected = "expected an election"}};
}

// All that run are of it.
bool ZooKeeperNodes::has_elected() {
  std::size_t followers = 0;
  std::size_t leader = size();
  for (std::size_t i = 0; i < size(); ++i) {
    if (!runs(i)) continue;
    const std::string said = ask_zookeeper(port(i), "srvr");
    if (said.find("Mode: leader") != std::string::npos) leader = i;
    if (said.find("Mode: follower") != std::string::npos) ++followers;
  }
  if (leader == size() || followers + 1 != running()) return false;
  leader_ = leader;
  const std::string said = ask_zookeeper(port(leader), "mntr");
  return said.find(fmt::format("zk_synced_followers\t{}\n", followers)) != std::string::npos;
}

bool ZooKeeperNodes::follows(std::size_t i) {
  if (ask_zookeeper(port(i), "srvr").find("Mode: follower") == std::string::npos) return false;
  const std::string said = ask_zookeeper(port(leader_), "mntr");
  const std::size_t up = static_cast<std::size_t>(
      std::ranges::count_if(nodes_, [](const Node& node) { return node.is_up; }));
  return said.find(fmt::format("zk_synced_followers\t{}\n", up - 1)) != std::string::npos;
}

}  // namespace picklock

// What faults do to real processes, and what the supervisor learns from its processes and servers.
#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/require.h"
#include "real/real_world.h"

namespace picklock {

bool RealWorld::is_server(NodeId node) const {
  const std::size_t first = scenario_.clients.size();
  return node.value() >= first && node.value() < first + scenario_.servers.nodes();
}

std::size_t RealWorld::server_index(NodeId node) const {
  return node.value() - scenario_.clients.size();
}

const Member& RealWorld::member_of(NodeId node) const {
  return is_client(node) ? *members_[node.value()] : *members_.back();
}

Member& RealWorld::member_of(NodeId node) {
  return is_client(node) ? *members_[node.value()] : *members_.back();
}

bool RealWorld::is_up(NodeId node) const {
  return is_server(node) ? !server_down_[server_index(node)] : !member_of(node).has_crashed;
}

// Null when it is not running.
Child* RealWorld::process(NodeId node) {
  if (is_server(node)) {
    const std::size_t i = server_index(node);
    return server_down_[i] ? nullptr : servers_->process(i);
  }
  Member& member = member_of(node);
  return member.is_alive() ? &*member.child : nullptr;
}

void RealWorld::record(EventKind kind, NodeId node, std::int64_t value) {
  log_.push_back({.at = loop_.now(), .kind = kind, .node = node, .value = value});
}

void RealWorld::fail(Diagnostics why) {
  trouble_.insert(trouble_.end(), why.begin(), why.end());
}

void RealWorld::fail(NodeId server, Diagnostics why) {
  for (Diagnostic& one : why) one.expected = names_[server.value()] + ": " + one.expected;
  fail(std::move(why));
}

void RealWorld::on_control(NodeId node) {
  Member& member = member_of(node);
  std::array<char, 256> label;
  const ssize_t got = ::recv(member.control, label.data(), label.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return on_end(node);
  driver_.reached(node, {label.data(), static_cast<std::size_t>(got)});
  member.consent();  // a stopped process reads it when it goes on
}

void RealWorld::on_end(NodeId node) {
  Member& member = member_of(node);
  loop_.watch(member.control, 0);
  ::close(std::exchange(member.control, -1));
  member.child->kill();  // it is ending; this waits for it
  const int status = member.child->ended().value_or(0);
  member.child.reset();
  if (is_client(node) && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return;  // its program is over
  fail(fmt::format("expected {} to go on, but it {}", names_[node.value()], describe_end(status)));
}

Passage RealWorld::pass(NodeId from, NodeId to, std::string_view what) {
  const bool keeps_others_out = is_client(from) && is_server(to) &&
                                servers_->may_wait_inside(what) && !servers_->tells_who_waits(what);
  if (!keeps_others_out) return driver_.pass(from, to, what);
  not_run_ = fmt::format(
      "its lock sends {}, which waits inside the server and keeps all others out", what);
  return {};
}

TrueTime RealWorld::news_of_break(NodeId server, NodeId client) {
  return driver_.pass_news(server, client);
}

void RealWorld::executed(NodeId server, const Exchange& exchange) {
  if (!is_server(server)) return;  // the resource speaks for itself
  const Diagnostics wrong = servers_->executed(server_index(server), exchange);
  if (!wrong.empty()) return fail(server, wrong);
  if (servers_->notifies_first()) relay_->read_unasked(exchange.caller.client);
  if (!exchange.has_waited) driver_.reached(server, exchange.name);
}

void RealWorld::before_request(NodeId server) {
  if (is_server(server)) servers_->before_request(server_index(server));
}

bool RealWorld::waits_inside(NodeId server, const RelayProtocol::Request& request,
                             std::size_t others, int file) {
  if (!is_server(server) || !servers_->tells_who_waits(request.name)) return false;
  const Result<bool> waits =
      servers_->waits_inside(server_index(server), request.bytes, others, file);
  if (!waits) fail(server, waits.error());
  if (!waits || !waits.value()) return false;
  driver_.reached(server, request.name);
  return true;
}

void RealWorld::told(NodeId client) {
  Member& member = member_of(client);
  if (member.is_alive()) wake(member);
}

void RealWorld::server_hung_up(NodeId server) {
  if (!is_server(server)) return;
  Child* const child = servers_->process(server_index(server));
  const std::chrono::seconds patience(servers_->may_hang_up() ? 0 : 1);
  const auto status = child == nullptr ? std::nullopt : child->ends_within(patience);
  if (!status && servers_->may_hang_up()) return;
  fail(fmt::format("expected {} to go on, but it {}", names_[server.value()],
                   status ? describe_end(*status) : "ended or refused a connection"));
}

void RealWorld::set_serving(NodeId server, bool serves) {
  if (serves) return relay_->on_up(server);
  relay_->on_down(server, false);
}

void RealWorld::pause(NodeId node, Duration length) {
  Child* const child = process(node);
  if (child != nullptr && stops_[node.value()] == 0) child->stop();
  ++stops_[node.value()];
  if (is_server(node) || node == members_.back()->node) relay_->set_running(node, false);
  record(EventKind::paused, node, nanoseconds(length));
  if (is_server(node)) servers_->on_pause(server_index(node));
}

void RealWorld::resume(NodeId node) {
  if (stops_[node.value()] == 0) return;
  record(EventKind::resumed, node);
  if (--stops_[node.value()] > 0) return;
  state_->clocks().nodes[node.value()].update([&](NodeClocks::Values& clocks) {
    if (!clocks.monotonic.is_frozen()) return;
    clocks.monotonic.set_frozen(loop_.now(), false);
  });
  if (is_server(node) || node == members_.back()->node) relay_->set_running(node, true);
  Child* const child = process(node);
  if (child != nullptr) child->go_on();
  if (is_server(node)) on_clock_change(node);
  servers_->on_resume(node);
}

void RealWorld::suspend(NodeId node, Duration length) {
  pause(node, length);
  const TrueTime now = loop_.now();
  state_->clocks().nodes[node.value()].update([&](NodeClocks::Values& clocks) {
    clocks.monotonic.set_frozen(now, true);
    if (length != kForever) clocks.suspended += length;
  });
  if (is_server(node)) on_clock_change(node);
  if (length == kForever) return;
  Clock monotonic = state_->clocks().nodes[node.value()].read().monotonic;
  monotonic.set_frozen(now + length, false);
  record_deadline(node, monotonic);
}

void RealWorld::crash(NodeId node, bool power_loss) {
  Child* const child = process(node);
  if (child == nullptr) return;
  record(EventKind::crashed, node, power_loss ? 1 : 0);
  stops_[node.value()] = 0;
  if (is_server(node)) {
    server_down_[server_index(node)] = true;
    servers_->crash(server_index(node), power_loss);
    relay_->on_down(node, power_loss);
  } else {
    Member& member = member_of(node);
    loop_.watch(member.control, 0);
    ::close(std::exchange(member.control, -1));
    member.child.reset();
    member.has_crashed = true;
    if (member.listener >= 0) relay_->on_down(node, power_loss);
  }
  driver_.reached(node, "crashed");
}

void RealWorld::restart(NodeId node, bool memory_lost) {
  if (process(node) != nullptr) return;
  record(EventKind::restarted, node);
  if (is_server(node)) {
    const Diagnostics wrong = servers_->restart(server_index(node), memory_lost);
    if (!wrong.empty()) return fail(node, wrong);
    server_down_[server_index(node)] = false;
  } else {
    if (!start_member(node)) return;
    let_begin(node);
  }
  if (is_server(node) || node == members_.back()->node) {
    relay_->set_running(node, true);
    if (!is_server(node) || servers_->serves(server_index(node))) relay_->on_up(node);
  }
  driver_.reached(node, "restarted");
}

void RealWorld::reset_connection(NodeId a, NodeId b) {
  if (is_client(a) && !is_client(b)) relay_->reset(a, b);
  if (is_client(b) && !is_client(a)) relay_->reset(b, a);
}

void RealWorld::step_clock(NodeId node, Duration by) {
  state_->clocks().nodes[node.value()].update(
      [&](NodeClocks::Values& clocks) { clocks.wall.step(loop_.now(), by); });
  on_clock_change(node);
}

void RealWorld::set_clock_rate(NodeId node, std::int32_t ppm) {
  state_->clocks().nodes[node.value()].update([&](NodeClocks::Values& clocks) {
    clocks.wall.set_rate(loop_.now(), ppm);
    clocks.monotonic.set_rate(loop_.now(), ppm);
  });
  on_clock_change(node);
}

void RealWorld::freeze_clock(NodeId node, bool frozen) {
  state_->clocks().nodes[node.value()].update(
      [&](NodeClocks::Values& clocks) { clocks.wall.set_frozen(loop_.now(), frozen); });
  on_clock_change(node);
}

void RealWorld::on_clock_change(NodeId node) {
  if (is_server(node)) {
    if (!server_down_[server_index(node)]) servers_->on_clock_change(server_index(node));
  } else {
    record_deadline(node, state_->clocks().nodes[node.value()].read().monotonic);
  }
}

void RealWorld::record_deadline(NodeId node, const Clock& monotonic) {
  const ProcessSlot& slot = state_->slot(node.value());
  const LocalTime valid_until = local_time(slot.valid_until.load());
  if (is_server(node) || valid_until == kNoDeadline) return;
  const TrueTime now = loop_.now();
  log_.push_back({.at = now,
                  .kind = EventKind::deadline,
                  .node = node,
                  .hold = OpId(slot.hold.load()),
                  .value = nanoseconds(monotonic.when(valid_until, now))});
}

void RealWorld::promote(NodeId node) {
  servers_->promote(server_index(node));
}

}  // namespace picklock

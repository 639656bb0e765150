#include "real/redis_sentinels.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "real/frozen_clock.h"
#include "real/info_translation.h"
#include "real/resp.h"
#include "real/wire.h"
#include "sim/redis_sentinels.h"

namespace picklock {
namespace {

constexpr const char* kWatched = SentinelProcess::kWatched;

}  // namespace

RealSentinels::RealSentinels(const RealServerContext& context, const RealReplicas& servers,
                             ReplicaSetProtocol& protocol, ServerMail& mail)
    : context_(context),
      servers_(servers),
      protocol_(protocol),
      mail_(mail),
      setting_(sentinel_setting(context.scenario.servers, context.first)) {}

Diagnostics RealSentinels::make() {
  Diagnostics wrong = gate_.open(setting_.servers.size() + setting_.sentinels.size());
  for (const NodeId sentinel : setting_.sentinels) {
    if (!wrong.empty()) return wrong;
    std::vector<std::string> shim =
        stepping_shim_environment(context_.state.file(), sentinel.value());
    if (shim.empty()) return {{.expected = "expected to hand the clock shim to a sentinel"}};
    auto made = SentinelProcess::make(context_.directory, std::move(shim));
    if (!made) return made.error();
    members_.push_back(
        {.process = std::move(made).value(), .dice = dice_of_sentinel(members_.size())});
  }
  return wrong;
}

std::vector<std::string> RealSentinels::configuration(std::size_t place) const {
  std::vector<std::string> lines{
      fmt::format("sentinel myid {}", SentinelGate::id_of(place)),
      "sentinel announce-ip 127.0.0.1",
      fmt::format("sentinel announce-port {}", gate_.port(place)),
      fmt::format("sentinel monitor {} 127.0.0.1 {} {}", kWatched, gate_.port(0), setting_.quorum),
      fmt::format("sentinel down-after-milliseconds {} {}", kWatched, setting_.down_after),
      fmt::format("sentinel failover-timeout {} {}", kWatched, setting_.failover_timeout)};
  for (std::size_t i = 1; i < setting_.servers.size(); ++i) {
    lines.push_back(fmt::format("sentinel known-replica {} 127.0.0.1 {}", kWatched, gate_.port(i)));
  }
  for (const NodeId other : setting_.sentinels) {
    const std::size_t i = place_of(other);
    if (i == place) continue;
    lines.push_back(fmt::format("sentinel known-sentinel {} 127.0.0.1 {} {}", kWatched,
                                gate_.port(i), SentinelGate::id_of(i)));
  }
  return lines;
}

Diagnostics RealSentinels::begin_run() {
  gate_.begin_run();
  for (const NodeId sentinel : setting_.sentinels) {
    const std::size_t place = place_of(sentinel);
    Member& member = this->member(place);
    Diagnostics wrong = member.process.start(configuration(place));
    if (!wrong.empty()) return wrong;
    member.dice.rewind();
    member.named = setting_.servers.front();
    member.told = TrueTime{};
    roll_dice(place);
    schedule_tick(place, Sentinel::kFirstTick);
  }
  std::vector<Request> requests;
  if (!gate_.take(requests)) return {};
  return {{.expected = "expected the clock shim to hold the timers of a sentinel, but it has begun "
                       "(is redis-server linked statically?)"}};
}

void RealSentinels::roll_dice(std::size_t place) {
  Member& member = this->member(place);
  const std::size_t i = place - setting_.servers.size();
  member.present = draw_dice(context_.host.choices(), member.dice, i);
  context_.state.clocks().dice[node(place).value()] = member.present;
}

void RealSentinels::schedule_tick(std::size_t place, Duration after) {
  Member& member = this->member(place);
  const NodeClocks& clocks = context_.state.clocks().nodes[node(place).value()];
  member.due = clocks.read().monotonic.at(context_.loop.now()) + after;
  member.step = after;
  arm(place);
}

void RealSentinels::arm(std::size_t place) {
  Member& member = this->member(place);
  const NodeClocks& clocks = context_.state.clocks().nodes[node(place).value()];
  const TrueTime at = clocks.read().monotonic.when(member.due, context_.loop.now());
  const std::uint32_t timer = ++member.timer;
  if (at == kNever) return;
  mail_.at(at, node(place), [this, place, timer] {
    if (this->member(place).timer == timer) tick(place);
  });
}

void RealSentinels::on_clock_change(std::size_t i) {
  arm(setting_.servers.size() + i);
}

void RealSentinels::tick(std::size_t place) {
  Member& member = this->member(place);
  context_.state.clocks().steps_ns[node(place).value()] += nanoseconds(member.step);
  const Duration length = Sentinel::length_of_tick(member.present);
  const NodeId primary = run(place);
  roll_dice(place);
  schedule_tick(place, length);
  const TrueTime now = context_.loop.now();
  if (primary == member.named && now - member.told < ReplicaSetProtocol::kTickLength) return;
  member.named = primary;
  member.told = now;
  protocol_.tell_clients(node(place), primary, member.process.term());
}

NodeId RealSentinels::run(std::size_t place) {
  const SentinelProcess& process = member(place).process;
  std::vector<Request> requests;
  std::uint16_t named = 0;
  do {
    named = process.settle();
    const std::size_t behind = gate_.behind(named);
    if (behind >= setting_.servers.size()) {
      context_.host.fail({{.expected = "expected a sentinel to name one of the servers, but it "
                                       "does not, or is gone"}});
      return setting_.servers.front();
    }
  } while (gate_.take(requests));
  for (const Request& request : requests) send(request);
  return node(gate_.behind(named));
}

void RealSentinels::send(const Request& request) {
  mail_.send(node(request.sentinel), node(request.to), name_of(request.kind),
             [this, request] { execute(request); });
}

void RealSentinels::execute(const Request& request) {
  std::string bytes;
  if (is_sentinel(request.to)) {
    RedisReply reply;
    member(request.to).process.execute(request.command, reply);
    bytes = encode_resp(reply);
    run(request.to);
  } else {
    bytes = ask_server(request);
  }
  const auto what = name_of(request.kind);
  mail_.send(node(request.to), node(request.sentinel), what, [this, request, bytes] {
    gate_.reply(request, bytes);
    run(request.sentinel);
  });
  context_.host.reached(node(request.to), what);
}

std::string RealSentinels::ask_server(const Request& request) {
  const NodeId server = node(request.to);
  if (request.kind == SentinelMessage::Kind::replicaof) {
    order(request);
    return "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*4\r\n+OK\r\n+OK\r\n:0\r\n:0\r\n";
  }
  if (request.kind == SentinelMessage::Kind::hello) {
    const std::string hello(request.command[2]);
    for (const NodeId sentinel : setting_.sentinels) {
      const std::size_t place = place_of(sentinel);
      if (!gate_.is_connected(place, request.to)) continue;
      mail_.send(server, sentinel, name_of(request.kind), [this, request, place, hello] {
        gate_.pass_on(request.to, place, hello);
        run(place);
      });
    }
    return ":1\r\n";
  }
  const RedisReply reply = servers_.of(server).answer(request.command);
  if (request.kind == SentinelMessage::Kind::ping) return encode_resp(reply);
  InfoTranslation how{.primary_port = gate_.port(place_of(protocol_.primary_of(server))),
                      .in_sync = protocol_.is_in_sync(server),
                      .run_id = SentinelGate::id_of(request.to)};
  for (std::size_t i = 0; i < setting_.servers.size(); ++i) {
    how.ports.emplace_back(servers_.of(node(i)).port(), gate_.port(i));
  }
  const std::string info = translate_info(reply.text(), how);
  return fmt::format("${}\r\n{}\r\n", info.size(), info);
}

// SLAVEOF NO ONE, or SLAVEOF 127.0.0.1 and a port.
void RealSentinels::order(const Request& request) {
  const NodeId server = node(request.to);
  if (request.command[1] != "127.0.0.1") return protocol_.elect(server);
  const std::size_t primary = gate_.behind(read_number<std::uint16_t>(request.command[2]));
  if (primary < setting_.servers.size()) protocol_.follow(server, node(primary));
}

void RealSentinels::on_crash(NodeId node, bool power_loss) {
  const std::size_t place = place_of(node);
  if (is_sentinel(place)) {
    member(place).process.crash();
    gate_.hang_up_all(place);
  }
  gate_.set_refusing(place, !power_loss);
  if (!power_loss) hang_up_on(node);
}

// Who has not noticed that it was gone is told by the process that is new.
Diagnostics RealSentinels::on_restart(NodeId node) {
  const std::size_t place = place_of(node);
  gate_.set_refusing(place, false);
  hang_up_on(node);
  if (!is_sentinel(place)) return {};
  Diagnostics wrong = member(place).process.restart();
  if (wrong.empty()) schedule_tick(place, Sentinel::kFirstTick);
  return wrong;
}

void RealSentinels::hang_up_on(NodeId node) {
  for (const NodeId sentinel : setting_.sentinels) {
    const std::size_t place = place_of(sentinel);
    const bool hears =
        sentinel != node && context_.host.is_up(sentinel) && !context_.host.is_cut(node, sentinel);
    if (!hears || !gate_.is_connected(place, place_of(node))) continue;
    mail_.at(context_.loop.now(), sentinel, [this, place, node] {
      gate_.hang_up(place, place_of(node));
      run(place);
    });
  }
}

}  // namespace picklock

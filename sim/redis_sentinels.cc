#include "sim/redis_sentinels.h"

#include <chrono>
#include <string>

namespace picklock {
namespace {

std::int64_t in_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

Sentinel::Setting sentinel_setting(const ServersSpec& spec, NodeId first) {
  Sentinel::Setting setting{.quorum = spec.needed_quorum(),
                            .down_after = in_ms(spec.down_after),
                            .failover_timeout = in_ms(spec.failover_timeout)};
  for (std::uint32_t i = 0; i < spec.nodes(); ++i) {
    auto& group = i < spec.stores() ? setting.servers : setting.sentinels;
    group.emplace_back(first.value() + i);
  }
  return setting;
}

Stream dice_of_sentinel(std::size_t i) {
  return Stream("dice of sentinel-", std::to_string(i + 1));
}

// No two have the same pace, though nothing is drawn: else none would ever be elected.
std::uint32_t draw_dice(Choices& choices, Stream& stream, std::size_t i) {
  return static_cast<std::uint32_t>((choices.draw(stream) + i) % 1000);
}

RedisSentinels::RedisSentinels(const ServerContext& context, const std::vector<RedisNode*>& servers,
                               ReplicaSetProtocol& protocol)
    : context_(context),
      servers_(servers),
      protocol_(protocol),
      setting_(sentinel_setting(context.scenario.servers, context.servers.front())),
      mailbox_(context.kernel, context.network, *this),
      refusing_(context.servers.size()) {
  SentinelPort& port = *this;
  for (std::size_t i = 0; i < setting_.sentinels.size(); ++i) {
    members_.push_back(
        {Sentinel(setting_.sentinels[i], setting_, port), dice_of_sentinel(i), {}, {}});
  }
}

void RedisSentinels::reset() {
  mailbox_.reset();
  refusing_.assign(refusing_.size(), false);
  for (const NodeId node : setting_.sentinels) {
    Member& member = this->member(node);
    member.dice.rewind();
    member.told = TrueTime{};
    member.named = setting_.servers.front();
    member.sentinel.begin();
    roll_dice(node);
    schedule_tick(node, Sentinel::kFirstTick);
  }
}

void RedisSentinels::roll_dice(NodeId sentinel) {
  Member& member = this->member(sentinel);
  const std::size_t i = place_of(sentinel) - setting_.servers.size();
  member.sentinel.set_dice(draw_dice(context_.kernel.choices(), member.dice, i));
}

void RedisSentinels::schedule_tick(NodeId sentinel, Duration after) {
  Kernel& kernel = context_.kernel;
  Kernel::Payload payload;
  payload.kind = kTick;
  payload.slot = sentinel.value();
  payload.flags = Kernel::background | Kernel::on_monotonic;
  kernel.push(kernel.after_monotonic(kernel.node(sentinel), after), *this, sentinel, payload);
}

void RedisSentinels::fire(const Kernel::Payload& payload) {
  if (payload.kind == kHangUp) {
    member(NodeId(payload.slot))
        .sentinel.on_hang_up(NodeId(static_cast<std::uint32_t>(payload.word)));
    return;
  }
  const NodeId sentinel(payload.slot);
  const Duration length = member(sentinel).sentinel.tick();
  roll_dice(sentinel);
  schedule_tick(sentinel, length);
  tell_clients(sentinel);
}

// As soon as it names another one, and each second until they have heard.
void RedisSentinels::tell_clients(NodeId sentinel) {
  Member& member = this->member(sentinel);
  const NodeId primary = member.sentinel.primary();
  const TrueTime now = context_.kernel.now();
  if (primary == member.named && now - member.told < ReplicaSetProtocol::kTickLength) return;
  member.named = primary;
  member.told = now;
  protocol_.tell_clients(sentinel, primary, member.sentinel.term());
}

void RedisSentinels::on_crash(NodeId node, bool power_loss) {
  refusing_[place_of(node)] = !power_loss;
  if (!power_loss) hang_up_on(node);
}

// Who has not noticed that it was gone is told by the process that is new.
void RedisSentinels::on_restart(NodeId node) {
  refusing_[place_of(node)] = false;
  hang_up_on(node);
  if (!is_sentinel(node)) return;
  member(node).sentinel.restart();
  schedule_tick(node, Sentinel::kFirstTick);
}

void RedisSentinels::hang_up_on(NodeId node) {
  for (const NodeId sentinel : setting_.sentinels) {
    const bool hears = sentinel != node && context_.kernel.node(sentinel).is_up &&
                       !context_.network.is_cut(node, sentinel) &&
                       member(sentinel).sentinel.is_connected_to(node);
    if (!hears) continue;
    Kernel::Payload payload;
    payload.kind = kHangUp;
    payload.slot = sentinel.value();
    payload.word = node.value();
    context_.kernel.push(context_.kernel.now(), *this, sentinel, payload);
  }
}

std::int64_t RedisSentinels::wall_ms(NodeId sentinel) const {
  const LocalTime shown = context_.kernel.node(sentinel).wall.at(context_.kernel.now());
  return kRedisEpochMs +
         std::chrono::floor<std::chrono::milliseconds>(shown).time_since_epoch().count();
}

void RedisSentinels::send(NodeId sentinel, NodeId to, const SentinelMessage& message) {
  mailbox_.send(sentinel, to, name_of(message.kind), message);
}

void RedisSentinels::deliver(NodeId from, NodeId to, const SentinelMessage& message) {
  if (message.is_reply || message.kind == SentinelMessage::Kind::heard) {
    return member(to).sentinel.hear(from, message);
  }
  if (is_sentinel(to)) {
    send(to, from, member(to).sentinel.answer(message));
  } else {
    execute(to, from, message);
  }
  context_.points.reached(to, name_of(message.kind));
}

void RedisSentinels::execute(NodeId server, NodeId from, const SentinelMessage& message) {
  SentinelMessage reply = message;
  reply.is_reply = true;
  switch (message.kind) {
    case SentinelMessage::Kind::info:
      reply.primary = protocol_.primary_of(server);
      reply.in_sync = protocol_.is_in_sync(server);
      reply.offset = servers_[place_of(server)]->offset();
      break;
    case SentinelMessage::Kind::hello:
      for (const NodeId sentinel : setting_.sentinels) {
        if (!member(sentinel).sentinel.is_connected_to(server)) continue;
        SentinelMessage heard = message;
        heard.kind = SentinelMessage::Kind::heard;
        heard.speaker = from;
        send(server, sentinel, heard);
      }
      break;
    case SentinelMessage::Kind::replicaof:
      if (message.primary == server) {
        protocol_.elect(server);
      } else {
        protocol_.follow(server, message.primary);
      }
      break;
    default:
      break;
  }
  send(server, from, reply);
}

}  // namespace picklock

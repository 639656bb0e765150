#include "sim/redis_waits.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace picklock {

void RedisWaits::reset() {
  waiting_.clear();
  next_number_ = 0;
}

void RedisWaits::add(RedisNode& primary, const RedisWait& wait, std::uint32_t ticket) {
  Waiting waiting{
      .primary = &primary, .wait = wait, .ticket = ticket, .number = next_number_++, .timeout = {}};
  if (wait.timeout_ms > 0) {
    // redis-server counts whole milliseconds, and the time is over when it shows more than the sum.
    using Milliseconds = std::chrono::milliseconds;
    const LocalTime shown = kernel_.node(primary.id()).wall.at(kernel_.now());
    waiting.due = std::chrono::floor<Milliseconds>(shown) + Milliseconds(wait.timeout_ms + 1);
    arm(waiting);
  }
  waiting_.push_back(waiting);
}

void RedisWaits::arm(Waiting& waiting) {
  const NodeId server = waiting.primary->id();
  const TrueTime at = kernel_.node(server).wall.when(waiting.due, kernel_.now());
  if (at == kNever) return;
  Kernel::Payload payload;
  payload.word = waiting.number;
  waiting.timeout = kernel_.push(at, *this, server, payload);
}

void RedisWaits::on_clock_change(const RedisNode& primary) {
  for (Waiting& waiting : waiting_) {
    if (waiting.primary != &primary || waiting.wait.timeout_ms == 0) continue;
    kernel_.cancel(waiting.timeout);
    arm(waiting);
  }
}

void RedisWaits::settle(const RedisNode& primary) {
  for (const Waiting& waiting : take(primary, false)) {
    kernel_.cancel(waiting.timeout);
    host_.answer_wait(waiting.ticket, waiting.replicas());
  }
}

void RedisWaits::abandon(const RedisNode& primary) {
  for (const Waiting& waiting : take(primary, true)) {
    kernel_.cancel(waiting.timeout);
    host_.abandon_wait(waiting.ticket);
  }
}

void RedisWaits::fire(const Kernel::Payload& payload) {
  const auto ended = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
    return waiting.number == payload.word;
  });
  // It may have waited for a paused server, behind what answered it.
  if (ended == waiting_.end()) return;
  const Waiting late = *ended;
  waiting_.erase(ended);
  host_.answer_wait(late.ticket, late.replicas());
}

std::vector<RedisWaits::Waiting> RedisWaits::take(const RedisNode& primary, bool all) {
  const auto stays = [&](const Waiting& waiting) {
    if (waiting.primary != &primary) return true;
    return !all && waiting.replicas() < waiting.wait.replicas;
  };
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), stays);
  std::vector<Waiting> taken(first, waiting_.end());
  waiting_.erase(first, waiting_.end());
  return taken;
}

}  // namespace picklock

#include "sim/redis_waits.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/require.h"

namespace picklock {

void RedisWaits::reset() {
  waiting_.clear();
  next_number_ = 0;
}

void RedisWaits::add(RedisNode& primary, const RedisWait& wait, std::uint32_t ticket) {
  Waiting waiting{
      .primary = &primary, .wait = wait, .ticket = ticket, .number = next_number_++, .timeout = {}};
  if (wait.timeout_ms > 0) {
    Kernel::Payload payload;
    payload.word = waiting.number;
    payload.flags = Kernel::on_monotonic;
    const Duration timeout = std::chrono::milliseconds(wait.timeout_ms);
    const TrueTime at = kernel_.after_monotonic(kernel_.node(primary.id()), timeout);
    waiting.timeout = kernel_.push(at, *this, primary.id(), payload);
  }
  waiting_.push_back(waiting);
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
  require(ended != waiting_.end(), "a WAIT that was answered has no time-out");
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

#include "real/pair_client.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/hash.h"
#include "sim/distribution.h"
#include "sim/plan.h"

namespace picklock {

PairClient::PairClient(RealTimeLoop& loop, const Options& options)
    : loop_(loop), rest_(options.rest), draws_(std::uint64_t{options.number} << 32) {
  owned_servers_ = options.connect({.loop = loop_.events(),
                                    .places = options.servers,
                                    .caller = {},
                                    .after = [this](Duration limit) { return loop_.now() + limit; },
                                    .woken = [] {}});
  for (const auto& server : owned_servers_) servers_.push_back(server.get());
  LockOptions own = lock_options(options.scenario);
  own.name += "-" + std::to_string(options.number);
  lock_ = options.lock.make(*this, own);
}

void PairClient::start(std::function<bool()> enough, PairCounts& counts) {
  program_ = run_pairs(std::move(enough), counts);
  program_.start(loop_.trampoline());
}

Task<void> PairClient::run_pairs(std::function<bool()> enough, PairCounts& counts) {
  while (!enough()) {
    ++counts.asked;
    const TrueTime asked = loop_.now();
    const Acquired acquired = co_await lock_->acquire();
    if (!acquired.is_granted()) continue;
    counts.acquires.push_back(loop_.now() - asked);
    const Released released = co_await lock_->release(acquired.grant());
    if (released == Released::yes) ++counts.pairs;
    if (rest_ > Duration{}) co_await sleep(rest_);
  }
}

LocalTime PairClient::wall_now() const {
  return LocalTime{std::chrono::system_clock::now().time_since_epoch()};
}

Token PairClient::fresh_token() {
  return Token(mix(draws_++));
}

Duration PairClient::jitter(Duration max) {
  if (max <= Duration{}) return Duration{};
  return uniform_quantile(Duration{}, max, mix(draws_++));
}

void PairClient::spawn(Task<void> task) {
  if (background_.size() >= tidy_at_) {
    std::erase_if(background_, [](const Task<void>& one) { return one.is_done(); });
    tidy_at_ = std::max(tidy_at_, 2 * background_.size());
  }
  background_.push_back(std::move(task));
  background_.back().start(loop_.trampoline());
}

void PairClient::resume_after(Duration duration, std::coroutine_handle<> waiter) {
  loop_.events().at(loop_.now() + std::max(duration, Duration{}),
                    [this, waiter] { loop_.trampoline().enqueue(waiter); });
}

void PairClient::resume_with_process(std::coroutine_handle<> waiter) {
  loop_.trampoline().enqueue(waiter);
}

}  // namespace picklock

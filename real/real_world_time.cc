// How a real run goes on: what happens is handled as it comes, and time that nobody needs is skipped.
#include <fmt/core.h>
#include <sys/eventfd.h>

#include <algorithm>

#include "real/real_world.h"

namespace picklock {

void RealWorld::carry_on() {
  constexpr Duration kMoment = std::chrono::milliseconds(100);
  std::int64_t progress = ClockPage::monotonic_ns();
  while (trouble_.empty() && !is_over()) {
    if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) return;
    bool happened = true;
    if (everything_waits()) {
      state_->clocks().go_on();
      let_time_pass();
    } else {
      happened = loop_.wait(std::min(kMoment, TrueTime{scenario_.duration} - loop_.now()));
    }
    const std::int64_t now = ClockPage::monotonic_ns();
    if (happened) progress = now;
    if (Duration{now - progress} >= options_.patience) {
      fail(
          fmt::format("expected an answer of {} within {} s", who_is_busy(),
                      std::chrono::duration_cast<std::chrono::seconds>(options_.patience).count()));
    }
  }
}

bool RealWorld::is_over() const {
  if (loop_.now() >= TrueTime{scenario_.duration}) return true;
  const auto is_done = [](const auto& member) { return !member->is_alive(); };
  return driver_.pending() == 0 && relay_->is_idle() &&
         std::all_of(members_.begin(), members_.end() - 1, is_done);
}

std::vector<std::uint32_t> RealWorld::waits() const {
  std::vector<std::uint32_t> counts;
  for (const auto& member : members_) {
    const std::uint32_t node = member->node.value();
    if (!member->is_alive() || stops_[node] > 0) continue;
    counts.push_back(state_->slot(node).waits.load(std::memory_order_acquire));
    if (counts.back() % 2 == 0) return {};
  }
  return counts;
}

bool RealWorld::everything_waits() {
  if (loop_.run_ready() || !trouble_.empty()) return false;
  const std::vector<std::uint32_t> before = waits();
  // A process that has read its last message but not yet handled it is busy, and says so in its count.
  const bool quiet = relay_->is_quiet(stops_) && !loop_.run_ready();
  const bool nobody_runs = before.empty() && std::ranges::all_of(members_, [&](const auto& member) {
                             return !member->is_alive() || stops_[member->node.value()] > 0;
                           });
  return quiet && (nobody_runs || !before.empty()) && waits() == before;
}

void RealWorld::let_time_pass() {
  if (loop_.run_ready()) return;
  TrueTime due = std::min(TrueTime{scenario_.duration}, loop_.next_due());
  for (const auto& member : members_) {
    const std::uint32_t node = member->node.value();
    if (!member->is_alive() || stops_[node] > 0) continue;
    due = std::min(due, true_time(state_->slot(node).next_due.load(std::memory_order_acquire)));
  }
  const Duration gap = due - loop_.now();
  if (gap > Duration{}) {
    state_->clocks().skipped.fetch_add(gap.count());
    ::eventfd_write(skipped_, 1);
  } else {
    loop_.wait(std::chrono::milliseconds(1));  // whose time has come is about to wake
  }
}

std::string RealWorld::who_is_busy() const {
  for (const auto& member : members_) {
    const std::uint32_t node = member->node.value();
    const bool runs = member->is_alive() && stops_[node] == 0;
    if (runs && state_->slot(node).waits.load() % 2 == 0) return names_[node];
  }
  return "a server";
}

}  // namespace picklock

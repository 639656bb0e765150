// How a real run goes on: what happens is handled as it comes, in one order.
#include <fmt/core.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>

#include "real/patience.h"
#include "real/real_world.h"

namespace picklock {

void RealWorld::carry_on() {
  constexpr Duration kMoment = std::chrono::milliseconds(100);
  constexpr Duration kInstant = std::chrono::milliseconds(1);  // a server does what is due
  Patience patience(options_.patience);
  while (trouble_.empty() && not_run_.empty() && !is_over()) {
    if (options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed)) return;
    const auto before = waits();  // whoever says so now has sent what it wanted to send
    if (follows_real_time()) follow_real_time();
    bool happened = loop_.handle_files();
    const bool is_quiet = relay_->is_quiet() || follows_real_time();
    const bool all_wait = !happened && before && is_quiet && waits() == before;
    const TrueTime next = std::min(next_due(), TrueTime{scenario_.duration});
    if (all_wait && servers_are_settled() && (!follows_real_time() || next <= real_now())) {
      let_time_pass();
      happened = true;
    }
    Duration most = all_wait ? kInstant : kMoment;
    if (all_wait && follows_real_time()) most = std::clamp(next - real_now(), {}, kMoment);
    const bool waits_for_time = all_wait && follows_real_time() && relay_->is_quiet();
    if (happened || loop_.sleep(most) || waits_for_time) {
      patience = Patience(options_.patience);
      continue;
    }
    if (!relay_->is_quiet()) servers_->nudge();
    if (patience.is_over()) {
      fail(
          fmt::format("expected {} within {} s", what_is_awaited(),
                      std::chrono::duration_cast<std::chrono::seconds>(options_.patience).count()));
    }
  }
}

bool RealWorld::is_over() const {
  if (time_is_up_) return true;
  const auto is_done = [](const auto& member) { return !member->is_alive(); };
  return driver_.pending() == 0 && relay_->is_idle() && servers_->is_idle() &&
         std::all_of(members_.begin(), members_.end() - 1, is_done);
}

bool RealWorld::is_at_work(const Member& member) const {
  return member.is_alive() && member.has_begun && stops_[member.node.value()] == 0;
}

std::optional<std::vector<std::uint32_t>> RealWorld::waits() const {
  std::vector<std::uint32_t> counts;
  for (const auto& member : members_) {
    if (!is_at_work(*member)) continue;
    counts.push_back(state_->slot(member->node.value()).waits.load(std::memory_order_acquire));
    if (counts.back() % 2 == 0 || counts.back() == member->woken_at) return std::nullopt;
  }
  return counts;
}

Member* RealWorld::next_to_wake() const {
  Member* next = nullptr;
  TrueTime due = kNever;
  for (const auto& member : members_) {
    const std::uint32_t node = member->node.value();
    if (!member->is_alive() || !member->has_begun || stops_[node] > 0) continue;
    const TrueTime wants = true_time(state_->slot(node).next_due.load(std::memory_order_acquire));
    if (wants >= due) continue;
    next = member.get();
    due = wants;
  }
  return next;
}

bool RealWorld::servers_are_settled() {
  for (std::size_t i = 0; i < scenario_.servers.nodes(); ++i) {
    if (server_down_[i] || stops_[scenario_.clients.size() + i] > 0) continue;
    const Result<bool> settled = servers_->is_settled(i);
    if (!settled)
      fail(NodeId(static_cast<std::uint32_t>(scenario_.clients.size() + i)), settled.error());
    if (!settled || !settled.value()) return false;
  }
  return true;
}

TrueTime RealWorld::next_due() const {
  const Member* const member = next_to_wake();
  TrueTime member_due = kNever;
  if (member != nullptr) member_due = true_time(state_->slot(member->node.value()).next_due);
  return std::min(loop_.next_due(), member_due);
}

// As in the simulator, what is due at the last instant still happens.
void RealWorld::let_time_pass() {
  const TrueTime last{scenario_.duration};
  const TrueTime next = next_due();
  state_->clocks().move_to(std::max(std::min(next, last), loop_.now()));
  if (next > last) {
    time_is_up_ = true;
    return;
  }
  if (loop_.next_due() <= loop_.now()) return loop_.fire_first();
  wake(*next_to_wake());
}

TrueTime RealWorld::real_now() const {
  return TrueTime{std::chrono::steady_clock::now() - began_};
}

// Never past what is due: that happens first.
void RealWorld::follow_real_time() {
  const TrueTime most = std::min(loop_.next_due(), TrueTime{scenario_.duration});
  state_->clocks().move_to(std::max(loop_.now(), std::min(real_now(), most)));
}

void RealWorld::wake(Member& member) {
  member.woken_at = state_->slot(member.node.value()).waits;
  ::eventfd_write(member.wake, 1);
}

std::string RealWorld::what_is_awaited() const {
  for (const auto& member : members_) {
    if (!is_at_work(*member)) continue;
    const std::uint32_t waits = state_->slot(member->node.value()).waits.load();
    const bool is_busy = waits % 2 == 0 || waits == member->woken_at;
    if (is_busy) return "an answer of " + names_[member->node.value()];
  }
  return relay_->is_quiet() ? "the servers to do what is due" : "an answer of a server";
}

}  // namespace picklock

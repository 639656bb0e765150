#include "checker/procedures/unowned_lock.h"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/procedures/crowd.h"
#include "checker/procedures/last_returns.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

class LazySweep {
 public:
  LazySweep(const OperationHistory& history, Places places, Pace& pace)
      : history_(history), places_(places), pace_(pace), done_(places.size()) {}

  Decision run() {
    std::vector<std::pair<TrueTime, std::uint32_t>> returns;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      if (at(i).returned != kNever) returns.emplace_back(at(i).returned, i);
    }
    sort_at(pace_, returns);
    std::uint32_t invoked = 0;
    for (std::size_t i = 0; i < returns.size(); ++i) {
      pace_.step();
      const auto& [now, index] = returns[i];
      const bool is_alone = (i == 0 || returns[i - 1].first != now) &&
                            (i + 1 == returns.size() || returns[i + 1].first != now);
      std::uint32_t follower = kNoIndex;  // of the same process, at this instant: opened afterwards
      for (; invoked < places_.size() && at(invoked).invoked <= now; ++invoked) {
        if (!last_returns_.touches(at(invoked))) {
          open(invoked);
        } else if (is_alone && follower == kNoIndex && at(invoked).returned != now) {
          follower = invoked;
        } else {
          return declined();
        }
      }
      if (done_[index] == 0 && !force(index)) return violation(now);
      if (follower != kNoIndex) open(follower);
    }
    return {};
  }

 private:
  struct Pending {
    TrueTime deadline{};
    std::uint32_t index = 0;
    friend bool operator>(const Pending& a, const Pending& b) {
      return std::tuple(a.deadline, a.index) > std::tuple(b.deadline, b.index);
    }
  };
  using Heap = std::priority_queue<Pending, std::vector<Pending>, std::greater<>>;

  const Operation& at(std::uint32_t index) const { return history_.operations[places_[index]]; }

  void open(std::uint32_t index) {
    const Operation& operation = at(index);
    if (operation.outcome != Outcome::refused) {
      pending_[operation.verb == Verb::acquire ? 1 : 0].push(
          {.deadline = operation.returned, .index = index});
    } else if (refused_in(operation) == is_held_) {
      done_[index] = 1;
    } else {
      waiting_.push_back(index);
    }
  }

  // The state in which the operation is refused.
  static bool refused_in(const Operation& operation) { return operation.verb == Verb::acquire; }

  // Lets the operation come now; false when it cannot.
  bool force(std::uint32_t index) {
    const Operation& operation = at(index);
    const bool needed = operation.outcome == Outcome::refused ? refused_in(operation)
                                                              : operation.verb == Verb::release;
    if (is_held_ != needed && !flip()) return false;
    if (operation.outcome == Outcome::refused) return true;
    // Whatever was of its kind and more urgent has returned and been done: it is the next.
    return flip();
  }

  // The most urgent operation that changes the state comes now.
  bool flip() {
    Heap& heap = pending_[is_held_ ? 0 : 1];
    if (heap.empty()) return false;
    done_[heap.top().index] = 1;
    heap.pop();
    is_held_ = !is_held_;
    for (const std::uint32_t refusal : waiting_) done_[refusal] = 1;
    waiting_.clear();
    return true;
  }

  Decision violation(TrueTime now) const {
    Decision decision{.kind = Decision::Kind::violated, .violated_at = now};
    decision.certificate.kind = CertificateKind::unexplained_subset;
    for (std::uint32_t i = 0; i < places_.size() && at(i).invoked <= now; ++i) {
      const bool is_told_early = at(i).outcome == Outcome::refused && at(i).returned > now;
      decision.is_shortest = decision.is_shortest && !is_told_early;
    }
    return decision;
  }

  const OperationHistory& history_;
  Places places_;
  Pace& pace_;
  std::vector<std::uint8_t> done_;
  std::array<Heap, 2> pending_;         // releases, acquires
  std::vector<std::uint32_t> waiting_;  // refusals: all of the state that the lock is not in
  LastReturns last_returns_;
  bool is_held_ = false;
};

}  // namespace

Decision decide_unowned_lock(const OperationHistory& history, Places places, const Specification&,
                             Pace& pace) {
  Decision decision = LazySweep(history, places, pace).run();
  if (decision.kind != Decision::Kind::violated || !decision.is_shortest) return decision;
  for (const Verb verb : {Verb::acquire, Verb::release}) {
    std::vector<std::uint32_t> crowd =
        find_crowd(history, places, decision.violated_at, verb, pace);
    if (crowd.empty()) continue;
    decision.certificate = {.kind = CertificateKind::crowd, .operations = crowd};
    decision.sub_history = std::move(crowd);
    return decision;
  }
  return decision;
}

}  // namespace picklock

// Every way in which the cut can be explained, with what is not named free to happen or not.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "checker/certificates/certificates.h"
#include "checker/plain_object.h"

namespace picklock::certificates {
namespace {

using Calls = std::set<std::uint32_t>;

// What came of the calls in flight, and what that makes of the object.
struct Node {
  PlainObject object;
  Calls done;
};

// Nodes that each leave open what no other of them does: of two with the same object, in which the same
// calls that had to happen have happened, the one with fewer of the others can go on as the other can.
class Nodes {
 public:
  explicit Nodes(const Calls& kept) : kept_(&kept) {}

  bool insert(const Node& node) {
    std::vector<Calls>& same = calls_[node.object];
    const auto is_worse = [&](const Calls& more, const Calls& less) {
      return std::ranges::includes(more, less) &&
             std::ranges::all_of(more, [&](std::uint32_t call) {
               return less.contains(call) || !kept_->contains(call);
             });
    };
    if (std::ranges::any_of(same, [&](const Calls& one) { return is_worse(node.done, one); })) {
      return false;
    }
    std::erase_if(same, [&](const Calls& one) { return is_worse(one, node.done); });
    same.push_back(node.done);
    return true;
  }

  std::vector<Node> all() const {
    std::vector<Node> nodes;
    for (const auto& [object, many] : calls_) {
      for (const Calls& done : many) nodes.push_back({object, done});
    }
    return nodes;
  }

 private:
  const Calls* kept_;
  std::map<PlainObject, std::vector<Calls>> calls_;
};

class Explanations {
 public:
  explicit Explanations(const Claim& claim)
      : claim_(claim), kept_(claim.named.begin(), claim.named.end()) {
    frontier_.push_back({PlainObject(claim.history.values, claim.judgement.specification), {}});
    for (const std::uint32_t place : claim.named) {
      if (claim.at(place).verb == Verb::read) reads_.push_back(&claim.at(place));
    }
  }

  void invoke(std::uint32_t call) { in_flight_.insert(call); }

  // Explains the return of `returning` in every way; false when there is none. Nothing else takes effect
  // before it must: whatever comes later may as well come then.
  bool complete(std::uint32_t returning) {
    Nodes next(kept_);
    Nodes seen(kept_);
    std::vector<Node> queue;
    for (Node& node : frontier_) {
      if (node.done.erase(returning) != 0) {
        next.insert(node);
      } else {
        if (!kept_.contains(returning)) next.insert(node);
        seen.insert(node);
        queue.push_back(std::move(node));
      }
    }
    while (!queue.empty() && !was_interrupted_) {
      was_interrupted_ = claim_.watch != nullptr && !claim_.watch->go_on(1);
      const Node from = std::move(queue.back());
      queue.pop_back();
      for (const std::uint32_t call : in_flight_) {
        if (from.done.contains(call) || !may_be_next(call, from.done)) continue;
        Node to = from;
        if (!take(call, to.object)) continue;
        if (call != returning) to.done.insert(call);
        if ((call == returning ? next : seen).insert(to) && call != returning) queue.push_back(to);
      }
    }
    in_flight_.erase(returning);
    frontier_ = next.all();
    return !frontier_.empty();
  }

  bool was_interrupted() const { return was_interrupted_; }

 private:
  bool take(std::uint32_t call, PlainObject& object) const {
    Operation operation = claim_.at(call);
    const bool is_demanded = kept_.contains(call) && claim_.has_returned(operation);
    if (!claim_.has_returned(operation)) operation.returned = kNever;
    const bool comes = object.apply(
        operation, is_demanded ? PlainObject::Demand::recorded : PlainObject::Demand::success);
    object.forget(reads_);
    return comes;
  }

  // A process's operations follow one another even where they touch.
  bool may_be_next(std::uint32_t call, const Calls& done) const {
    const auto touch = [&](std::uint32_t first, std::uint32_t second) {
      return first < second && claim_.at(first).process == claim_.at(second).process &&
             claim_.at(first).returned <= claim_.at(second).invoked;
    };
    return std::ranges::all_of(in_flight_, [&](std::uint32_t other) {
      if (done.contains(other)) return !touch(call, other);
      return !kept_.contains(other) || !touch(other, call);
    });
  }

  const Claim& claim_;
  Calls kept_;
  std::vector<const Operation*> reads_;  // of the kept
  Calls in_flight_;
  std::vector<Node> frontier_;
  bool was_interrupted_ = false;
};

}  // namespace

std::string why_not_unexplained(const Claim& claim) {
  Explanations explanations(claim);
  std::vector<std::uint32_t> calls;
  std::vector<std::pair<TrueTime, std::uint32_t>> returns;
  const std::set<std::uint32_t> kept(claim.named.begin(), claim.named.end());
  for (std::uint32_t i = 0; i < claim.history.operations.size(); ++i) {
    const Operation& operation = claim.at(i);
    if (!claim.is_in_cut(operation)) continue;
    const bool was_refused = claim.has_returned(operation) && operation.outcome == Outcome::refused;
    if (was_refused && !kept.contains(i)) continue;
    calls.push_back(i);
    if (claim.has_returned(operation)) returns.emplace_back(operation.returned, i);
  }
  std::ranges::sort(returns);
  auto next = calls.begin();
  for (const auto& [now, returning] : returns) {
    while (next != calls.end() && claim.at(*next).invoked <= now) explanations.invoke(*next++);
    const bool is_explained = explanations.complete(returning);
    if (explanations.was_interrupted()) return "it was interrupted";
    if (!is_explained) return {};
  }
  return "the sub-history can be explained";
}

}  // namespace picklock::certificates

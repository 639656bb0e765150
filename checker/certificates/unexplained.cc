// Every way in which the cut can be explained, with what is not named free to happen or not.
#include <algorithm>
#include <set>
#include <utility>

#include "checker/certificates/certificates.h"
#include "checker/plain_object.h"

namespace picklock::certificates {
namespace {

using Calls = std::set<std::uint32_t>;

class Explanations {
 public:
  explicit Explanations(const Claim& claim)
      : claim_(claim), kept_(claim.named.begin(), claim.named.end()) {
    frontier_.insert({{}, PlainObject(claim.history.values, claim.judgement.specification)});
  }

  void invoke(std::uint32_t call) { in_flight_.insert(call); }

  // Explains the return of `returning` in every way; false when there is none.
  bool complete(std::uint32_t returning) {
    std::vector<Node> queue(frontier_.begin(), frontier_.end());
    while (!queue.empty() && !was_interrupted_) {
      was_interrupted_ = claim_.watch != nullptr && !claim_.watch->go_on(1);
      const Node from = queue.back();
      queue.pop_back();
      for (const std::uint32_t call : in_flight_) {
        if (from.first.contains(call) || !may_be_next(call, from.first)) continue;
        Node to = from;
        if (!take(call, to.second)) continue;
        to.first.insert(call);
        if (frontier_.insert(to).second) queue.push_back(to);
      }
    }
    std::set<Node> next;
    for (Node node : frontier_) {
      if (node.first.erase(returning) != 0 || !kept_.contains(returning)) next.insert(node);
    }
    in_flight_.erase(returning);
    frontier_ = std::move(next);
    return !frontier_.empty();
  }

  bool was_interrupted() const { return was_interrupted_; }

 private:
  using Node = std::pair<Calls, PlainObject>;  // what came of the calls in flight, and then

  bool take(std::uint32_t call, PlainObject& object) const {
    Operation operation = claim_.at(call);
    const bool is_demanded = kept_.contains(call) && claim_.has_returned(operation);
    if (!claim_.has_returned(operation)) operation.returned = kNever;
    return object.apply(operation,
                        is_demanded ? PlainObject::Demand::recorded : PlainObject::Demand::success);
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
  Calls in_flight_;
  std::set<Node> frontier_;
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

#include "checker/certificate_verifier.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "checker/plain_object.h"

namespace picklock {
namespace {

using Demand = PlainObject::Demand;

class Verifier {
 public:
  Verifier(const OperationHistory& history, const Judgement& judgement)
      : history_(history), judgement_(judgement), named_(judgement.certificate.operations) {}

  std::string verify() const {
    if (judgement_.status == Status::undecided) return {};
    const CertificateKind kind = judgement_.certificate.kind;
    if ((judgement_.status == Status::holds) != (kind <= CertificateKind::linearization)) {
      return "the certificate is of the other verdict";
    }
    for (const std::uint32_t place : named_) {
      if (place >= history_.operations.size()) return "it names what is not in the history";
    }
    switch (kind) {
      case CertificateKind::none:
        return "there is no certificate";
      case CertificateKind::linearization:
        return verify_linearization();
      case CertificateKind::overlap:
        return overlaps() ? "" : "the holds need not overlap";
      case CertificateKind::refusal:
        return is_free_throughout() ? "" : "somebody may have held the lock";
      case CertificateKind::fence_inversion:
        return is_inverted() ? "" : "the tokens need not be in this order";
      case CertificateKind::crowd:
        return is_crowded() ? "" : "the other operations may come between these";
      case CertificateKind::misuse:
      case CertificateKind::unexplained_subset:
        return is_refuted() ? "" : "the sub-history can be explained";
    }
    return {};
  }

 private:
  const Operation& at(std::uint32_t place) const { return history_.operations[place]; }

  std::string verify_linearization() const {
    std::map<std::uint32_t, PlainObject> objects;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> last_known;  // place
    std::set<std::uint32_t> placed;
    for (const std::uint32_t place : named_) {
      const Operation& operation = at(place);
      auto& object =
          objects.try_emplace(operation.object, history_.values, judgement_.specification)
              .first->second;
      const bool is_known = operation.outcome != Outcome::unknown;
      if (!object.apply(operation, is_known ? Demand::recorded : Demand::success)) {
        return "the specification does not allow the order";
      }
      if (!placed.insert(place).second) return "an operation takes effect twice";
      if (!is_known) continue;
      const auto [last, is_first] =
          last_known.try_emplace({operation.process, operation.object}, place);
      if (!is_first && last->second > place) return "a process's operations change places";
      last->second = place;
    }
    for (std::uint32_t i = 0; i < history_.operations.size(); ++i) {
      const bool is_known = at(i).outcome != Outcome::unknown;
      if (is_known && is_judged(at(i), judgement_.specification) && !placed.contains(i)) {
        return "an operation is missing";
      }
    }
    return {};
  }

  // What the acquire at `place` began: its owner held the lock from `since` to `until`, at least, and
  // from `earliest` to `latest`, at most.
  struct Hold {
    TrueTime earliest{};
    TrueTime since{};
    TrueTime until = kNever;
    TrueTime latest = kNever;
  };
  Hold hold_of(std::uint32_t place) const {
    const Operation& acquire = at(place);
    Hold hold{.earliest = acquire.invoked, .since = acquire.returned};
    std::uint32_t depth = 1;
    for (std::uint32_t i = place + 1; i < history_.operations.size(); ++i) {
      const Operation& next = at(i);
      if (next.owner != acquire.owner || next.object != acquire.object) continue;
      if (next.outcome == Outcome::refused) continue;
      if (next.verb == Verb::acquire) ++depth;
      if (next.verb != Verb::release || --depth > 0) continue;
      hold.until = next.invoked;
      hold.latest = next.returned;
      break;
    }
    return hold;
  }

  bool overlaps() const {
    std::uint64_t permits = 0;
    bool has_writer = false;
    for (const std::uint32_t i : named_) {
      const Operation& acquire = at(i);
      if (acquire.verb != Verb::acquire || acquire.outcome != Outcome::ok) return false;
      has_writer = has_writer || acquire.mode == Mode::exclusive;
      permits += acquire.argument.is_integer()
                     ? static_cast<std::uint64_t>(acquire.argument.as_integer())
                     : 1;
      for (const std::uint32_t j : named_) {
        if (i != j && hold_of(i).since >= hold_of(j).until) return false;
      }
    }
    const Specification& specification = judgement_.specification;
    if (specification.kind == SpecificationKind::semaphore) return permits > specification.permits;
    return named_.size() > 1 && has_writer;
  }

  // No hold reaches into the refusal's window: it ended before, or began after; or it would have lasted
  // into the hold that was acquired next; or it had to end before the one that was released last began.
  bool is_free_throughout() const {
    const Operation* refusal = nullptr;
    const Operation* next = nullptr;
    const Operation* last = nullptr;
    for (const std::uint32_t place : named_) {
      const Operation& operation = at(place);
      const bool tries = operation.outcome == Outcome::refused;
      (tries ? refusal : operation.verb == Verb::acquire ? next : last) = &operation;
    }
    if (refusal == nullptr || (next != nullptr && next->invoked < refusal->returned)) return false;
    std::vector<std::pair<const Operation*, Hold>> holds;
    const Hold* last_hold = nullptr;
    for (std::uint32_t i = 0; i < history_.operations.size(); ++i) {
      const bool acquires = at(i).object == refusal->object && at(i).verb == Verb::acquire;
      if (acquires && at(i).outcome != Outcome::refused) holds.emplace_back(&at(i), hold_of(i));
    }
    for (const auto& [acquire, hold] : holds) {
      const bool is_last = last != nullptr && acquire->owner == last->owner &&
                           hold.until == last->invoked && hold.since <= last->invoked;
      if (is_last) last_hold = &hold;
    }
    return std::ranges::all_of(holds, [&](const auto& entry) {
      const auto& [acquire, hold] = entry;
      const bool is_own = acquire->process == refusal->process;  // and then touching is apart
      if (hold.latest < refusal->invoked || hold.earliest > refusal->returned) return true;
      if (is_own && hold.latest == refusal->invoked) return true;
      if (is_own && hold.earliest == refusal->returned) return true;
      if (next != nullptr && acquire != next && hold.until > next->returned) return true;
      return last_hold != nullptr && last_hold->until > hold.since &&
             last_hold->since < refusal->invoked;
    });
  }

  bool is_inverted() const {
    if (named_.size() != 2) return false;
    const auto inverts = [&](std::uint32_t first, std::uint32_t second) {
      const bool are_known = at(first).result.is_integer() && at(second).result.is_integer();
      return are_known && at(first).result.as_integer() >= at(second).result.as_integer() &&
             hold_of(second).until >= at(first).returned &&
             at(first).returned <= at(second).returned;
    };
    return inverts(named_[0], named_[1]) || inverts(named_[1], named_[0]);
  }

  // Acquires and releases alternate: m of one kind inside of a span need m - 1 of the other that meet it, and
  // one more where releases come first. Spans are parted where that leaves some of the others to a gap.
  bool is_crowded() const {
    if (named_.empty()) return false;
    const Operation& first = at(named_.front());
    std::vector<std::pair<TrueTime, TrueTime>> others;
    for (const Operation& operation : history_.operations) {
      const bool has_failed =
          operation.outcome == Outcome::refused && operation.returned <= judgement_.violated_at;
      if (operation.object != first.object || operation.verb == first.verb) continue;
      if (!is_judged(operation, judgement_.specification) || has_failed) continue;
      if (operation.invoked <= judgement_.violated_at) {
        others.emplace_back(operation.invoked, operation.returned);
      }
    }
    const auto inside_of = [&](TrueTime from, TrueTime until) {
      auto other =
          std::ranges::upper_bound(others, from, {}, &std::pair<TrueTime, TrueTime>::first);
      return std::count_if(other, others.end(), [&](const auto& window) {
        return window.first < until && window.second < until;
      });
    };
    auto separators = static_cast<std::int64_t>(others.size());
    std::int64_t spans = first.verb == Verb::acquire ? 1 : 0;
    TrueTime until = TrueTime::min();
    for (std::size_t i = 0; i < named_.size(); ++i) {
      const Operation& operation = at(named_[i]);
      const bool is_one = operation.object == first.object && operation.verb == first.verb &&
                          operation.outcome == Outcome::ok &&
                          operation.returned <= judgement_.violated_at;
      if (!is_one || (i > 0 && named_[i] <= named_[i - 1])) return false;
      if (operation.invoked > until) {
        if (const auto parted = inside_of(until, operation.invoked); parted > 0) {
          separators -= parted;
          if (i > 0 || first.verb == Verb::release) ++spans;
        }
      }
      until = std::max(until, operation.returned);
    }
    separators -=
        std::ranges::count_if(others, [&](const auto& window) { return window.first > until; });
    return static_cast<std::int64_t>(named_.size()) > separators + spans;
  }

  // Every way in which the cut can be explained, with what is not named free to happen or not.
  bool is_refuted() const {
    using Node = std::pair<std::set<std::uint32_t>, PlainObject>;
    const auto& needed = judgement_.sub_history;
    const std::set<std::uint32_t> kept(needed.begin(), needed.end());
    std::vector<std::pair<TrueTime, std::uint32_t>> returns;
    std::vector<std::uint32_t> calls;
    for (std::uint32_t i = 0; i < history_.operations.size(); ++i) {
      const Operation& operation = at(i);
      if (operation.object != judgement_.object || operation.invoked > judgement_.violated_at)
        continue;
      if (!is_judged(operation, judgement_.specification)) continue;
      const bool has_returned = operation.returned <= judgement_.violated_at;
      const bool is_refusal = has_returned && operation.outcome == Outcome::refused;
      if (is_refusal && !kept.contains(i)) continue;
      calls.push_back(i);
      if (has_returned) returns.emplace_back(operation.returned, i);
    }
    std::ranges::sort(returns);
    std::set<Node> frontier{{{}, PlainObject(history_.values, judgement_.specification)}};
    std::set<std::uint32_t> gone;
    for (const auto& [now, returning] : returns) {
      std::vector<Node> queue(frontier.begin(), frontier.end());
      while (!queue.empty()) {
        const Node from = queue.back();
        queue.pop_back();
        for (const std::uint32_t call : calls) {
          if (at(call).invoked > now || gone.contains(call) || from.first.contains(call)) continue;
          if (!is_next(call, from.first, gone, kept)) continue;
          Node to = from;
          const bool is_demanded =
              kept.contains(call) && at(call).returned <= judgement_.violated_at;
          Operation operation = at(call);
          if (operation.returned > judgement_.violated_at) operation.returned = kNever;
          if (!to.second.apply(operation, is_demanded ? Demand::recorded : Demand::success))
            continue;
          to.first.insert(call);
          if (frontier.insert(to).second) queue.push_back(to);
        }
      }
      std::set<Node> next;
      for (Node node : frontier) {
        if (node.first.erase(returning) != 0 || !kept.contains(returning)) next.insert(node);
      }
      gone.insert(returning);
      frontier = std::move(next);
      if (frontier.empty()) return true;
    }
    return false;
  }

  // A process's operations follow one another even where they touch.
  bool is_next(std::uint32_t call, const std::set<std::uint32_t>& done,
               const std::set<std::uint32_t>& gone, const std::set<std::uint32_t>& kept) const {
    const auto touches = [&](std::uint32_t first, std::uint32_t second) {
      return at(first).process == at(second).process && at(first).returned <= at(second).invoked;
    };
    for (const std::uint32_t other : done) {
      if (other > call && touches(call, other)) return false;
    }
    for (const std::uint32_t other : kept) {
      if (other < call && touches(other, call) && !done.contains(other) && !gone.contains(other)) {
        return false;
      }
    }
    return true;
  }

  const OperationHistory& history_;
  const Judgement& judgement_;
  const std::vector<std::uint32_t>& named_;
};

}  // namespace

std::string verify(const OperationHistory& history, const Judgement& judgement) {
  return Verifier(history, judgement).verify();
}

}  // namespace picklock

#include "checker/procedures/lease.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "checker/procedures/first_cut.h"
#include "checker/procedures/last_returns.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

struct Tenure {
  TrueTime earliest{};      // invocation of the acquire ...
  TrueTime latest{};        // ... and its return
  TrueTime shown = kNever;  // invocation of the release, else of the last renewal, that succeeded
  TrueTime given_back = kNever;  // invocation of a release of unknown outcome
  bool is_released = false;
  std::uint32_t acquire = 0;
  std::uint32_t last = kNoIndex;  // what shows that it was held
};

struct LeaseOwner {
  TrueTime free_at = TrueTime::min();
  std::uint32_t hold = kNoIndex;
};

// What the history cut at one instant comes to.
struct Outlook {
  bool is_exact = true;
  bool violates = false;
  TrueTime since = kNever;  // no shorter cut violates
  CertificateKind kind = CertificateKind::lease_overlap;
  std::vector<std::uint32_t> involved;
};

class LeaseJudge {
 public:
  LeaseJudge(const OperationHistory& history, Places places, Duration ttl, Pace& pace)
      : history_(history), places_(places), ttl_(ttl), pace_(pace) {}

  Outlook look(TrueTime at) {
    outlook_ = {};
    holds_.clear();
    owners_.clear();
    last_returns_ = {};
    for (const std::uint32_t place : places_) {
      if (history_.operations[place].invoked > at || !outlook_.is_exact) break;
      pace_.step();
      add(place, at);
    }
    sort_at(pace_, holds_, std::ranges::less{}, &Tenure::latest);
    if (outlook_.is_exact && ttl_ > Duration::zero()) sequence();
    if (outlook_.is_exact && ttl_ == Duration::zero()) place_instants();
    return std::move(outlook_);
  }

 private:
  void add(std::uint32_t place, TrueTime at) {
    const Operation& operation = history_.operations[place];
    if (operation.owner >= owners_.size()) owners_.resize(operation.owner + 1);
    LeaseOwner& owner = owners_[operation.owner];
    // Of two owners' operations that touch, one process's are in order all the same.
    const bool is_tied = last_returns_.touches(operation) && owner.free_at != operation.invoked;
    if (operation.outcome == Outcome::refused || operation.invoked < owner.free_at || is_tied) {
      outlook_.is_exact = false;
      return;
    }
    owner.free_at = operation.returned;
    const bool has_returned = operation.returned <= at && operation.returned != kNever;
    Tenure* hold = owner.hold == kNoIndex ? nullptr : &holds_[owner.hold];
    if (hold != nullptr && operation.verb != Verb::acquire && hold->latest == operation.invoked) {
      outlook_.is_exact = false;
    } else if (!has_returned) {
      if (operation.verb == Verb::release && hold != nullptr) hold->given_back = operation.invoked;
    } else if (operation.verb == Verb::acquire) {
      owner.hold = static_cast<std::uint32_t>(holds_.size());
      holds_.push_back(
          {.earliest = operation.invoked, .latest = operation.returned, .acquire = place});
    } else if (hold == nullptr) {
      if (operation.returned < outlook_.since) {
        outlook_.kind = CertificateKind::misuse;
        violate(operation.returned, operations_of(operation.owner, operation.returned));
      }
    } else {
      hold->shown = operation.invoked;
      hold->last = place;
      hold->is_released = operation.verb == Verb::release;
      if (hold->is_released) owner.hold = kNoIndex;
    }
  }

  // Until when at least, if it is acquired at `from`.
  TrueTime end_of(const Tenure& hold, TrueTime from) const {
    if (hold.is_released) return hold.shown;
    return std::min(hold.given_back, later(hold.last == kNoIndex ? from : hold.shown, ttl_));
  }

  // One after another, each as early as it can.
  void sequence() {
    TrueTime before = TrueTime::min();
    std::size_t first = 0;  // what it depends on begins here
    for (std::size_t i = 0; i < holds_.size() && outlook_.is_exact; ++i) {
      const Tenure& hold = holds_[i];
      outlook_.is_exact = end_of(hold, hold.earliest) > hold.latest;
      if (before > hold.latest) {
        violate_overlap(hold.latest, std::span(holds_).subspan(first, i + 1 - first));
        return;
      }
      const bool slides = before > hold.earliest && !hold.is_released && hold.last == kNoIndex;
      if (!slides) first = i;
      before = end_of(hold, std::max(before, hold.earliest));
    }
  }

  // Cores apart from each other, and every hold without a core at an instant outside of them.
  void place_instants() {
    const Tenure* before = nullptr;
    std::vector<const Tenure*> cores;
    for (const Tenure& hold : holds_) {
      if (hold.last == kNoIndex) continue;
      if (before != nullptr && before->shown > hold.latest) {
        violate_overlap(hold.latest, std::array{*before, hold});
        break;
      }
      before = &hold;
      cores.push_back(before);
    }
    for (const Tenure& hold : holds_) {
      if (hold.last != kNoIndex) continue;
      const auto next = std::ranges::lower_bound(cores, hold.earliest, {}, &Tenure::latest);
      if (next == cores.begin()) continue;
      const Tenure& core = **std::prev(next);
      if (core.shown > hold.latest) violate_overlap(hold.latest, std::array{core, hold});
    }
  }

  void violate_overlap(TrueTime since, std::span<const Tenure> holds) {
    if (outlook_.violates && outlook_.since <= since) return;
    std::vector<std::uint32_t> involved;
    for (const Tenure& hold : holds) {
      involved.push_back(hold.acquire);
      if (hold.last != kNoIndex) involved.push_back(hold.last);
    }
    outlook_.kind = CertificateKind::lease_overlap;
    violate(since, std::move(involved));
  }
  void violate(TrueTime since, std::vector<std::uint32_t> involved) {
    outlook_.violates = true;
    outlook_.since = since;
    outlook_.involved = std::move(involved);
    std::ranges::sort(outlook_.involved);
  }

  std::vector<std::uint32_t> operations_of(std::uint32_t owner, TrueTime until) const {
    std::vector<std::uint32_t> operations;
    for (const std::uint32_t place : places_) {
      const Operation& operation = history_.operations[place];
      if (operation.owner == owner && operation.returned <= until) operations.push_back(place);
    }
    return operations;
  }

  const OperationHistory& history_;
  Places places_;
  Duration ttl_;
  Pace& pace_;
  std::vector<Tenure> holds_;
  std::vector<LeaseOwner> owners_;
  LastReturns last_returns_;
  Outlook outlook_;
};

}  // namespace

Decision decide_lease(const OperationHistory& history, Places places,
                      const Specification& specification, Pace& pace) {
  LeaseJudge judge(history, places, shortest_lease(specification), pace);
  Outlook whole = judge.look(kNever);
  if (!whole.is_exact) return declined();
  if (!whole.violates) return {};
  bool is_exact = true;
  const TrueTime at = first_cut(history, places, whole.since, pace, [&](TrueTime cut) {
    const Outlook outlook = judge.look(cut);
    is_exact = is_exact && outlook.is_exact;
    return outlook.violates;
  });
  const Outlook shortest = judge.look(at);
  if (!is_exact || !shortest.is_exact) return declined();
  return {.kind = Decision::Kind::violated,
          .certificate = {.kind = shortest.kind, .operations = shortest.involved},
          .sub_history = shortest.involved,
          .is_minimal = false,
          .violated_at = at};
}

}  // namespace picklock

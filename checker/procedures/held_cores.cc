#include "checker/procedures/held_cores.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "checker/procedures/first_cut.h"
#include "checker/procedures/last_returns.h"
#include "checker/procedures/permit_changes.h"
#include "checker/procedures/refusal_core.h"
#include "checker/procedures/rw_refusals.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

struct Owner {
  TrueTime free_at = TrueTime::min();  // its last operation returned
  TrueTime acquired_at = TrueTime::min();
  std::int64_t held = 0;
  std::uint32_t hold = kNoIndex;  // the present or last one, where they are kept
  bool writes = false;            // so it does
  bool touches = false;  // its last operation was invoked when the one before it returned ...
  std::uint32_t refusal = kNoIndex;  // ... and is this refusal
  bool may_give_more_back = false;   // had it only more
};

// The history cut at one instant.
class CoreJudge {
 public:
  CoreJudge(const OperationHistory& history, Places places, const Specification& specification,
            TrueTime cut, Pace& pace)
      : history_(history),
        places_(places),
        is_semaphore_(specification.kind == SpecificationKind::semaphore),
        limit_{.is_semaphore = is_semaphore_, .permits = specification.permits},
        cut_(cut),
        pace_(pace) {}

  // A violation by a refusal is found at its return, and may need a longer cut.
  Decision run() {
    keeps_holds_ = std::ranges::any_of(places_, [&](std::uint32_t place) {
      return at(place).outcome == Outcome::refused && at(place).verb == Verb::acquire;
    });
    changes_.reserve(places_.size());
    for (const std::uint32_t place : places_) {
      pace_.step();
      if (at(place).invoked > cut_) break;
      if (!add(place)) return declined();
    }
    check_cores();
    if (decision_.kind != Decision::Kind::violated) check_refusals();
    return std::move(decision_);
  }

 private:
  const Operation& at(std::uint32_t place) const { return history_.operations[place]; }
  bool has_returned(const Operation& operation) const {
    return operation.returned <= cut_ && operation.returned != kNever;
  }
  std::int64_t permits_of(const Operation& operation) const {
    if (!is_semaphore_ || !operation.argument.is_integer()) return 1;
    return std::max<std::int64_t>(0, operation.argument.as_integer());
  }

  // False: outside of what this is exact for.
  bool add(std::uint32_t place) {
    const Operation& operation = at(place);
    if (operation.owner >= owners_.size()) owners_.resize(operation.owner + 1);
    Owner& owner = owners_[operation.owner];
    // Of two owners' operations that touch, one process's are in order all the same.
    const bool touches = owner.free_at == operation.invoked;
    const bool is_tied = last_returns_.touches(operation) && !touches;
    if (operation.invoked < owner.free_at || is_tied) return false;
    owner.free_at = operation.returned;
    if (owner.refusal != kNoIndex) refusals_[owner.refusal].touches_after = touches;
    owner.refusal = kNoIndex;
    owner.touches = touches;
    return operation.verb == Verb::acquire ? acquire(owner, place) : release(owner, place);
  }

  bool acquire(Owner& owner, std::uint32_t place) {
    const Operation& operation = at(place);
    const bool writes = !is_semaphore_ && operation.mode == Mode::exclusive;
    const bool is_mine = !is_semaphore_ && owner.held > 0;
    if (!has_returned(operation)) {
      if (!is_mine && keeps_holds_) {
        holds_.push_back(
            {.earliest = operation.invoked, .owner = operation.owner, .writes = writes});
      }
      return true;
    }
    if (operation.outcome == Outcome::refused) {
      if (!is_mine) {
        owner.refusal = static_cast<std::uint32_t>(refusals_.size());
        refusals_.push_back({.from = operation.invoked,
                             .until = operation.returned,
                             .owner = operation.owner,
                             .writes = writes,
                             .touches_before = owner.touches,
                             .place = place});
      }
      return !is_semaphore_;
    }
    if (is_mine) misuse(place);
    if (keeps_holds_) {
      owner.hold = static_cast<std::uint32_t>(holds_.size());
      holds_.push_back({.earliest = operation.invoked,
                        .since = operation.returned,
                        .owner = operation.owner,
                        .writes = writes,
                        .acquire = place});
    }
    owner.writes = writes;
    owner.acquired_at = operation.returned;
    owner.held += permits_of(operation);
    changes_.push_back({.at = operation.returned,
                        .permits = permits_of(operation),
                        .place = place,
                        .owner = operation.owner,
                        .writes = writes});
    return true;
  }

  bool release(Owner& owner, std::uint32_t place) {
    const Operation& operation = at(place);
    const std::int64_t permits = permits_of(operation);
    const bool may_succeed = owner.held >= permits;
    if (owner.held > 0 && owner.acquired_at == operation.invoked) return false;
    const bool is_refused = has_returned(operation) && operation.outcome == Outcome::refused;
    if (!may_succeed && !is_refused) owner.may_give_more_back = true;
    if (has_returned(operation) && may_succeed == is_refused) {
      misuse(place);
      return true;
    }
    if (!may_succeed || permits == 0 || is_refused) return true;
    if (keeps_holds_) {
      SharedHold& hold = holds_[owner.hold];
      hold.until = operation.invoked;
      hold.latest = has_returned(operation) ? operation.returned : kNever;
      hold.release = place;
    }
    owner.held -= permits;
    changes_.push_back({.at = operation.invoked,
                        .permits = -permits,
                        .place = place,
                        .owner = operation.owner,
                        .writes = owner.writes});
    return true;
  }

  // The owner contradicts itself, whatever others did.
  void misuse(std::uint32_t guilty) {
    if (at(guilty).returned >= decision_.violated_at) return;
    violate(CertificateKind::misuse, at(guilty).returned, operations_of(at(guilty).owner, guilty));
  }

  void check_cores() {
    const std::size_t excess = first_excess(changes_, limit_, pace_);
    if (excess == changes_.size() || changes_[excess].at >= decision_.violated_at) return;
    const auto so_far = std::span(changes_).first(excess + 1);
    std::vector<std::uint32_t> acquires = excessive_acquires(so_far, limit_);
    const bool is_in_doubt = acquires.empty() || std::ranges::any_of(acquires, [&](auto place) {
                               return owners_[at(place).owner].may_give_more_back;
                             });
    if (is_in_doubt) {  // how much is still held depends on all that happened before
      violate(CertificateKind::unexplained_subset, so_far.back().at, {});
      return;
    }
    violate(CertificateKind::overlap, so_far.back().at, std::move(acquires));
    decision_.is_minimal = true;
  }

  void check_refusals() {
    const auto [is_exact, unexplained] = unexplained_refusals(holds_, refusals_, pace_);
    if (!is_exact) decision_ = declined();
    if (!is_exact || unexplained.empty()) return;
    TrueTime found = kNever;
    TrueTime since =
        kNever;  // before it began, the lock was free of all but the writer that acquired then
    std::vector<std::uint32_t> named;
    for (const SharedRefusal& refusal : unexplained) {
      found = std::min(found, refusal.until);
      since = std::min(since, last_writer_before(holds_, refusal.from));
      named.push_back(refusal.place);
    }
    CertificateKind kind = CertificateKind::unexplained_subset;
    if (unexplained.size() == 1) {
      kind = CertificateKind::refusal;
      const auto neighbours = neighbours_of(unexplained.front(), holds_);
      named.insert(named.end(), neighbours.begin(), neighbours.end());
    }
    violate(kind, found, std::move(named));
    decision_.sub_history.clear();
    for (const std::uint32_t place : returned_by(cut_)) {
      const bool is_named = std::ranges::any_of(
          unexplained, [&](const SharedRefusal& refusal) { return refusal.place == place; });
      const bool is_near = at(place).outcome == Outcome::ok && at(place).returned >= since;
      if (is_named || is_near) decision_.sub_history.push_back(place);
    }
  }

  void violate(CertificateKind kind, TrueTime when, std::vector<std::uint32_t> involved) {
    std::ranges::sort(involved);
    decision_ = {.kind = Decision::Kind::violated,
                 .certificate = {.kind = kind, .operations = involved},
                 .sub_history = involved,
                 .is_minimal = false,
                 .violated_at = when};
  }

  std::vector<std::uint32_t> returned_by(TrueTime instant) const {
    std::vector<std::uint32_t> operations;
    for (const std::uint32_t place : places_) {
      if (at(place).returned <= instant && at(place).returned != kNever) {
        operations.push_back(place);
      }
    }
    return operations;
  }
  std::vector<std::uint32_t> operations_of(std::uint32_t owner, std::uint32_t until) const {
    std::vector<std::uint32_t> operations = returned_by(at(until).returned);
    std::erase_if(operations, [&](std::uint32_t place) { return at(place).owner != owner; });
    return operations;
  }

  const OperationHistory& history_;
  Places places_;
  bool is_semaphore_;
  PermitLimit limit_;
  TrueTime cut_;
  Pace& pace_;
  bool keeps_holds_ = false;  // for refusals
  LastReturns last_returns_;
  std::vector<Owner> owners_;
  std::vector<PermitChange> changes_;
  std::vector<SharedHold> holds_;
  std::vector<SharedRefusal> refusals_;
  Decision decision_;
};

}  // namespace

Decision decide_held_cores(const OperationHistory& history, Places places,
                           const Specification& specification, Pace& pace) {
  const auto look = [&](TrueTime cut) {
    return CoreJudge(history, places, specification, cut, pace).run();
  };
  Decision decision = look(kNever);
  const bool is_strict = specification.refusals == Refusals::strict;
  if (decision.kind != Decision::Kind::violated) return decision;
  TrueTime from = decision.violated_at;
  const CertificateKind kind = decision.certificate.kind;
  if (is_strict && kind != CertificateKind::refusal) {
    // Refusals were not looked at.
    TrueTime before = TrueTime::min();
    for (const std::uint32_t place : places) {
      const TrueTime returned = history.operations[place].returned;
      if (returned < from) before = std::max(before, returned);
    }
    Decision shorter = look(before);
    if (shorter.kind == Decision::Kind::declined) return shorter;
    if (shorter.kind == Decision::Kind::violated) from = shorter.violated_at;
  }
  bool is_exact = true;
  const TrueTime at = first_cut(history, places, from, pace, [&](TrueTime cut) {
    const Decision shorter = look(cut);
    is_exact = is_exact && shorter.kind != Decision::Kind::declined;
    return shorter.kind == Decision::Kind::violated;
  });
  decision = look(at);
  if (!is_exact || decision.kind != Decision::Kind::violated) return declined();
  decision.violated_at = at;
  if (decision.certificate.kind != CertificateKind::refusal) return decision;
  if (auto fewest = minimal_refusal(history, places, decision, pace)) {
    decision.sub_history = std::move(*fewest);
    decision.is_minimal = true;
  }
  return decision;
}

}  // namespace picklock

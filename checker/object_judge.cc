#include "checker/object_judge.h"

#include <utility>
#include <vector>

#include "checker/judgement_reason.h"
#include "checker/object_search.h"
#include "checker/pace.h"
#include "checker/procedures/procedures.h"
#include "checker/sub_history.h"

namespace picklock {
namespace {

class ObjectJudge {
 public:
  ObjectJudge(const OperationHistory& history, const Specification& specification,
              const JudgeLimits& limits, Places places)
      : history_(history),
        specification_(specification),
        limits_(limits),
        places_(places),
        pace_(limits.watch) {}

  Judgement judge() {
    result_.specification = specification_;
    result_.operations = places_.size();
    try {
      decide_or_search();
    } catch (const Interrupted&) {
      result_.status = Status::undecided;
      result_.undecided_because = kInterrupted;
    }
    return std::move(result_);
  }

 private:
  void decide_or_search() {
    Decision decision = decide(history_, places_, specification_, pace_);
    if (decision.kind == Decision::Kind::declined) {
      search();
    } else if (decision.kind == Decision::Kind::violated) {
      adopt(std::move(decision));
    } else if (limits_.linearization) {
      keep_order(run_search());
    }
  }

  ObjectSearch run_search() {
    std::vector<Operation> operations;
    operations.reserve(places_.size());
    for (const std::uint32_t place : places_) operations.push_back(history_.operations[place]);
    JudgeLimits limits = limits_;
    limits.search_steps = limits.steps_for(places_.size());
    return search_object(operations, {}, history_.values, specification_, limits);
  }

  void keep_order(const ObjectSearch& found) {
    if (found.status != Status::holds || !limits_.linearization) return;
    result_.certificate.kind = CertificateKind::linearization;
    for (const std::uint32_t index : found.order) {
      result_.certificate.operations.push_back(places_[index]);
    }
  }

  void search() {
    const ObjectSearch found = run_search();
    result_.status = found.status;
    result_.search_steps = found.steps;
    result_.undecided_because = found.undecided_because;
    keep_order(found);
    if (found.status != Status::violated) return;
    const TrueTime stuck = history_.operations[places_[found.stuck]].returned;
    result_.violated_at = shortest_violation(history_, places_, stuck, specification_, limits_);
    if (!adopt_without_refusals()) explain_subset();
  }

  // What violates whether refusals are judged or not is explained best without them. But a release or a renewal
  // that has yet to be refused may come between others, which the specification without refusals does not know; an
  // acquire only makes more to explain.
  bool adopt_without_refusals() {
    const bool has_owners = specification_.kind != SpecificationKind::mutex;
    if (specification_.refusals == Refusals::ignored || !has_owners) return false;
    Specification lenient = specification_;
    lenient.refusals = Refusals::ignored;
    std::vector<std::uint32_t> judged;
    for (const std::uint32_t place : places_) {
      const Operation& operation = history_.operations[place];
      if (operation.invoked > result_.violated_at) break;
      const bool is_refused = operation.outcome == Outcome::refused;
      const bool may_come = operation.returned > result_.violated_at;
      if (is_refused && may_come && operation.verb != Verb::acquire) return false;
      if (is_judged(operation, lenient)) judged.push_back(place);
    }
    Decision decision = decide(history_, judged, lenient, pace_);
    if (decision.kind != Decision::Kind::violated) return false;
    if (decision.certificate.kind == CertificateKind::unexplained_subset) return false;
    if (decision.violated_at != result_.violated_at) return false;
    adopt(std::move(decision));
    return true;
  }

  // Nothing explains what had returned by the end of the cut.
  void explain_subset() {
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t place : places_) {
      if (history_.operations[place].returned <= result_.violated_at) candidates.push_back(place);
    }
    shrink(candidates);
    result_.certificate = {.kind = CertificateKind::unexplained_subset,
                           .operations = result_.sub_history};
    finish();
  }

  void shrink(std::span<const std::uint32_t> candidates) {
    result_.sub_history.assign(candidates.begin(), candidates.end());
    if (!limits_.minimal) return;
    JudgeLimits limits = limits_;
    limits.search_steps = limits.shrink_steps;
    SubHistory smaller =
        minimise(history_, places_, candidates, result_.violated_at, specification_, limits);
    result_.is_minimal = smaller.is_minimal;
    result_.sub_history = std::move(smaller.places);
  }

  void adopt(Decision decision) {
    result_.status = Status::violated;
    if (decision.certificate.kind == CertificateKind::unexplained_subset) {
      result_.violated_at = decision.is_shortest
                                ? decision.violated_at
                                : shortest_violation(history_, places_, decision.violated_at,
                                                     specification_, limits_);
      explain_subset();
      return;
    }
    result_.violated_at = decision.violated_at;
    result_.certificate = std::move(decision.certificate);
    result_.sub_history = std::move(decision.sub_history);
    result_.is_minimal = decision.is_minimal;
    if (!decision.is_minimal) shrink(std::vector(result_.sub_history));
    finish();
  }

  void finish() {
    for (const std::uint32_t place : places_) {
      if (history_.operations[place].returned < result_.violated_at) ++result_.prefix;
    }
    result_.object = history_.operations[places_.front()].object;
    result_.reason = reason_of(history_, result_);
  }

  const OperationHistory& history_;
  const Specification& specification_;
  const JudgeLimits& limits_;
  Places places_;
  Pace pace_;
  Judgement result_;
};

}  // namespace

Judgement judge_object(const OperationHistory& history, Places places,
                       const Specification& specification, const JudgeLimits& limits) {
  return ObjectJudge(history, specification, limits, places).judge();
}

}  // namespace picklock

#include "checker/object_judge.h"

#include <utility>
#include <vector>

#include "checker/judgement_reason.h"
#include "checker/object_search.h"
#include "checker/procedures/procedures.h"
#include "checker/sub_history.h"

namespace picklock {

ObjectJudge::ObjectJudge(const OperationHistory& history, const Specification& specification,
                         const JudgeLimits& limits, Places places)
    : history_(&history),
      specification_(&specification),
      limits_(&limits),
      places_(places),
      pace_(limits.watch) {
  result_.specification = specification;
  result_.operations = places.size();
  result_.object = history.operations[places.front()].object;
}

void ObjectJudge::decide() {
  interruptibly([&] {
    decision_ = picklock::decide(*history_, places_, *specification_, pace_);
    if (decision_.kind == Decision::Kind::declined) {
      search();
    } else if (decision_.kind == Decision::Kind::violated) {
      result_.status = Status::violated;
      earliest_ = decision_.violated_at;
    } else if (limits_->linearization) {
      keep_order(run_search());
    }
  });
}

void ObjectJudge::locate() {
  interruptibly([&] {
    const bool is_known = decision_.kind == Decision::Kind::violated &&
                          (decision_.is_shortest ||
                           decision_.certificate.kind != CertificateKind::unexplained_subset);
    result_.violated_at =
        is_known ? earliest_
                 : shortest_violation(*history_, places_, earliest_, *specification_, *limits_);
  });
}

void ObjectJudge::explain() {
  interruptibly([&] {
    const bool is_declined =
        decision_.kind == Decision::Kind::declined && !adopt_without_refusals();
    if (is_declined || decision_.certificate.kind == CertificateKind::unexplained_subset) {
      explain_subset();
    } else {
      adopt();
    }
  });
}

template <class Step>
void ObjectJudge::interruptibly(Step step) {
  try {
    step();
  } catch (const Interrupted&) {
    result_.status = Status::undecided;
    result_.undecided_because = kInterrupted;
  }
}

ObjectSearch ObjectJudge::run_search() const {
  std::vector<Operation> operations;
  operations.reserve(places_.size());
  for (const std::uint32_t place : places_) operations.push_back(history_->operations[place]);
  JudgeLimits limits = *limits_;
  limits.search_steps = limits.steps_for(places_.size());
  return search_object(operations, {}, history_->values, *specification_, limits);
}

void ObjectJudge::keep_order(const ObjectSearch& found) {
  if (found.status != Status::holds || !limits_->linearization) return;
  result_.certificate.kind = CertificateKind::linearization;
  for (const std::uint32_t index : found.order) {
    result_.certificate.operations.push_back(places_[index]);
  }
}

void ObjectJudge::search() {
  const ObjectSearch found = run_search();
  result_.status = found.status;
  result_.search_steps = found.steps;
  result_.undecided_because = found.undecided_because;
  keep_order(found);
  if (found.status == Status::violated) {
    earliest_ = history_->operations[places_[found.stuck]].returned;
  }
}

// What violates whether refusals are judged or not is explained best without them. But a release or a renewal
// that has yet to be refused may come between others, which the specification without refusals does not know; an
// acquire only makes more to explain.
bool ObjectJudge::adopt_without_refusals() {
  const bool has_owners = specification_->kind != SpecificationKind::mutex;
  if (specification_->refusals == Refusals::ignored || !has_owners) return false;
  Specification lenient = *specification_;
  lenient.refusals = Refusals::ignored;
  std::vector<std::uint32_t> judged;
  for (const std::uint32_t place : places_) {
    const Operation& operation = history_->operations[place];
    if (operation.invoked > result_.violated_at) break;
    const bool is_refused = operation.outcome == Outcome::refused;
    const bool may_come = operation.returned > result_.violated_at;
    if (is_refused && may_come && operation.verb != Verb::acquire) return false;
    if (is_judged(operation, lenient)) judged.push_back(place);
  }
  Decision without = picklock::decide(*history_, judged, lenient, pace_);
  if (without.kind != Decision::Kind::violated) return false;
  if (without.certificate.kind == CertificateKind::unexplained_subset) return false;
  if (without.violated_at != result_.violated_at) return false;
  decision_ = std::move(without);
  return true;
}

// Nothing explains what had returned by the end of the cut.
void ObjectJudge::explain_subset() {
  std::vector<std::uint32_t> candidates;
  for (const std::uint32_t place : places_) {
    if (history_->operations[place].returned <= result_.violated_at) candidates.push_back(place);
  }
  shrink(candidates);
  result_.certificate = {.kind = CertificateKind::unexplained_subset,
                         .operations = result_.sub_history};
  finish();
}

void ObjectJudge::shrink(std::span<const std::uint32_t> candidates) {
  result_.sub_history.assign(candidates.begin(), candidates.end());
  if (!limits_->minimal) return;
  JudgeLimits limits = *limits_;
  limits.search_steps = limits.shrink_steps_for(places_.size());
  SubHistory smaller =
      minimise(*history_, places_, candidates, result_.violated_at, *specification_, limits);
  result_.is_minimal = smaller.is_minimal;
  result_.sub_history = std::move(smaller.places);
}

// The decision explains itself.
void ObjectJudge::adopt() {
  result_.certificate = std::move(decision_.certificate);
  result_.sub_history = std::move(decision_.sub_history);
  result_.is_minimal = decision_.is_minimal;
  if (!decision_.is_minimal) shrink(std::vector(result_.sub_history));
  finish();
}

void ObjectJudge::finish() {
  for (const std::uint32_t place : places_) {
    if (history_->operations[place].returned < result_.violated_at) ++result_.prefix;
  }
  result_.reason = reason_of(*history_, result_);
}

}  // namespace picklock

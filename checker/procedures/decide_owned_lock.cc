#include <algorithm>

#include "checker/procedures/owned_lock.h"

namespace picklock {

Decision decide_owned_lock(const OperationHistory& history, Places places,
                           const Specification& specification, Pace& pace) {
  OwnedLockSweep sweep(specification);
  for (const std::uint32_t place : places) {
    pace.step();
    if (!sweep.push(history.operations[place], place)) break;
  }
  Decision decision = sweep.finish();
  if (decision.kind != Decision::Kind::violated || !is_reentrant(specification.kind))
    return decision;
  // How deep a hold is depends on everything that its owner did.
  const auto is_involved = [&](const Operation& operation) {
    return operation.returned <= decision.violated_at &&
           std::ranges::any_of(decision.certificate.operations, [&](std::uint32_t place) {
             return history.operations[place].owner == operation.owner;
           });
  };
  decision.is_minimal = false;
  decision.sub_history.clear();
  for (const std::uint32_t place : places) {
    if (is_involved(history.operations[place])) decision.sub_history.push_back(place);
  }
  return decision;
}

}  // namespace picklock

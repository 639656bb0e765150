#include "checker/procedures/procedures.h"

#include "checker/procedures/fenced_resource.h"
#include "checker/procedures/held_cores.h"
#include "checker/procedures/lease.h"
#include "checker/procedures/owned_lock.h"
#include "checker/procedures/unowned_lock.h"

namespace picklock {

Decision decide(const OperationHistory& history, Places places, const Specification& specification,
                Pace& pace) {
  switch (specification.kind) {
    case SpecificationKind::owner_mutex:
    case SpecificationKind::reentrant:
    case SpecificationKind::fenced:
    case SpecificationKind::reentrant_fenced:
      return decide_owned_lock(history, places, specification, pace);
    case SpecificationKind::mutex:
      return decide_unowned_lock(history, places, specification, pace);
    case SpecificationKind::semaphore:
    case SpecificationKind::rw_lock:
      return decide_held_cores(history, places, specification, pace);
    case SpecificationKind::lease:
      return decide_lease(history, places, specification, pace);
    case SpecificationKind::fenced_resource:
      return decide_fenced_resource(history, places, pace);
    default:
      return declined();
  }
}

}  // namespace picklock

// What a specification demands, as the search wants it.
#pragma once

#include "checker/operations.h"
#include "checker/specifications/data_object.h"
#include "checker/specifications/holders_object.h"
#include "checker/specifications/lock_object.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/specification.h"

namespace picklock {

// Calls `use` with the object for these calls, which outlive it.
template <class Use>
auto with_object(const Specification& specification, const ObjectCalls& calls,
                 const ValueTable& values, Use use) {
  switch (specification.kind) {
    case SpecificationKind::mutex:
    case SpecificationKind::owner_mutex:
    case SpecificationKind::reentrant:
    case SpecificationKind::fenced:
    case SpecificationKind::reentrant_fenced:
    case SpecificationKind::lease:
      return use(LockObject(specification, calls.calls));
    case SpecificationKind::semaphore:
    case SpecificationKind::rw_lock:
      return use(HoldersObject(specification, calls.calls));
    default:
      return use(DataObject(specification, calls.calls, values));
  }
}

}  // namespace picklock

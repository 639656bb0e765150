#include "checker/object_search.h"

#include "checker/linearizability.h"
#include "checker/pace.h"
#include "checker/scratch.h"
#include "checker/specifications/object_calls.h"
#include "checker/specifications/with_object.h"

namespace picklock {
namespace {

template <class Object>
ObjectSearch run(const Object& object, const ObjectCalls& calls, const JudgeLimits& limits) {
  Scratch scratch;
  ScratchVector<std::uint32_t> order(scratch.memory());
  const auto found = linearize(object, calls.windows,
                               Limits{.search_steps = limits.search_steps,
                                      .search_bytes = limits.search_bytes,
                                      .watch = limits.watch},
                               scratch, limits.linearization ? &order : nullptr);
  ObjectSearch result{.status = found.status,
                      .steps = found.steps,
                      .judged = calls.windows.size(),
                      .undecided_because = found.undecided_because};
  if (found.status == Status::violated) result.stuck = calls.indices[found.stuck];
  for (const std::uint32_t call : order) result.order.push_back(calls.indices[call]);
  return result;
}

ObjectSearch search_paced(std::span<const Operation> operations,
                          std::span<const std::uint8_t> is_kept, const ValueTable& values,
                          const Specification& specification, const JudgeLimits& limits) {
  Pace pace(limits.watch);
  const ObjectCalls calls = make_calls(operations, is_kept, values, specification, pace);
  return with_object(specification, calls, values,
                     [&](const auto& object) { return run(object, calls, limits); });
}

}  // namespace

ObjectSearch search_object(std::span<const Operation> operations,
                           std::span<const std::uint8_t> is_kept, const ValueTable& values,
                           const Specification& specification, const JudgeLimits& limits) {
  try {
    return search_paced(operations, is_kept, values, specification, limits);
  } catch (const Interrupted&) {
    return {.status = Status::undecided, .undecided_because = kInterrupted};
  }
}

}  // namespace picklock

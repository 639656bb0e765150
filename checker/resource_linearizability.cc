#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "checker/judges.h"
#include "checker/linearizability.h"
#include "checker/phrases.h"
#include "checker/register_specification.h"

namespace picklock {
namespace {

struct Calls {
  ScratchVector<TimedCall> windows;
  ScratchVector<RegisterCall> meanings;
};

bool is_mutation(const ClientOperation& operation) {
  return operation.action == Action::write || operation.action == Action::sell;
}

// For each write of unknown outcome, when the last read of its value returned: O(n log n).
class LastReads {
 public:
  LastReads(const Timeline& timeline, Scratch& scratch) : reads_(scratch.memory()) {
    for (const OpId op : timeline.returns()) {
      const ClientOperation& operation = *timeline.find(op);
      if (operation.action != Action::read || operation.outcome != Outcome::ok) continue;
      reads_.emplace_back(operation.value, operation.returned);
    }
    std::ranges::sort(reads_);
  }

  TrueTime of(std::int64_t value) const {
    const auto above = std::ranges::upper_bound(reads_, std::pair(value, kNever));
    const bool found = above != reads_.begin() && std::prev(above)->first == value;
    return found ? std::prev(above)->second : TrueTime::min();
  }

 private:
  ScratchVector<std::pair<std::int64_t, TrueTime>> reads_;
};

// Refused operations had no effect, and reads of unknown outcome saw nothing: both are left out. So is
// an unknown write that nobody can have read.
Calls calls_of(const Timeline& timeline, Scratch& scratch) {
  Calls calls{.windows = ScratchVector<TimedCall>(scratch.memory()),
              .meanings = ScratchVector<RegisterCall>(scratch.memory())};
  const LastReads last_reads(timeline, scratch);
  for (const ClientOperation& operation : timeline.operations()) {
    if (operation.id.is_none() || operation.outcome == Outcome::refused) continue;
    const bool writes = is_mutation(operation);
    const bool known = operation.outcome == Outcome::ok;
    if (!writes && !(operation.action == Action::read && known)) continue;
    const TrueTime wanted = writes && !known ? last_reads.of(operation.value) : kNever;
    if (wanted < operation.invoked) continue;
    calls.windows.push_back({.invoked = operation.invoked,
                             .returned = known ? operation.returned : kNever,
                             .op = operation.id});
    calls.meanings.push_back({.writes = writes, .value = operation.value, .wanted_until = wanted});
  }
  return calls;
}

}  // namespace

Verdict judge_resource_linearizability(const Timeline& timeline, const Limits& limits) {
  if (timeline.subject().workload == Workload::scheduled_job) return {};
  Scratch scratch;
  const Calls calls = calls_of(timeline, scratch);
  const RegisterSpecification specification(timeline.subject().initial, calls.meanings);
  const auto result = linearize(specification, calls.windows, limits, scratch);
  const std::uint64_t judged = calls.windows.size();
  if (result.status == Status::undecided) return undecided(judged, result.undecided_because);
  if (result.status == Status::holds) return {.judged = judged};
  const TimedCall& stuck = calls.windows[result.stuck];
  return violation(
      judged,
      fmt::format(
          "no order of the operations explains {}, invoked at {} and returned at {}; before "
          "it the resource could hold {}",
          describe(timeline, stuck.op), clock_text(stuck.invoked), clock_text(stuck.returned),
          result.state.value),
      {stuck.op}, stuck.invoked, stuck.returned);
}

}  // namespace picklock

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "checker/judges.h"
#include "checker/linearizability.h"
#include "checker/lock_specification.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

struct Calls {
  ScratchVector<TimedCall> windows;
  ScratchVector<LockCall> meanings;
};

// When each hold was last extended: by so many servers that a quorum of them was extended then or
// later. Only holds that were extended at all are changed.
void note_renewals(const Timeline& timeline, Calls& calls, Scratch& scratch) {
  if (timeline.renewals().empty()) return;
  ScratchVector<Renewal> latest(scratch.memory());  // of each hold and server
  latest.assign(timeline.renewals().begin(), timeline.renewals().end());
  const auto by_hold_and_server = [](const Renewal& a, const Renewal& b) {
    return std::tuple(a.hold, a.server, b.at) < std::tuple(b.hold, b.server, a.at);
  };
  const auto same = [](const Renewal& a, const Renewal& b) {
    return a.hold == b.hold && a.server == b.server;
  };
  std::ranges::sort(latest, by_hold_and_server);
  latest.erase(std::unique(latest.begin(), latest.end(), same), latest.end());
  std::ranges::sort(latest, [](const Renewal& a, const Renewal& b) {
    return std::tuple(a.hold, b.at) < std::tuple(b.hold, a.at);
  });
  const std::size_t quorum = std::max<std::size_t>(1, timeline.subject().quorum);
  for (LockCall& call : calls.meanings) {
    if (call.kind != LockCall::Kind::acquire) continue;
    const Hold* hold = timeline.find_hold(OpId(call.hold));
    if (hold == nullptr) continue;
    const auto index = static_cast<std::uint32_t>(hold - timeline.holds().data());
    const auto first = std::ranges::lower_bound(latest, index, {}, &Renewal::hold);
    const auto last = std::ranges::upper_bound(latest, index, {}, &Renewal::hold);
    if (static_cast<std::size_t>(last - first) < quorum) continue;
    call.renewed = (first + static_cast<std::ptrdiff_t>(quorum - 1))->at;
  }
}

LockCall::Kind kind_of(const ClientOperation& operation) {
  if (operation.action == Action::acquire) return LockCall::Kind::acquire;
  if (operation.outcome == Outcome::ok) return LockCall::Kind::release;
  if (operation.outcome == Outcome::refused) return LockCall::Kind::refused_release;
  return LockCall::Kind::unknown_release;
}

// An acquire of unknown outcome can only be in the way of others, unless its release says that it did
// take effect; without such a release it is taken never to have happened, and its releases with it.
Calls calls_of(const Timeline& timeline, Scratch& scratch) {
  Calls calls{.windows = ScratchVector<TimedCall>(scratch.memory()),
              .meanings = ScratchVector<LockCall>(scratch.memory())};
  const auto operations = timeline.operations();
  ScratchVector<TrueTime> released(operations.size(), kNever, scratch.memory());
  for (const ClientOperation& operation : operations) {
    if (operation.id.is_none() || operation.action != Action::release) continue;
    if (operation.outcome != Outcome::ok || timeline.find(operation.hold) == nullptr) continue;
    TrueTime& first = released[operation.hold.value()];
    first = std::min(first, operation.invoked);
  }
  for (const ClientOperation& operation : operations) {
    const bool acquires = operation.action == Action::acquire;
    if (operation.id.is_none() || (!acquires && operation.action != Action::release)) continue;
    const ClientOperation* acquire = timeline.find(operation.hold);
    if (acquire == nullptr) continue;
    const bool granted = acquire->outcome == Outcome::ok;
    if (acquires && operation.outcome == Outcome::refused) continue;
    if (!granted && released[acquire->id.value()] == kNever) continue;
    const bool known = operation.outcome != Outcome::unknown;
    calls.windows.push_back({.invoked = operation.invoked,
                             .returned = known ? operation.returned : kNever,
                             .op = operation.id});
    calls.meanings.push_back({.kind = kind_of(operation),
                              .granted = granted ? acquire->returned : kNever,
                              .released = released[acquire->id.value()],
                              .hold = acquire->id.value(),
                              .fence = acquires && known ? operation.fence : 0,
                              .invoked = operation.invoked});
  }
  return calls;
}

// The lease as a clock that gains rate_error would measure it, rounded down.
Duration shortest_lease(const Subject& subject) {
  if (subject.ttl == kForever) return kForever;
  __extension__ using Wide = unsigned __int128;
  const Ratio rate = subject.rate_error;
  const Wide kept = rate.denominator() - rate.numerator();
  const Wide lease = static_cast<Wide>(std::max<std::int64_t>(0, subject.ttl.count())) * kept;
  return Duration{static_cast<std::int64_t>(lease / rate.denominator())};
}

std::string explain(const Timeline& timeline, const LockCall& call, const TimedCall& window,
                    const LockSpecification::State& state, Expiry expiry) {
  const std::string what = describe(timeline, window.op);
  const OpId owner_id = state.owner == kNoIndex ? OpId{} : OpId(state.owner);
  const ClientOperation* owner = timeline.find(owner_id);
  const std::string when =
      fmt::format("between {} and {}", clock_text(window.invoked), clock_text(window.returned));
  if (call.kind == LockCall::Kind::acquire) {
    if (owner == nullptr)
      return fmt::format("no order explains that {} was granted {}", what, when);
    if (state.kept) {
      return fmt::format(
          "{} was granted {} although {}, which acquired at {}, released it only later", what, when,
          timeline.name(owner->client), clock_text(owner->returned));
    }
    if (expiry == Expiry::any_time) {
      return fmt::format(
          "{} was granted fence {} {}, which is not above the fence {} granted before", what,
          call.fence, when, state.fence);
    }
    return fmt::format("{} was granted {} although {}, which acquired at {}, had not released{}",
                       what, when, timeline.name(owner->client), clock_text(owner->returned),
                       expiry == Expiry::after_ttl ? " and its lease had not run out" : "");
  }
  if (call.kind == LockCall::Kind::refused_release) {
    return fmt::format("{} was refused {} although its hold still owned the lock", what, when);
  }
  if (owner == nullptr || owner_id.value() == call.hold) {
    return fmt::format("{} succeeded {} although its hold did not own the lock", what, when);
  }
  return fmt::format("{} succeeded {} although {}, which acquired at {}, owned the lock", what,
                     when, timeline.name(owner->client), clock_text(owner->returned));
}

Verdict judge_lock(const Timeline& timeline, const Limits& limits, Expiry expiry, bool fenced) {
  Scratch scratch;
  Calls calls = calls_of(timeline, scratch);
  if (expiry == Expiry::after_ttl) note_renewals(timeline, calls, scratch);
  const LockSpecification specification(expiry, fenced, shortest_lease(timeline.subject()),
                                        calls.meanings);
  const auto result = linearize(specification, calls.windows, limits, scratch);
  const std::uint64_t judged = calls.windows.size();
  if (result.status == Status::undecided) return undecided(judged, result.undecided_because);
  if (result.status == Status::holds) return {.judged = judged};
  const TimedCall& stuck = calls.windows[result.stuck];
  const LockCall& call = calls.meanings[result.stuck];
  const OpId owner = result.state.owner == kNoIndex ? OpId{} : OpId(result.state.owner);
  return violation(judged, explain(timeline, call, stuck, result.state, expiry),
                   {owner, OpId(call.hold), stuck.op}, stuck.invoked, stuck.returned);
}

}  // namespace

Verdict judge_lock_mutex(const Timeline& timeline, const Limits& limits) {
  return judge_lock(timeline, limits, Expiry::never, false);
}
Verdict judge_lock_timed_lease(const Timeline& timeline, const Limits& limits) {
  return judge_lock(timeline, limits, Expiry::after_ttl, false);
}
Verdict judge_lock_failure_detector_lease(const Timeline& timeline, const Limits& limits) {
  return judge_lock(timeline, limits, Expiry::any_time, false);
}
Verdict judge_lock_fenced_lease(const Timeline& timeline, const Limits& limits) {
  if (!timeline.subject().fenced) return {};
  return judge_lock(timeline, limits, Expiry::any_time, true);
}

}  // namespace picklock

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "checker/judges.h"
#include "checker/phrases.h"

namespace picklock {
namespace {

struct Increments {
  std::int64_t acknowledged = 0;
  std::int64_t unknown = 0;  // each may have happened or not
};

Increments count_increments(const Timeline& timeline) {
  Increments count;
  for (const ClientOperation& operation : timeline.operations()) {
    if (operation.id.is_none() || operation.action != Action::write) continue;
    if (operation.outcome == Outcome::ok) ++count.acknowledged;
    if (operation.outcome == Outcome::unknown) ++count.unknown;
  }
  return count;
}

bool is_write(const Effect& effect) {
  return effect.action == Action::write && effect.outcome == Outcome::ok;
}

std::int64_t final_value(const Timeline& timeline) {
  std::int64_t value = timeline.subject().initial;
  for (const Effect& effect : timeline.effects()) {
    if (is_write(effect)) value = effect.value;
  }
  return value;
}

// The first applied write that does not build upon the one before it, and that one; or nulls.
std::pair<const Effect*, const Effect*> first_overwrite(const Timeline& timeline) {
  const Effect* before = nullptr;
  for (const Effect& effect : timeline.effects()) {
    if (!is_write(effect)) continue;
    if (before != nullptr && effect.value != before->value + 1) return {before, &effect};
    before = &effect;
  }
  return {nullptr, nullptr};
}

// The first acknowledged write that the resource never applied, or none.
OpId first_unapplied(const Timeline& timeline) {
  for (const ClientOperation& operation : timeline.operations()) {
    if (operation.id.is_none() || operation.action != Action::write) continue;
    if (operation.outcome != Outcome::ok) continue;
    const auto applies = [&](const Effect& e) { return is_write(e) && e.op == operation.id; };
    if (std::ranges::none_of(timeline.effects(), applies)) return operation.id;
  }
  return OpId{};
}

Verdict wrong_sum(const Timeline& timeline, const Increments& count, std::int64_t last) {
  const auto judged = static_cast<std::uint64_t>(count.acknowledged);
  const std::int64_t initial = timeline.subject().initial;
  std::string reason =
      fmt::format("the counter ended at {} after {} acknowledged increments from {}", last,
                  count.acknowledged, initial);
  if (count.unknown > 0) reason += fmt::format(" and {} of unknown outcome", count.unknown);
  const auto [before, after] = first_overwrite(timeline);
  if (after != nullptr) {
    reason += fmt::format(": {} at {} overwrote {} at {}, which it had not read",
                          describe(timeline, after->op), clock_text(after->at),
                          describe(timeline, before->op), clock_text(before->at));
    return violation(judged, std::move(reason), {before->op, after->op}, before->at, after->at);
  }
  const OpId missing = first_unapplied(timeline);
  if (!missing.is_none()) {
    reason += fmt::format(": {} was acknowledged but never applied", describe(timeline, missing));
  }
  return violation(judged, std::move(reason), {missing}, timeline.end(), timeline.end());
}

}  // namespace

// Increments commute, so the final values that an ideal counter can reach are exactly the integers from
// initial + acknowledged to that plus the unknown ones.
Verdict judge_no_lost_update(const Timeline& timeline, const Limits&) {
  if (timeline.subject().workload != Workload::counter) return {};
  const Increments count = count_increments(timeline);
  const auto judged = static_cast<std::uint64_t>(count.acknowledged);
  if (judged == 0) return {};
  if (timeline.effects().empty()) {
    return undecided(judged, "the history does not tell what the resource applied");
  }
  const std::int64_t last = final_value(timeline);
  const std::int64_t least = timeline.subject().initial + count.acknowledged;
  if (last < least || last > least + count.unknown) return wrong_sum(timeline, count, last);
  return {.judged = judged};
}

}  // namespace picklock

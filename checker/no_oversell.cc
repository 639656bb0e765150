#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/scratch.h"

namespace picklock {
namespace {

// Operations that sold a piece for sure: applied by the resource or acknowledged to the buyer.
ScratchVector<bool> sales_of(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<bool> sold(timeline.operations().size(), false, scratch.memory());
  for (const ClientOperation& operation : timeline.operations()) {
    if (operation.id.is_none() || operation.action != Action::sell) continue;
    if (operation.outcome == Outcome::ok) sold[operation.id.value()] = true;
  }
  for (const Effect& effect : timeline.effects()) {
    if (effect.action != Action::sell || effect.outcome != Outcome::ok) continue;
    if (timeline.find(effect.op) != nullptr) sold[effect.op.value()] = true;
  }
  return sold;
}

const Effect* first_negative_stock(const Timeline& timeline) {
  for (const Effect& effect : timeline.effects()) {
    if (effect.action == Action::sell && effect.outcome == Outcome::ok && effect.value < 0) {
      return &effect;
    }
  }
  return nullptr;
}

// Two sales that left the same stock sold the same piece.
std::pair<const Effect*, const Effect*> same_piece(const Timeline& timeline) {
  const Effect* before = nullptr;
  for (const Effect& effect : timeline.effects()) {
    if (effect.action != Action::sell || effect.outcome != Outcome::ok) continue;
    if (before != nullptr && effect.op != before->op && effect.value >= before->value) {
      return {before, &effect};
    }
    before = &effect;
  }
  return {nullptr, nullptr};
}

Verdict oversold(const Timeline& timeline, std::uint64_t sold) {
  std::string reason = fmt::format("{} pieces were sold of {}", sold, timeline.subject().initial);
  const auto [before, after] = same_piece(timeline);
  if (after == nullptr) {
    return violation(sold, std::move(reason), {}, timeline.end(), timeline.end());
  }
  reason +=
      fmt::format(": {} at {} did not count {} at {}", describe(timeline, after->op),
                  clock_text(after->at), describe(timeline, before->op), clock_text(before->at));
  return violation(sold, std::move(reason), {before->op, after->op}, before->at, after->at);
}

}  // namespace

Verdict judge_no_oversell(const Timeline& timeline, const Limits&) {
  if (timeline.subject().workload != Workload::flash_sale) return {};
  Scratch scratch;
  const ScratchVector<bool> sales = sales_of(timeline, scratch);
  const auto sold = static_cast<std::uint64_t>(std::ranges::count(sales, true));
  if (const Effect* negative = first_negative_stock(timeline)) {
    return violation(sold,
                     fmt::format("{} at {} left a stock below zero",
                                 describe(timeline, negative->op), clock_text(negative->at)),
                     {negative->op}, negative->at, negative->at);
  }
  if (std::cmp_greater(sold, timeline.subject().initial)) return oversold(timeline, sold);
  return {.judged = sold};
}

}  // namespace picklock

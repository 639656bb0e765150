#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/scratch.h"

namespace picklock {
namespace {

struct Run {
  std::int64_t slot = 0;
  std::uint32_t effect = 0;
};

// The slot is the argument of the operation; an effect without one tells it itself.
std::int64_t slot_of(const Timeline& timeline, const Effect& effect) {
  const ClientOperation* operation = timeline.find(effect.op);
  return operation == nullptr ? effect.value : operation->value;
}

ScratchVector<Run> runs_of(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<Run> runs(scratch.memory());
  const auto effects = timeline.effects();
  for (std::uint32_t i = 0; i < effects.size(); ++i) {
    if (effects[i].action != Action::run || effects[i].outcome != Outcome::ok) continue;
    runs.push_back({.slot = slot_of(timeline, effects[i]), .effect = i});
  }
  return runs;
}

}  // namespace

// O(n log n): runs are sorted by slot. Reports the earliest second run of any slot.
Verdict judge_at_most_once(const Timeline& timeline, const Limits&) {
  Scratch scratch;
  ScratchVector<Run> runs = runs_of(timeline, scratch);
  const std::uint64_t judged = runs.size();
  std::ranges::sort(runs, {}, [](const Run& run) { return std::tuple(run.slot, run.effect); });
  const Run* second = nullptr;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].slot != runs[i - 1].slot) continue;
    if (second == nullptr || runs[i].effect < second->effect) second = &runs[i];
  }
  if (second == nullptr) return {.judged = judged};
  const Effect& again = timeline.effects()[second->effect];
  const Effect& before = timeline.effects()[(second - 1)->effect];
  return violation(
      judged,
      fmt::format("the job of slot {} ran twice: for {} at {} and for {} at {}", second->slot,
                  name_of_client(timeline, before.op), clock_text(before.at),
                  name_of_client(timeline, again.op), clock_text(again.at)),
      {before.op, again.op}, before.at, again.at);
}

}  // namespace picklock

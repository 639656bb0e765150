#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/token_order.h"

namespace picklock {
namespace {

// The token of the hold, whether the operation carried it or not; else the one that it carried.
std::int64_t token_of(const Timeline& timeline, const Effect& effect) {
  const std::int64_t granted = effect.hold == kNoIndex ? 0 : timeline.holds()[effect.hold].fence;
  return granted != 0 ? granted : effect.fence;
}

}  // namespace

Verdict judge_fence_completeness(const Timeline& timeline, const Limits&) {
  const auto effects = timeline.effects();
  TokenOrder order;
  std::uint64_t judged = 0;
  Verdict verdict;
  for (std::uint32_t i = 0; i < effects.size(); ++i) {
    const Effect& effect = effects[i];
    if (effect.outcome != Outcome::ok) continue;
    const std::int64_t token = token_of(timeline, effect);
    if (token == 0) continue;
    ++judged;
    if (!order.goes_back(effect.at, token, i) || verdict.counterexample) continue;
    const Effect& newer = effects[order.largest_index()];
    verdict =
        violation(0,
                  fmt::format("the resource accepted {} at {}, whose hold has token {}, after "
                              "{} at {}, whose hold has token {}",
                              describe(timeline, effect.op), clock_text(effect.at), token,
                              describe(timeline, newer.op), clock_text(newer.at), order.largest()),
                  {newer.op, effect.op}, newer.at, effect.at);
  }
  verdict.judged = judged;
  return verdict;
}

}  // namespace picklock

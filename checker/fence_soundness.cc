#include <fmt/core.h>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/token_order.h"

namespace picklock {
namespace {

// Reads pass no check of tokens in the plain form of fencing; fence completeness judges them too.
bool is_checked(const Effect& effect) {
  return effect.outcome == Outcome::ok && effect.fence != 0 && effect.action != Action::read;
}

}  // namespace

Verdict judge_fence_soundness(const Timeline& timeline, const Limits&) {
  const auto effects = timeline.effects();
  TokenOrder order;
  std::uint64_t judged = 0;
  Verdict verdict;
  for (std::uint32_t i = 0; i < effects.size(); ++i) {
    const Effect& effect = effects[i];
    if (!is_checked(effect)) continue;
    ++judged;
    if (!order.goes_back(effect.at, effect.fence, i) || verdict.counterexample) continue;
    const Effect& newer = effects[order.largest_index()];
    verdict =
        violation(0,
                  fmt::format("the resource accepted {} with token {} at {}, after {} with "
                              "token {} at {}",
                              describe(timeline, effect.op), effect.fence, clock_text(effect.at),
                              describe(timeline, newer.op), newer.fence, clock_text(newer.at)),
                  {newer.op, effect.op}, newer.at, effect.at);
  }
  verdict.judged = judged;
  return verdict;
}

}  // namespace picklock

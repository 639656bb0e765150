#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "checker/judges.h"
#include "checker/phrases.h"
#include "checker/scratch.h"

namespace picklock {
namespace {

// A grant with a token: it happened at some instant of [from, until].
struct Fenced {
  TrueTime from{};
  TrueTime until{};
  const Hold* hold = nullptr;
};

// Where servers were observed, the instant at which they first named the hold; else the client's window.
ScratchVector<Fenced> fenced_grants(const Timeline& timeline, Scratch& scratch) {
  ScratchVector<Fenced> grants(scratch.memory());
  for (const std::uint32_t index : timeline.grants()) {
    const Hold& hold = timeline.holds()[index];
    if (hold.fence == 0) continue;
    const bool seen = hold.named <= hold.granted;
    const TrueTime invoked = timeline.find(hold.id)->invoked;
    grants.push_back({.from = seen ? hold.named : invoked,
                      .until = seen ? hold.named : hold.granted,
                      .hold = &hold});
  }
  return grants;
}

Verdict disorder(const Timeline& timeline, std::uint64_t judged, const Fenced& first,
                 const Fenced& second) {
  const bool equal = first.hold->fence == second.hold->fence;
  return violation(judged,
                   fmt::format("{} was granted fence {} at {}, {} {} which {} was granted at {}",
                               name_of(timeline, *second.hold), second.hold->fence,
                               clock_text(second.until), equal ? "the same as" : "below",
                               equal ? "that" : fmt::format("{}", first.hold->fence),
                               name_of(timeline, *first.hold), clock_text(first.until)),
                   {first.hold->id, second.hold->id}, first.from, second.until);
}

// The same client may see its token again while it still holds the lock: re-entry.
bool is_re_entry(const Fenced& first, const Fenced& second) {
  return first.hold->client == second.hold->client && second.from < first.hold->naive_until;
}

const Fenced* find_duplicate(ScratchVector<Fenced>& by_fence, const Fenced** second) {
  std::ranges::sort(by_fence, [](const Fenced& a, const Fenced& b) {
    return std::tuple(a.hold->fence, a.from, a.hold->id) <
           std::tuple(b.hold->fence, b.from, b.hold->id);
  });
  for (std::size_t i = 1; i < by_fence.size(); ++i) {
    if (by_fence[i - 1].hold->fence != by_fence[i].hold->fence) continue;
    if (is_re_entry(by_fence[i - 1], by_fence[i])) continue;
    *second = &by_fence[i];
    return &by_fence[i - 1];
  }
  return nullptr;
}

}  // namespace

Verdict judge_fence_monotonicity(const Timeline& timeline, const Limits&) {
  Scratch scratch;
  ScratchVector<Fenced> starts = fenced_grants(timeline, scratch);
  const std::uint64_t judged = starts.size();
  ScratchVector<Fenced> ends(starts, scratch.memory());
  const auto id = [](const Fenced& grant) { return grant.hold->id; };
  std::ranges::sort(starts, {}, [&](const Fenced& g) { return std::tuple(g.from, id(g)); });
  std::ranges::sort(ends, {}, [&](const Fenced& g) { return std::tuple(g.until, id(g)); });
  const Fenced* largest = nullptr;  // among the grants that were over before this one began
  std::size_t over = 0;
  for (const Fenced& grant : starts) {
    for (; over < ends.size() && ends[over].until < grant.from; ++over) {
      if (largest == nullptr || ends[over].hold->fence > largest->hold->fence) {
        largest = &ends[over];
      }
    }
    if (largest != nullptr && grant.hold->fence < largest->hold->fence) {
      return disorder(timeline, judged, *largest, grant);
    }
  }
  const Fenced* second = nullptr;
  if (const Fenced* first = find_duplicate(starts, &second)) {
    return disorder(timeline, judged, *first, *second);
  }
  return {.judged = judged};
}

}  // namespace picklock

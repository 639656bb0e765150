// Runs within a bound that are drawn, one by one.
#include <algorithm>

#include "base/hash.h"
#include "search/exhaustive.h"

namespace picklock {
namespace {

// Of the places where a run could deviate, until it may no more.
constexpr std::uint64_t kDeviatesOnceIn = 8;

}  // namespace

void ExhaustiveOrder::draw(std::uint64_t seed) {
  path_.clear();
  options_.clear();
  script_.clear();
  begin_run();
  looks_at_ = nullptr;
  draws_ = true;
  drawn_ = mix(seed);
}

std::uint64_t ExhaustiveOrder::draw_below(std::uint64_t limit) {
  drawn_ = mix(drawn_);
  return drawn_ % limit;
}

// 0: none strikes.
std::size_t ExhaustiveOrder::draw_fault(std::size_t faults) {
  if (bound_.deviations && deviations_ == *bound_.deviations) return 0;
  if (draw_below(kDeviatesOnceIn) != 0) return 0;
  ++deviations_;
  return 1 + draw_below(faults);
}

std::size_t ExhaustiveOrder::draw_next(std::span<const Due> due) {
  std::vector<Candidate> options;
  for (const std::size_t place : places_) {
    options.push_back(
        {.place = place, .owner = due[place].event.owner, .client = client_of(due[place].event)});
  }
  keep_within_bound(due, options);
  const auto deviating = static_cast<std::size_t>(
      std::ranges::count_if(options, [](const Candidate& one) { return one.cost > 0; }));
  const bool may_choose = deviating > 0 && deviating < options.size();
  const bool deviates = may_choose && draw_below(kDeviatesOnceIn) == 0;
  // Those that deviate come first.
  const std::size_t first = may_choose && !deviates ? deviating : 0;
  const std::size_t end = deviates ? deviating : options.size();
  const Candidate& taken = options[first + draw_below(end - first)];
  deviations_ += taken.cost;
  return taken.place;
}

}  // namespace picklock

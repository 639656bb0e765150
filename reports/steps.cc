#include "reports/steps.h"

#include <algorithm>

#include "reports/teller.h"

namespace picklock {

std::vector<Step> all_steps(const Facts& facts, const History& history, const Cast& cast) {
  Teller teller(facts, cast);
  for (const Event& event : history.events) {
    if (event.at < cast.from) continue;
    if (event.at > cast.until) break;
    teller.tell(event);
  }
  return teller.steps;
}

std::vector<Step> weightiest(std::vector<Step> steps, std::size_t most) {
  if (steps.size() <= most) return steps;
  std::vector<std::size_t> order(steps.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return steps[a].weight > steps[b].weight; });
  order.resize(most);
  std::ranges::sort(order);
  std::vector<Step> chosen;
  for (const std::size_t i : order) chosen.push_back(std::move(steps[i]));
  return chosen;
}

std::vector<Step> story_of(const RunPicture& run, std::size_t most) {
  constexpr std::size_t kClients = 4;
  const Facts facts(run.history);
  const Cast cast = cast_of(facts, run.history, run.counterexample, kClients);
  return weightiest(all_steps(facts, run.history, cast), most);
}

std::vector<TrueTime> instants(const Facts& facts, const Cast& cast, const std::vector<Step>& steps,
                               std::size_t most) {
  std::vector<TrueTime> times;
  const auto add = [&](TrueTime at) {
    if (at < cast.from || at > facts.end() || times.size() >= most) return;
    if (std::ranges::find(times, at) == times.end()) times.push_back(at);
  };
  for (const Step& step : steps) add(step.at);
  for (const auto& [op, hold] : facts.holds()) {
    const bool central = std::ranges::find(cast.clients, hold.client) != cast.clients.end();
    if (!central || hold.granted == kNever || hold.granted > cast.until) continue;
    add(hold.granted);
    add(hold.believed_until);
  }
  for (const auto& naming : facts.namings()) {
    if (naming.until <= cast.until && times.size() + 3 < most) add(naming.until);
  }
  if (times.empty()) times.push_back(std::min(cast.from, facts.end()));
  std::ranges::sort(times);
  return times;
}

}  // namespace picklock

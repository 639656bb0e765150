#include "checker/procedures/permit_changes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace picklock {
namespace {

struct Holder {
  std::int64_t held = 0;
  bool gave_some_back = false;
  std::vector<const PermitChange*> acquires;
};

}  // namespace

std::size_t first_excess(std::vector<PermitChange>& changes, PermitLimit limit, Pace& pace) {
  sort_at(pace, changes, std::ranges::less{}, [](const PermitChange& change) {
    return std::tuple(change.at, change.permits > 0, change.place);
  });
  std::int64_t held = 0;
  std::int64_t writers = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    held += changes[i].permits;
    if (changes[i].writes) writers += changes[i].permits;
    const bool is_too_much = limit.is_semaphore ? held > limit.permits : writers > 0 && held > 1;
    if (is_too_much && changes[i].permits > 0) return i;
  }
  return changes.size();
}

std::vector<std::uint32_t> excessive_acquires(std::span<const PermitChange> changes,
                                              PermitLimit limit) {
  std::map<std::uint32_t, Holder> holders;
  for (const PermitChange& change : changes) {
    Holder& holder = holders[change.owner];
    holder.held += change.permits;
    holder.gave_some_back = holder.held > 0 && (holder.gave_some_back || change.permits < 0);
    if (holder.held == 0) holder.acquires.clear();
    if (change.permits > 0) holder.acquires.push_back(&change);
  }
  const PermitChange& last = changes.back();
  std::vector<const PermitChange*> acquires;
  for (const auto& [owner, holder] : holders) {
    if (holder.gave_some_back) return {};
    for (const PermitChange* change : holder.acquires) {
      const bool conflicts = change != &last && (last.writes || change->writes);
      if (limit.is_semaphore || conflicts) acquires.push_back(change);
    }
  }
  if (!limit.is_semaphore) return {acquires.front()->place, last.place};
  // The largest, as many as are too much.
  std::ranges::stable_sort(acquires, std::greater<>{}, &PermitChange::permits);
  std::vector<std::uint32_t> excess;
  std::int64_t sum = 0;
  for (const PermitChange* change : acquires) {
    if (sum > limit.permits) break;
    sum += change->permits;
    excess.push_back(change->place);
  }
  return excess;
}

}  // namespace picklock

#include "search/seen_states.h"

#include <utility>

#include "base/require.h"

namespace picklock {
namespace {

constexpr std::size_t kFewest = 1024;  // entries

}  // namespace

void SeenStates::clear() {
  entries_.clear();
  numbers_.clear();
  states_ = 0;
}

// Where it is, or would be. States are hashes: their low bits are as good as any.
std::uint64_t SeenStates::place_of(std::uint64_t state) const {
  const std::uint64_t last = entries_.size() - 1;
  std::uint64_t place = state & last;
  while (!entries_[place].is_free() && entries_[place].state != state) place = (place + 1) & last;
  return place;
}

void SeenStates::grow() {
  const std::vector<Entry> before = std::exchange(entries_, {});
  entries_.resize(before.empty() ? kFewest : before.size() * 2);
  for (const Entry& entry : before) {
    if (!entry.is_free()) entries_[place_of(entry.state)] = entry;
  }
}

SeenStates::Found SeenStates::find_or_add(std::uint64_t state,
                                          std::span<const std::uint64_t> numbers) {
  if (2 * states_ >= entries_.size()) grow();
  const std::uint64_t place = place_of(state);
  Entry& entry = entries_[place];
  if (!entry.is_free()) return {.entry = place};
  require(numbers_.size() + numbers.size() < kFree, "few numbers for each state");
  entry.state = state;
  entry.first = static_cast<std::uint32_t>(numbers_.size());
  entry.count = static_cast<std::uint32_t>(numbers.size());
  numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
  ++states_;
  return {.entry = place, .is_new = true};
}

}  // namespace picklock

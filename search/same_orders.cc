// Of orders that come to the same, which are not tried.
#include <algorithm>

#include "search/exhaustive.h"

namespace picklock {

bool ExhaustiveOrder::is_asleep(const Candidate& candidate) const {
  return std::ranges::find(asleep_, candidate.key, &Candidate::key) != asleep_.end();
}

// What was asleep at the branch stays so, and what was tried there before falls asleep: after the event that was
// taken it leads to where that event led after it. Events of one node are another matter.
void ExhaustiveOrder::fall_asleep(const Branch& branch) {
  if (!puts_to_sleep_) return;
  const Candidate& taken = options_[branch.first + branch.taken];
  asleep_ = branch.asleep;
  const auto first = options_.begin() + branch.first;
  asleep_.insert(asleep_.end(), first, first + branch.taken);
  std::erase_if(asleep_, [&](const Candidate& one) { return one.owner == taken.owner; });
}

// Takes out what is asleep and, if the state was seen, all but what was asleep then. True: it was not seen.
bool ExhaustiveOrder::leave_what_is_new(std::uint64_t state, std::vector<Candidate>& candidates) {
  sleeping_.clear();
  std::erase_if(candidates, [&](const Candidate& one) {
    if (!is_asleep(one)) return false;
    sleeping_.push_back(one.signature);
    return true;
  });
  std::ranges::sort(sleeping_);
  const SeenStates::Found found = seen_.find_or_add(state, sleeping_);
  if (found.is_new) return true;
  const std::span<const std::uint64_t> then = seen_.numbers(found.entry);
  std::erase_if(candidates, [&](const Candidate& one) {
    return !std::ranges::binary_search(then, one.signature);
  });
  seen_.keep(found.entry,
             [&](std::uint64_t one) { return std::ranges::binary_search(sleeping_, one); });
  return false;
}

// Whether whatever the others do, without this node, can neither come before these events of it nor change what they
// do. Of a client: it waits for no answer but those that are due. Of a server: whoever could still send to it has a
// message here, which its next ones stay behind.
bool ExhaustiveOrder::is_persistent(std::span<const Due> due, std::uint32_t owner) const {
  const auto clients = static_cast<std::uint32_t>(class_of_.size());
  const auto from = [&](std::uint32_t client) {
    return std::ranges::any_of(due, [&](const Due& one) {
      return one.event.owner == owner && one.event.link != 0 && one.event.link / nodes_ == client;
    });
  };
  if (owner < clients) {
    const auto open = world_.open_calls(NodeId(owner));
    const auto answers = std::ranges::count_if(
        due, [&](const Due& one) { return one.event.owner == owner && one.event.link != 0; });
    return open && *open == static_cast<std::size_t>(answers);
  }
  for (std::uint32_t client = 0; client < clients; ++client) {
    if (!world_.open_calls(NodeId(client))) return false;
    if (!world_.is_at_rest(NodeId(client)) && !from(client)) return false;
  }
  return true;
}

// Puts the events of one node in front, the fewest that there are, and says how many these are.
std::size_t ExhaustiveOrder::put_persistent_first(std::span<const Due> due,
                                                  std::vector<Candidate>& candidates) const {
  std::size_t fewest = candidates.size();
  std::uint32_t chosen = 0;
  for (std::uint32_t owner = 0; owner < nodes_; ++owner) {
    const auto events =
        static_cast<std::size_t>(std::ranges::count(candidates, owner, &Candidate::owner));
    if (events == 0 || events >= fewest || !is_persistent(due, owner)) continue;
    // An event that sleeps may show something, and nobody would see.
    if (std::ranges::find(asleep_, owner, &Candidate::owner) != asleep_.end()) continue;
    fewest = events;
    chosen = owner;
  }
  if (fewest == candidates.size()) return fewest;
  std::stable_partition(candidates.begin(), candidates.end(),
                        [&](const Candidate& one) { return one.owner == chosen; });
  return fewest;
}

bool ExhaustiveOrder::is_visible(const Event& event) const {
  switch (event.kind) {
    case EventKind::invoke:
      return event.action == Action::release;
    case EventKind::complete:
      return event.action == Action::acquire && event.outcome == Outcome::ok;
    case EventKind::named:
    case EventKind::renewed:
    case EventKind::unnamed:
      return pruning_.sees_servers;
    case EventKind::applied:
    case EventKind::woken:
      return false;
    default:
      return true;
  }
}

bool ExhaustiveOrder::showed_something(std::size_t from) const {
  const std::vector<Event>& events = world_.events();
  const auto begin = events.begin() + static_cast<std::ptrdiff_t>(std::min(from, events.size()));
  return std::any_of(begin, events.end(), [this](const Event& event) { return is_visible(event); });
}

bool ExhaustiveOrder::shows_anything_new() const {
  return pruning_.past != World::Past::nothing || showed_something(known_events_);
}

// The event that was chosen last has been carried out. What shows itself may not be put before the others unseen.
void ExhaustiveOrder::check_visibility() {
  if (unchecked_ == kNone) return;
  Branch& branch = path_[unchecked_];
  if (showed_something(events_then_)) branch.options = branch.all;
  unchecked_ = kNone;
}

}  // namespace picklock

#include "search/exhaustive.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <ranges>

#include "base/hash.h"
#include "search/alike.h"
#include "search/part_done.h"

namespace picklock {
ExhaustiveOrder::ExhaustiveOrder(const World& world, const Scenario& scenario, bool servers_alike,
                                 const Pruning& pruning)
    : world_(world),
      scenario_(scenario),
      servers_alike_(servers_alike),
      pruning_(pruning),
      nodes_(static_cast<std::uint32_t>(node_names(scenario).size())) {}

void ExhaustiveOrder::begin(const std::vector<Fault>& faults,
                            const std::vector<Occasion>* occasions) {
  occasions_ = occasions;
  puts_to_sleep_ = pruning_.states && pruning_.orders && pruning_.past != World::Past::all &&
                   faults.empty() && !scenario_.network.datagrams;
  drops_orders_ = puts_to_sleep_ && pruning_.past == World::Past::nothing;
  seen_.clear();
  path_.clear();
  options_.clear();
  script_.clear();
  begin_run();
  std::vector<std::uint32_t> names(scenario_.clients.size());
  std::iota(names.begin(), names.end(), 0U);
  class_of_ = pruning_.symmetry ? alike_clients(scenario_, faults) : names;
  // A history says who did what, and is not told again with other names.
  const bool traded = pruning_.symmetry && pruning_.past != World::Past::all;
  facts_.set_symmetry(traded ? class_of_ : names,
                      traded && servers_alike_ && are_servers_alike(scenario_, faults));
}

void ExhaustiveOrder::begin_run() {
  repeated_ = script_.size();
  known_events_ = 0;
  unchecked_ = kNone;
  asleep_.clear();
  ranked_.clear();
  steps_ = 0;
}

bool ExhaustiveOrder::advance() {
  check_visibility();
  while (!path_.empty() && path_.back().taken + 1 == path_.back().options) {
    options_.resize(path_.back().first);
    path_.pop_back();
  }
  if (path_.empty()) return false;
  Branch& branch = path_.back();
  ++branch.taken;
  script_.resize(branch.step);
  script_.push_back(options_[branch.first + branch.taken].place);
  begin_run();
  return true;
}

double ExhaustiveOrder::done() const {
  return part_done(path_ | std::views::transform([](const Branch& branch) {
                     return Turn{.taken = branch.taken, .ways = branch.options};
                   }));
}

// The serial number of the event.
std::uint64_t ExhaustiveOrder::rank(const EventQueue::Payload& event) {
  ranked_.push_back({.lane = lane_of(event), .due = steps_});
  return ranked_.size() - 1;
}

std::size_t ExhaustiveOrder::repeats() {
  return steps_ < repeated_ ? script_[steps_] : kAsk;
}

void ExhaustiveOrder::taken(std::size_t place, const Due& due) {
  check_visibility();
  if (steps_ >= repeated_) script_.push_back(place);
  ranked_[due.rank].step = ++steps_;
  if (steps_ == repeated_) known_events_ = world_.events().size();
  std::erase_if(asleep_, [&](const Candidate& one) {
    return one.owner == due.event.owner || due.event.owner >= nodes_;
  });
  const bool chosen = !path_.empty() && path_.back().step + 1 == steps_;
  if (!chosen) return;
  fall_asleep(path_.back());
  if (path_.back().options == path_.back().all) return;
  unchecked_ = path_.size() - 1;
  events_then_ = world_.events().size();
}

// Of clients that are alike and have done nothing yet, the first alone may begin.
void ExhaustiveOrder::interchange(std::span<const Due> due) {
  std::vector<std::uint32_t> begun;
  std::erase_if(places_, [&](std::size_t place) {
    const std::uint32_t node = due[place].event.owner;
    if (node >= class_of_.size() || !world_.is_untouched(NodeId(node))) return false;
    const std::uint32_t kind = class_of_[node];
    if (std::ranges::find(begun, kind) != begun.end()) return true;
    begun.push_back(kind);
    return false;
  });
}

// What comes next is one of these: of those that trading names makes one, the first.
std::vector<ExhaustiveOrder::Candidate> ExhaustiveOrder::candidates(
    std::span<const Due> due) const {
  std::vector<Candidate> candidates;
  for (const std::size_t place : places_) {
    Candidate one{.place = place, .owner = due[place].event.owner};
    if (pruning_.states) {
      const Fact fact = world_.fact_of(due[place].event);
      one.key = mix(due[place].lane + mix(fact.what));
      one.signature = facts_.signature(fact);
      const auto is_it = [&](const Candidate& other) { return other.signature == one.signature; };
      if (std::ranges::any_of(candidates, is_it)) continue;
    }
    candidates.push_back(one);
  }
  return candidates;
}

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
  std::vector<std::uint64_t> asleep;
  std::erase_if(candidates, [&](const Candidate& one) {
    if (!is_asleep(one)) return false;
    asleep.push_back(one.signature);
    return true;
  });
  std::ranges::sort(asleep);
  const auto [known, is_new] = seen_.try_emplace(state, asleep);
  if (is_new) return true;
  std::vector<std::uint64_t>& then = known->second;
  std::erase_if(candidates, [&](const Candidate& one) {
    return !std::ranges::binary_search(then, one.signature);
  });
  std::erase_if(then, [&](std::uint64_t one) { return !std::ranges::binary_search(asleep, one); });
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
  std::map<std::uint32_t, std::size_t> owners;
  for (const Candidate& one : candidates) ++owners[one.owner];
  std::size_t fewest = candidates.size();
  std::uint32_t chosen = 0;
  for (const auto& [owner, events] : owners) {
    if (events >= fewest || !is_persistent(due, owner)) continue;
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

std::size_t ExhaustiveOrder::next(std::span<const Due> due, std::span<const std::size_t> places) {
  check_visibility();
  places_.assign(places.begin(), places.end());
  interchange(due);
  if (places_.size() == 1) return places_.front();
  std::uint64_t state = 0;
  if (pruning_.states) {
    world_.collect(facts_, pruning_.past, occasions_);
    state = facts_.hash();
  }
  std::vector<Candidate> options = candidates(due);
  const bool is_new = !pruning_.states || leave_what_is_new(state, options);
  if (is_new) ++states_;
  if (options.empty()) return kStop;
  const bool reduces = drops_orders_ && is_new;
  const std::size_t few = reduces ? put_persistent_first(due, options) : options.size();
  path_.push_back({.step = steps_,
                   .first = static_cast<std::uint32_t>(options_.size()),
                   .options = static_cast<std::uint32_t>(few),
                   .all = static_cast<std::uint32_t>(options.size()),
                   .asleep = asleep_});
  options_.insert(options_.end(), options.begin(), options.end());
  return options.front().place;
}

std::vector<Choice> ExhaustiveOrder::deviations() const {
  constexpr std::uint64_t kAfterAll = std::uint64_t{1} << 31;
  std::vector<Choice> choices;
  std::map<Lane, std::uint32_t> ordinals;
  for (std::size_t i = 0; i < ranked_.size(); ++i) {
    const Ranked& one = ranked_[i];
    const std::uint32_t ordinal = ordinals[one.lane]++;
    const std::uint64_t value = one.step != 0 ? one.step - 1 - one.due : kAfterAll + i;
    if (value == 0 || !is_drawn(one.lane)) continue;
    choices.push_back({hash_text(world_.order_stream(one.lane)), ordinal, value});
  }
  return choices;
}

// Events of the world have no place among the others to draw.
bool ExhaustiveOrder::is_drawn(Lane lane) const {
  return lane >= kLinks || lane < nodes_;
}

}  // namespace picklock

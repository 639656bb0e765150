#include "search/exhaustive.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/hash.h"
#include "search/alike.h"
#include "search/part_done.h"

namespace picklock {

ExhaustiveOrder::ExhaustiveOrder(const World& world, const Scenario& scenario, bool servers_alike,
                                 const FreeFaults& free, const Pruning& pruning)
    : world_(world),
      scenario_(scenario),
      servers_alike_(servers_alike),
      free_(free),
      pruning_(pruning),
      nodes_(static_cast<std::uint32_t>(node_names(scenario).size())) {}

void ExhaustiveOrder::begin(const std::vector<Fault>& faults,
                            const std::vector<Occasion>* occasions, const Bound& bound) {
  occasions_ = occasions;
  bound_ = bound;
  planned_ = static_cast<std::uint32_t>(faults.size());
  left_out_ = draws_ = false;
  looks_at_ = nullptr;
  puts_to_sleep_ = pruning_.states && pruning_.orders && pruning_.past != World::Past::all &&
                   faults.empty() && bound.faults == 0 && !bound.deviations &&
                   !scenario_.network.datagrams;
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
  facts_of_ranked_.clear();
  steps_ = decisions_ = 0;
  struck_.clear();
  current_ = kNobody;
  deviations_ = 0;
}

void ExhaustiveOrder::repeat(const std::vector<Occasion>& occasions) {
  begin_run();
  looks_at_ = &occasions;
  where_.clear();
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
  std::vector<Turn> turns;
  turns.reserve(path_.size());
  for (const Branch& branch : path_) turns.push_back({branch.taken, branch.options});
  return part_done(turns);
}

// The serial number of the event.
std::uint64_t ExhaustiveOrder::rank(const EventQueue::Payload& event) {
  ranked_.push_back({.lane = lane_of(event), .due = steps_});
  return ranked_.size() - 1;
}

std::size_t ExhaustiveOrder::repeats() {
  return decisions_ < repeated_ ? script_[decisions_] : kAsk;
}

// Counts a decision that is made; true: it is the first that the run before did not make alike.
bool ExhaustiveOrder::decides_anew() {
  if (++decisions_ != repeated_) return false;
  known_events_ = world_.events().size();
  if (!path_.empty()) go_on_from(path_.back());
  return true;
}

void ExhaustiveOrder::go_on_from(const Branch& branch) {
  const Candidate& taken = options_[branch.first + branch.taken];
  current_ = taken.client != kNobody ? taken.client : branch.current;
  deviations_ = branch.deviations + taken.cost;
}

// One of so many faults strikes, which counts as a deviation, or none. Returns what is tried first: 0 is none.
std::size_t ExhaustiveOrder::branch_on(std::size_t faults) {
  if (bound_.deviations && deviations_ == *bound_.deviations) {
    left_out_ = true;
    return 0;
  }
  const auto all = static_cast<std::uint32_t>(faults + 1);
  path_.push_back({.step = decisions_,
                   .first = static_cast<std::uint32_t>(options_.size()),
                   .options = all,
                   .all = all,
                   .asleep = {},
                   .current = current_,
                   .deviations = deviations_});
  for (std::uint32_t i = 0; i < all; ++i) {
    const std::size_t place = bound_.deviations ? (i + 1) % all : i;
    options_.push_back({.place = place, .cost = place == 0 ? 0U : 1U});
  }
  const Candidate& first = options_[path_.back().first];
  deviations_ += first.cost;
  return first.place;
}

std::uint32_t ExhaustiveOrder::strikes(NodeId node, std::string_view point) {
  if (struck_.size() == bound_.faults) return kNoFault;
  const std::vector<std::uint32_t>& numbers = free_.at(node, point);
  if (numbers.empty()) return kNoFault;
  const bool is_known = decisions_ < repeated_;
  const auto ask = [&] { return draws_ ? draw_fault(numbers.size()) : branch_on(numbers.size()); };
  const std::size_t place = is_known ? script_[decisions_] : ask();
  if (!is_known) script_.push_back(place);
  decides_anew();
  if (place == 0) return kNoFault;
  struck_.push_back(numbers[place - 1]);
  if (looks_at_ != nullptr) where_.push_back(looks_at_->back());
  return planned_ + struck_.back();
}

// A timer of a client, a message to it or from it.
std::uint32_t ExhaustiveOrder::client_of(const EventQueue::Payload& event) const {
  const auto clients = static_cast<std::uint32_t>(class_of_.size());
  if (event.owner < clients) return event.owner;
  const std::uint32_t sender = event.link / nodes_;
  return event.link != 0 && sender < clients ? sender : kNobody;
}

void ExhaustiveOrder::taken(std::size_t place, const Due& due) {
  ranked_[due.rank].step = ++steps_;
  if (decisions_ + 1 < repeated_) {  // what it comes to is told by the branch where the new begins
    ++decisions_;
    return;
  }
  check_visibility();
  if (decisions_ >= repeated_) script_.push_back(place);
  if (!decides_anew() && client_of(due.event) != kNobody) current_ = client_of(due.event);
  std::erase_if(asleep_, [&](const Candidate& one) {
    return one.owner == due.event.owner || due.event.owner >= nodes_;
  });
  const bool chosen = !path_.empty() && path_.back().step + 1 == decisions_;
  if (!chosen) return;
  fall_asleep(path_.back());
  if (path_.back().options == path_.back().all) return;
  unchecked_ = path_.size() - 1;
  events_then_ = world_.events().size();
}

// Of clients that are alike and have done nothing yet, the first alone may begin. A free fault tells them apart.
void ExhaustiveOrder::interchange(std::span<const Due> due) {
  if (!struck_.empty()) return;
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
void ExhaustiveOrder::find_candidates(std::span<const Due> due,
                                      std::vector<Candidate>& candidates) const {
  candidates.clear();
  for (const std::size_t place : places_) {
    Candidate one{
        .place = place, .owner = due[place].event.owner, .client = client_of(due[place].event)};
    if (pruning_.states) {
      const Fact& fact = facts_of_due_[place];
      one.key = mix(due[place].lane + mix(fact.what));
      one.signature = facts_.signature(fact);
      const auto is_it = [&](const Candidate& other) { return other.signature == one.signature; };
      if (std::ranges::any_of(candidates, is_it)) continue;
    }
    candidates.push_back(one);
  }
}

// What may still deviate belongs to the state.
void ExhaustiveOrder::add_bound_to_state() {
  if (bound_.faults > 0) facts_.add(mix(bound_.faults - struck_.size()));
  if (!bound_.deviations) return;
  Fact fact{.what = mix(deviations_), .server = {}, .clients = {}};
  if (current_ != kNobody) fact.clients.front() = NodeId(current_);
  facts_.add(fact);
}

// To leave a client that could go on is a deviation.
void ExhaustiveOrder::keep_within_bound(std::span<const Due> due,
                                        std::vector<Candidate>& candidates) {
  if (!bound_.deviations) return;
  const bool goes_on = std::ranges::any_of(candidates, [&](const Candidate& one) {
    return client_of(due[one.place].event) == current_;
  });
  if (!goes_on || current_ == kNobody) return;
  for (Candidate& one : candidates) one.cost = one.client == current_ ? 0 : 1;
  if (deviations_ == *bound_.deviations) {
    left_out_ |= std::erase_if(candidates, [](const Candidate& one) { return one.cost > 0; }) > 0;
  }
  // What deviates early is tried before what deviates late: at the end of a run there is little left to go wrong.
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const Candidate& one) { return one.cost > 0; });
}

// What an event says stays the same as long as it is due.
void ExhaustiveOrder::look_at(std::span<const Due> due) {
  facts_of_due_.clear();
  facts_of_ranked_.resize(ranked_.size());
  for (const Due& one : due) {
    std::optional<Fact>& known = facts_of_ranked_[one.rank];
    if (!known) known = world_.fact_of(one.event);
    facts_of_due_.push_back(*known);
  }
}

std::size_t ExhaustiveOrder::next(std::span<const Due> due, std::span<const std::size_t> places) {
  check_visibility();
  places_.assign(places.begin(), places.end());
  interchange(due);
  if (places_.size() == 1) return places_.front();
  if (draws_) return draw_next(due);
  std::uint64_t state = 0;
  if (pruning_.states) {
    look_at(due);
    world_.collect(facts_, pruning_.past, occasions_, facts_of_due_);
    add_bound_to_state();
    state = facts_.hash();
    seen_.prefetch(state);
  }
  std::vector<Candidate>& options = candidates_;
  find_candidates(due, options);
  const bool is_new = !pruning_.states || leave_what_is_new(state, options);
  if (is_new) ++states_;
  if (options.empty()) return kStop;
  keep_within_bound(due, options);
  const bool reduces = drops_orders_ && is_new;
  const std::size_t few = reduces ? put_persistent_first(due, options) : options.size();
  path_.push_back({.step = decisions_,
                   .first = static_cast<std::uint32_t>(options_.size()),
                   .options = static_cast<std::uint32_t>(few),
                   .all = static_cast<std::uint32_t>(options.size()),
                   .asleep = asleep_,
                   .current = current_,
                   .deviations = deviations_});
  options_.insert(options_.end(), options.begin(), options.end());
  deviations_ += options.front().cost;
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

// Every order of what can happen at one instant, in one plan.
//
// Runs are carried out again from the start with another choice at the last place that has one left (stateless
// search, as in Godefroid's VeriSoft, POPL 1997), but what follows a state that was seen is not carried out
// again. A state is told by what nodes hold or were handed (World::collect): nothing of a coroutine is copied.
//
// Where judges look at the present alone and no fault can strike, orders that come to the same are not all tried:
// events of one node that nothing else can forestall or disturb, and that show nothing to a judge, go first
// (persistent sets with the visibility proviso: Godefroid, LNCS 1032, 1996; Clarke, Grumberg, Minea and Peled, STTT
// 2, 1999). No run comes back to a state, so no cycle proviso is needed. And where two events of different nodes may
// come in either order, the second of them is not tried again after the first order was (sleep sets, with what was
// put to sleep kept beside each state: Godefroid, Holzmann and Pirottin, FMSD 7, 1995).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"
#include "search/free_faults.h"
#include "search/seen_states.h"
#include "sim/choices.h"
#include "sim/facts.h"
#include "sim/order.h"
#include "sim/world.h"

namespace picklock {

struct Pruning {
  bool states = true;
  bool symmetry = true;                 // nodes that are alike are interchangeable
  bool orders = true;                   // that come to the same
  World::Past past = World::Past::all;  // what judges see of it
  bool sees_servers = true;             // judges look at whom a server names
};

// How far runs may deviate.
struct Bound {
  std::uint32_t faults = 0;  // free ones that strike in one run, at most
  // These, and how often a client is interrupted that could go on; nothing: any number. Source: iterative context
  // bounding (Musuvathi and Qadeer, PLDI 2007), with clients as the threads.
  std::optional<std::uint32_t> deviations;
};

// The order of one run after the other. Usage: do { world.run(...) } while (order.advance());
class ExhaustiveOrder final : public Order {
 public:
  // The world is one of this scenario; it and `free` outlive the order. `servers_alike`: the lock would not notice if
  // they traded places.
  ExhaustiveOrder(const World& world, const Scenario& scenario, bool servers_alike,
                  const FreeFaults& free, const Pruning& pruning);

  // Begins with another plan: these faults are in force, and the free ones, whose numbers come after theirs, may
  // strike. `scenario` is the one of the constructor. Runs get `occasions`, unless it is null: it then belongs to the
  // state.
  void begin(const std::vector<Fault>& faults, const std::vector<Occasion>* occasions,
             const Bound& bound);
  // The next run; false when there is none left.
  bool advance();
  // The next run of this plan is a drawn one within the bound, whatever others were; of what it comes by nothing is
  // kept. begin() ends this.
  void draw(std::uint64_t seed);

  // The run that came last once more, to see where free faults struck: it gets `occasions`.
  void repeat(const std::vector<Occasion>& occasions);
  const std::vector<Occasion>& where_it_struck() const { return where_; }
  // Of the last run: the numbers of the free faults that struck, in this order.
  const std::vector<std::uint32_t>& struck() const { return struck_; }
  // Whether a run of this plan was left out because it deviates too much.
  bool left_out() const { return left_out_; }
  // Of the last run: the deviations with which a drawn order would choose as this one did.
  std::vector<Choice> deviations() const;
  // Whether judges may say something else of it than of the run that it has its beginning from.
  bool shows_anything_new() const;
  std::uint64_t states() const { return states_; }  // distinct ones, of all plans
  // An estimate of which part of the runs of this plan lies behind.
  double done() const;

  bool tells_states_apart() const override { return pruning_.states && !draws_; }
  std::uint64_t rank(const EventQueue::Payload& event) override;
  std::size_t next(std::span<const Due> due, std::span<const std::size_t> places) override;
  std::size_t repeats() override;
  bool was_so_before() const override { return decisions_ + 1 < repeated_; }
  void taken(std::size_t place, const Due& due) override;
  std::uint32_t strikes(NodeId node, std::string_view point) override;

 private:
  static constexpr std::uint32_t kNobody = 0xffffffff;
  // An event that is due.
  struct Candidate {
    std::size_t place = 0;
    std::uint32_t owner = 0;
    std::uint32_t client = kNobody;  // whose doing it is
    std::uint32_t cost = 0;          // in deviations
    std::uint64_t key = 0;           // the same as long as it is due
    std::uint64_t signature = 0;     // the same for two that trading names makes one
  };
  struct Branch {
    std::uint64_t step = 0;   // of the run: how many decisions came before
    std::uint32_t first = 0;  // of its options, in places_
    std::uint32_t taken = 0;
    std::uint32_t options = 0;
    std::uint32_t all = 0;  // and those that are put off, which may turn out to be needed
    std::vector<Candidate> asleep;
    std::uint32_t current = kNobody;  // then
    std::uint32_t deviations = 0;     // then
  };
  struct Ranked {  // an event that came due in this run
    Lane lane = 0;
    std::uint64_t due = 0;   // how many events had been taken when it came due
    std::uint64_t step = 0;  // at which it was taken, from 1; 0 = not
  };
  void begin_run();
  std::size_t branch_on(std::size_t faults);
  std::uint64_t draw_below(std::uint64_t limit);
  std::size_t draw_fault(std::size_t faults);
  std::size_t draw_next(std::span<const Due> due);
  bool decides_anew();
  void go_on_from(const Branch& branch);
  std::uint32_t client_of(const EventQueue::Payload& event) const;
  void keep_within_bound(std::span<const Due> due, std::vector<Candidate>& candidates);
  void add_bound_to_state();
  bool is_drawn(Lane lane) const;
  void interchange(std::span<const Due> due);
  void look_at(std::span<const Due> due);
  void find_candidates(std::span<const Due> due, std::vector<Candidate>& candidates) const;
  bool is_asleep(const Candidate& candidate) const;
  void fall_asleep(const Branch& branch);
  bool leave_what_is_new(std::uint64_t state, std::vector<Candidate>& candidates);
  std::size_t put_persistent_first(std::span<const Due> due,
                                   std::vector<Candidate>& candidates) const;
  bool is_persistent(std::span<const Due> due, std::uint32_t owner) const;
  bool is_visible(const Event& event) const;
  bool showed_something(std::size_t from) const;
  void check_visibility();

  const World& world_;
  const Scenario& scenario_;
  bool servers_alike_;
  const FreeFaults& free_;
  Pruning pruning_;
  std::uint32_t nodes_;                  // of the world
  std::vector<std::uint32_t> class_of_;  // by client: the first client that it is like
  bool drops_orders_ = false;            // in this plan
  bool puts_to_sleep_ = false;
  const std::vector<Occasion>* occasions_ = nullptr;
  Bound bound_;
  std::uint32_t planned_ = 0;  // faults that are not free
  bool left_out_ = false;
  bool draws_ = false;       // and tries nothing after the other
  std::uint64_t drawn_ = 0;  // last
  StateFacts facts_;
  SeenStates seen_;                      // with what was asleep in each: signatures, rising
  std::vector<std::uint64_t> sleeping_;  // scratch
  std::uint64_t states_ = 0;
  std::vector<Branch> path_;
  std::vector<Candidate> options_;  // of all branches of path_
  // Now: need not come next, unless an event of the same node comes before.
  std::vector<Candidate> asleep_;
  // Of the run: the place of every event, and of every fault, choice or not.
  std::vector<std::size_t> script_;
  // How many of them are known from the run before, but for the last, the new one.
  std::size_t repeated_ = 0;
  std::size_t known_events_ = 0;  // of the history, then
  static constexpr std::size_t kNone = ~std::size_t{0};
  // A branch that puts others off, whose event is being carried out.
  std::size_t unchecked_ = kNone;
  std::size_t events_then_ = 0;  // of the history, before it
  std::vector<Ranked> ranked_;
  std::vector<std::optional<Fact>>
      facts_of_ranked_;             // by rank: of those that were due where anybody looked
  std::vector<Fact> facts_of_due_;  // scratch
  std::uint64_t steps_ = 0;         // events that were taken
  std::uint64_t decisions_ = 0;     // these, and faults that could strike
  std::vector<std::uint32_t> struck_;
  const std::vector<Occasion>* looks_at_ = nullptr;
  std::vector<Occasion> where_;
  std::uint32_t current_ = kNobody;  // the client that went on last
  std::uint32_t deviations_ = 0;
  std::vector<std::size_t> places_;    // scratch
  std::vector<Candidate> candidates_;  // scratch
};

}  // namespace picklock

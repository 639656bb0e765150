// The runs of a search: each carried out in one world that is used again, counted, and judged.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "search/exhaustive.h"
#include "search/explore.h"
#include "sim/world.h"

namespace picklock {

class Trials {
 public:
  // All arguments outlive it.
  Trials(const LoadedScenario& loaded, const LockRegistry& locks, const ExploreOptions& options);

  // False when the search is over: its budget is spent, somebody stopped it, or this run broke a property.
  // `occasions`, when not null, gets those of the run.
  bool carry_out(Strategy by, const std::vector<Fault>& placed, const Choices& choices,
                 std::vector<Occasion>* occasions);
  // The same in an order that somebody else decides, who then tells the deviations that stand for it, and which of the
  // free faults strike.
  bool carry_out_ordered(const std::vector<Fault>& placed, ExhaustiveOrder& order,
                         std::vector<Occasion>* occasions);

  // From now on placements of so many faults are tried.
  void begin_placing(std::uint32_t faults);

  const History& last() const { return run_->history; }
  World& world() { return world_; }
  // What may strike beside what is placed, if an order says so. It outlives the trials.
  void set_free(const FreeFaults& free) { free_ = &free; }
  const LoadedScenario& loaded() const { return loaded_; }
  // When the last of these placed faults took effect in the last run; never when it did not.
  TrueTime last_strike(const std::vector<Fault>& placed) const;
  // How much of the past the properties that are looked for depend on.
  World::Past past() const;
  // Whether one of them looks at whom a server names.
  bool sees_servers() const;

  Exploration result;

 private:
  bool is_over();
  void place(const std::vector<Fault>& placed);
  void count(Strategy by);
  void set_faults(const std::vector<Fault>& placed, const std::vector<Fault>& free);
  std::vector<Fault> anchored(const std::vector<Fault>& placed, ExhaustiveOrder& order);
  const Property* judge(const std::vector<Fault>& placed);
  bool report(const Property& broken, Strategy by, const std::vector<Fault>& placed,
              const Choices& choices);

  const LoadedScenario& loaded_;
  const LockRegistry& locks_;
  const ExploreOptions& options_;
  std::vector<const Property*> wanted_;
  World world_;
  const FreeFaults* free_ = nullptr;
  std::optional<std::vector<Fault>> placed_;  // in the world, if it is known
  Timeline timeline_;
  const RunResult* run_ = nullptr;
  // By digest, whether a sampled run came up again. Never iterated over.
  std::unordered_map<std::uint64_t, bool> sampled_;
};

}  // namespace picklock

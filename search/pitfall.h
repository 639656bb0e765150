// Why a counterexample came about: its class in the catalogue of pitfalls.
//
// Classes are told apart by rules over the history and the faults that took effect in it: how the first hold
// was lost that its client still believed in, and what had happened to the client and to the server until then.
// A run that no rule knows is unclassified; nothing is guessed.
#pragma once

#include <string_view>

#include "checker/history.h"
#include "checker/verdict.h"
#include "scenarios/scenario.h"

namespace picklock {

struct PitfallClass {
  std::string_view id;     // "P14"
  std::string_view name;   // "a pause longer than the lease"
  std::string_view moral;  // one sentence: what to learn from it
};

// Null: unclassified. `property` is the one that the counterexample breaks; the history is a run of the scenario.
// O(events).
const PitfallClass* pitfall_of(const Scenario& scenario, const History& history,
                               const Counterexample& counterexample, std::string_view property);

}  // namespace picklock

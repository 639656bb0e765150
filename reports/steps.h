// The events of a counterexample that are worth a sentence, and the sentences.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/cast.h"
#include "reports/facts.h"
#include "reports/result.h"

namespace picklock {

struct Step {
  TrueTime at;
  int weight = 0;         // how much the story needs it
  std::string text;       // "client-2 gets the lock, fence 34"
  NodeId client;          // whose step it is; none: a server's
  NodeId node;            // where it happened; none: on links
  bool is_wrong = false;  // data was damaged, or a lock taken away
  bool is_saved = false;  // the resource refused it
};

// What somebody can follow.
inline constexpr std::size_t kStepsOfStory = 12;
inline constexpr std::size_t kClientsOfStory = 4;

// All candidates between cast.from and cast.until, in the order of time.
std::vector<Step> all_steps(const Facts& facts, const History& history, const Cast& cast);

// The weightiest, in the order of time.
std::vector<Step> weightiest(std::vector<Step> steps, std::size_t most);

// The story of a violation in at most so many steps.
std::vector<Step> story_of(const RunPicture& run, std::size_t most);

// The instants to draw: those of the steps, and where there is room those where beliefs and ownership
// change. At most `most`, in the order of time.
std::vector<TrueTime> instants(const Facts& facts, const Cast& cast, const std::vector<Step>& steps,
                               std::size_t most);

}  // namespace picklock

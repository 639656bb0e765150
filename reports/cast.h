// Who and what belongs to the story of a counterexample.
#pragma once

#include <cstddef>
#include <vector>

#include "checker/verdict.h"
#include "reports/facts.h"

namespace picklock {

struct Cast {
  std::vector<NodeId> clients;   // that matter, in the order in which they asked for the lock
  std::size_t others = 0;        // clients that asked for it too
  std::vector<OpId> operations;  // of the counterexample, as far as the history has them
  TrueTime from;                 // the stretch of time worth drawing
  TrueTime until;
};

// At most `most` clients.
Cast cast_of(const Facts& facts, const History& history, const Counterexample& counterexample,
             std::size_t most);

}  // namespace picklock

// Who waits for whom at one instant of a run.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "checker/timeline.h"

namespace picklock {

struct WaitChain {
  std::string text;              // "client-2 waits for client-1's hold, which redis-1 names; ..."
  std::vector<OpId> operations;  // waiting acquires and holds waited for
};

// From the acquire that has waited longest at `at`, along the wait-for graph: a waiting acquire waits
// for every hold that a server names, a hold for its client, and a client for its own waiting acquire.
// Meant for counterexamples: it reads the whole history.
WaitChain wait_chain(const Timeline& timeline, TrueTime at);

}  // namespace picklock

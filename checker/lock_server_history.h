// Histories of a correct lock server, and of one that errs once: for tests, benchmarks, and users who want
// to try the judge.
//
// A discrete-event simulation: clients acquire, hold, release and think; requests and replies take the
// latency; one server grants in the order of arrival, or refuses at once where clients only try. The
// same workload gives the same history to the bit. O(operations * log clients).
#pragma once

#include <cstdint>

#include "base/time.h"
#include "checker/operations.h"

namespace picklock {

enum class Injection : std::uint8_t {
  none,
  double_grant,  // the first request after the point of injection that must wait is granted
  free_refusal,  // requests that find the lock free are refused, until one of them is beyond explanation
                 // (with `tries` only)
};

struct LockServerWorkload {
  std::uint32_t clients = 10;
  std::uint64_t operations = 10'000;  // until so many were invoked
  bool tries = false;                 // a request that finds the lock taken is refused
  std::uint64_t unknowns = 0;  // replies that are lost, spread evenly up to the point of injection;
                               // another client takes over from one who lost a reply
  Injection injection = Injection::none;  // at 90 % of the operations
  Duration hold{5'000'000};               // mean; exponential ...
  Duration latency{1'000'000};            // ... mean, one way ...
  Duration think{};                       // ... mean, from a release to the next acquire
  std::uint64_t seed = 1;
};

// Of operations whose outcome stays unknown the server received the releases and never the requests:
// neither is in the way of the clients that remain.
OperationHistory record_lock_server(const LockServerWorkload& workload);

}  // namespace picklock

// What a judge says of one history.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace picklock {

enum class Status : std::uint8_t {
  holds,      // in this history
  violated,   // with a counterexample
  undecided,  // the budget ran out, or the history does not tell
};

// The part of the history that breaks the property.
struct Counterexample {
  std::string reason;            // one sentence with names and times
  std::vector<OpId> operations;  // the operations that it takes, in the order of invocation
  TrueTime from{};               // the violation in true time: a moment, or from ... until
  TrueTime until{};
};

struct Verdict {
  Status status = Status::holds;
  std::uint64_t judged =
      0;  // how many operations, holds or pairs the judge looked at; 0 = nothing to say
  std::optional<Counterexample> counterexample;  // exactly when violated
  std::string undecided_because;                 // exactly when undecided
};

// How somebody else sees how far long judging has come, and ends it. It changes no verdict, but that
// what was stopped is undecided. Any number of threads may judge under one watch.
struct Watch {
  const std::atomic<bool>* stop = nullptr;  // set by somebody else: give up soon
  std::atomic<std::uint64_t> steps{0};      // of all searches so far, a little behind

  bool go_on(std::uint64_t more) {
    steps.fetch_add(more, std::memory_order_relaxed);
    return stop == nullptr || !stop->load(std::memory_order_relaxed);
  }
};

// Budgets are counted in steps, never in seconds, so that a verdict is reproducible.
struct Limits {
  std::uint64_t search_steps = 1'000'000;  // states that one linearizability search may expand ...
  std::uint64_t search_bytes = std::uint64_t{1} << 30;  // ... and keep so many bytes of them
  Watch* watch = nullptr;                               // outlives the search
};

}  // namespace picklock

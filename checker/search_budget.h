// How much a search may take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "checker/pace.h"
#include "checker/verdict.h"

namespace picklock::search {

// A specification may keep states of its own, and says how much they take.
template <class Spec>
std::size_t bytes_kept_by(const Spec& spec) {
  if constexpr (requires { spec.bytes(); }) {
    return spec.bytes();
  } else {
    return 0;
  }
}

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(&limits) {}  // they outlive it

  // One step more, with so many bytes in use; false when the search has to end.
  bool take_step(std::size_t bytes) {
    constexpr std::uint64_t kBetweenLooks = 1024;
    ++steps_;
    if (steps_ > limits_->search_steps) {
      why_ = "the search used up its budget of steps";
    } else if (bytes > limits_->search_bytes) {
      why_ = "the search used up its budget of memory";
    } else if (steps_ % kBetweenLooks != 0 || limits_->watch == nullptr ||
               limits_->watch->go_on(kBetweenLooks)) {
      return true;
    } else {
      why_ = kInterrupted;
    }
    return false;
  }

  const char* why() const { return why_; }  // it ended
  std::uint64_t steps() const { return steps_; }
  // Counts from 0 again; the steps until now.
  std::uint64_t restart() { return std::exchange(steps_, 0); }

 private:
  const Limits* limits_;
  std::uint64_t steps_ = 0;
  const char* why_ = "";
};

}  // namespace picklock::search

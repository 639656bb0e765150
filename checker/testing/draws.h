#pragma once

#include <cstdint>

#include "base/hash.h"

namespace picklock::testing {

// Numbers below what is asked for, the same for the same seed.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(mix(seed)) {}

  std::int64_t operator()(std::uint64_t bound) {
    state_ = mix(state_);
    return static_cast<std::int64_t>(state_ % bound);
  }

 private:
  std::uint64_t state_;
};

}  // namespace picklock::testing

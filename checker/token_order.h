// Accepted operations whose tokens go back: what fence soundness and completeness have in common.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace picklock {

// Takes operations in the order of time and remembers the largest token of earlier instants, so that
// operations of one instant may have come in either order.
class TokenOrder {
 public:
  // True when an operation of an earlier instant carried a larger token: then largest() tells which.
  bool goes_back(TrueTime at, std::int64_t token, std::uint32_t index) {
    if (at > instant_) {
      if (now_.token > before_.token) before_ = now_;
      instant_ = at;
    }
    if (token > now_.token) now_ = {.token = token, .index = index};
    return token < before_.token;
  }
  std::int64_t largest() const { return before_.token; }
  std::uint32_t largest_index() const { return before_.index; }

 private:
  struct Seen {
    std::int64_t token = 0;
    std::uint32_t index = 0;
  };
  TrueTime instant_ = TrueTime::min();
  Seen now_;     // of this instant and before
  Seen before_;  // of earlier instants
};

}  // namespace picklock

// What an exact procedure found out about one object.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/judgement.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock {

struct Decision {
  enum class Kind : std::uint8_t {
    holds,
    violated,
    declined,  // outside of what the procedure is exact for: the search decides
  };
  Kind kind = Kind::holds;
  Certificate certificate;
  std::vector<std::uint32_t> sub_history;  // places in the history, in the order of invocation
  bool is_minimal = true;  // false: the sub-history violates, and can perhaps be made smaller
  TrueTime violated_at = kNever;
  bool is_shortest = true;  // false: a refusal yet to return was known, so a later cut may be meant
};

// The operations of one object that are judged, as places in the history, in the order of invocation.
using Places = std::span<const std::uint32_t>;

inline Decision declined() {
  return {.kind = Decision::Kind::declined};
}

}  // namespace picklock

// Adds the verdicts of one run to those of the runs before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "checker/timeline.h"
#include "checker/verdict.h"
#include "search/sweep.h"

namespace picklock {

// Judges every property of the run of this seed. `weakest` is the place of the weakest rung of the ladder of
// specifications so far, 0 before the first run.
void tally(const Timeline& run, std::uint64_t seed, const Limits& limits, SweepResult& sum,
           std::size_t& weakest);

// The rung at this place: "M0", ...
std::string_view rung(std::size_t place);

}  // namespace picklock

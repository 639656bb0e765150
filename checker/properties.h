// The properties that picklock judges: S1-S7, F1-F3, LV1, LV2, LV4, and the ladder of lock
// specifications M0-M4. The ids are those of the field's catalogue in docs/properties.md.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "checker/history.h"
#include "checker/timeline.h"
#include "checker/verdict.h"

namespace picklock {

struct Property {
  std::string_view name;   // "belief-exclusion"
  std::string_view id;     // "S2"
  std::string_view title;  // "no two clients believe that they hold the lock at one instant"
  Verdict (*judge)(const Timeline&, const Limits&);
  // A property before this one that allows less, and judges as much: where that holds this one holds. Empty: none.
  std::string_view implied_by = {};
};

// All properties, in the order in which reports print them. A value, not a registration: it is the
// same in every program.
std::span<const Property> properties();

// The property of this name, or null.
const Property* find_property(std::string_view name);

// What each judge says of one history, in the order of properties().
inline constexpr std::size_t kPropertyCount = 20;
using Verdicts = std::array<Verdict, kPropertyCount>;
Verdicts judge_all(const Timeline& timeline, const Limits& limits);

// The ladder of lock specifications, strongest first: "M0" (mutex), "M2" (timed lease), "M4" (fenced
// failure-detector lease; only for histories with fences), "M3" (failure-detector lease). The name of
// the strongest rung that the history satisfies, "none", or "undecided".
std::string_view strongest_specification(const Timeline& timeline, const Verdicts& verdicts);

}  // namespace picklock

// A run and what broke in it, as the page draws them. All that needs knowledge of locks is decided here; the
// page places it and moves through it.
//
// Times are whole nanoseconds, `null` is never; a node is its place in `nodes`; a client of an event that
// names none is `null`. Numbers that a double cannot hold are texts.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reports/facts.h"
#include "reports/result.h"

namespace picklock {

// Everything that happened: who asked, held and believed, what the servers and the resource did, the
// messages and the faults. O(events log events).
nlohmann::ordered_json run_json(const Facts& facts, const History& history);

// The counterexample: the property and its reason, the clients that matter, the numbered steps.
nlohmann::ordered_json story_json(const Facts& facts, const RunPicture& run);

// A whole number, as text where a reader that keeps numbers in doubles would round it.
nlohmann::ordered_json exact_json(std::int64_t value);

}  // namespace picklock

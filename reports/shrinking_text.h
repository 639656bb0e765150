#pragma once

#include <string>

#include "checker/run_size.h"

namespace picklock {

// "made small: 1 fault instead of 3, 2 clients, no deviation instead of 41, 26 events instead of 812; nothing more can
// be taken away (312 replays)".
std::string shrinking_text(const Shrinking& shrinking);

}  // namespace picklock

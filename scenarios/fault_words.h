// A fault in words, for who reads what happened.
#pragma once

#include <string>

#include "scenarios/scenario.h"

namespace picklock {

// What the scenario calls it; without a name of its own, what it does: "redis-1 is cut off from redis-2 and redis-3".
std::string in_words(const Fault& fault);

}  // namespace picklock

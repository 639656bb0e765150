// All names that scenarios may use in this program: its locks, its properties, its servers' commands.
#pragma once

#include "algorithms/registry.h"
#include "scenarios/loader.h"

namespace picklock {

Vocabulary vocabulary_of(const LockRegistry& locks);

}  // namespace picklock

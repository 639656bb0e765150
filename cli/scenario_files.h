// The scenario files of a command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "scenarios/loader.h"

namespace picklock::cli {

// All of them, with these values changed. Nothing, and every diagnostic on the standard error, when one is wrong.
std::optional<std::vector<LoadedScenario>> load_all(const std::vector<std::string>& files,
                                                    const LockRegistry& locks,
                                                    const std::vector<Override>& overrides);

}  // namespace picklock::cli

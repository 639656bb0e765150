// The scenarios of the library, for tests of what is done with their violations.
#pragma once

#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock::testing {

const LockRegistry& locks();

// The names of all files in scenarios/, without ".json", sorted.
std::vector<std::string> scenario_files();
LoadedScenario load_file(const std::string& name);
LoadedScenario load_text(const std::string& text);

// The reason why these choices break a property, or nothing.
std::string why_broken(const Scenario& scenario, const std::vector<NamedChoice>& choices,
                       const std::string& property);

// The run of the first seed, of a thousand, that breaks the property. Throws when there is none.
Recording violating_run(const Scenario& scenario, const std::string& property);

}  // namespace picklock::testing

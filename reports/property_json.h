// The verdicts about properties as JSON, and back: the same in every document of picklock.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "reports/json_source.h"
#include "reports/result.h"

namespace picklock {

// An object with a member a property, in the order given.
nlohmann::ordered_json properties_json(const std::vector<PropertyResult>& properties);

// The member "properties" of `of`, in the order in which picklock reports them: a JSON object has none. What is wrong
// becomes a diagnostic of the source.
std::vector<PropertyResult> read_properties(JsonSource& source, ObjectReader& of);

}  // namespace picklock

// Results that picklock printed, read again, so that a report needs no second run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "reports/check_result.h"
#include "reports/result.h"

namespace picklock {

// What the "schema" of a JSON document begins with, its number, or nothing when it is no document of ours:
// "picklock-result-", 1.
struct SchemaName {
  std::string stem;
  unsigned number = 0;
};
std::optional<SchemaName> schema_of(std::string_view text);

// Reads what result_json wrote, schema "picklock-result-1": the verdicts, and the recorded runs as far as the
// document has any. Wall-clock times and the like, which no report shows, are left out. A newer schema, a
// truncated or an edited document is refused with diagnostics; `file` names it in them.
Result<ResultDocument> parse_result(std::string_view text, const std::string& file);

// The same for what check_json wrote, schema "picklock-check-1".
Result<CheckDocument> parse_check(std::string_view text, const std::string& file);

}  // namespace picklock

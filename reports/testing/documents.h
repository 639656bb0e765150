// The results that the tests of exporters write.
#pragma once

#include "reports/result.h"

namespace picklock::testing {

// Two scenarios: as expected and not, bounded, undecided, vacuous, not judged, fixes, and a problem.
ResultDocument every_kind_of_cell();

}  // namespace picklock::testing

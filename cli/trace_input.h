// What the commands that take a trace read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "algorithms/registry.h"
#include "reports/trace_json.h"
#include "scenarios/loader.h"
#include "search/rerun.h"

namespace picklock::cli {

struct TraceInput {
  Trace trace;
  LoadedScenario loaded;
  std::vector<NamedChoice> choices;
};

// Nothing when the file is no trace, or its scenario no longer one; the standard error says why. A trace of
// another version is read, with a warning: the run may not be the same.
std::optional<TraceInput> read_trace(const std::string& path, const LockRegistry& locks);

// The same, for commands that need a violation that still happens: the run, or nothing and why.
struct ViolatingTrace {
  TraceInput input;
  Recording recording;
  Counterexample counterexample;
};
std::optional<ViolatingTrace> read_violation(const std::string& path, const LockRegistry& locks);

}  // namespace picklock::cli

// trace.json: one run, self-contained, so that it can be carried out again anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/history.h"
#include "checker/verdict.h"
#include "reports/result.h"

namespace picklock {

struct Trace {
  std::string version;  // of the picklock that wrote it
  std::string scenario_name;
  std::string scenario_json;  // the scenario's own JSON object, self-contained
  std::uint64_t seed = 0;
  std::string property;  // that was judged, or "" for none
  Status status = Status::holds;
  Counterexample counterexample;  // when violated; else its reason says why, if anything does
  std::uint64_t digest = 0;       // of the run, as its world counted it
  std::vector<TraceChoice> choices;
  History history;
};

// The run as a trace of its violation.
Trace trace_of(const std::string& scenario_name, const RunPicture& picture, std::string version);

// Schema "picklock-trace-1": one choice and one event a line. `scenario_json` must be valid JSON.
std::string trace_json(const Trace& trace);

// Reads what trace_json writes. A trace that was cut off, edited (its events no longer have their
// digest) or written under a newer schema is refused with diagnostics; `file` names it in them.
// A trace of another version of picklock is read: compare `version` before expecting the same run.
Result<Trace> parse_trace(std::string_view text, const std::string& file);

}  // namespace picklock

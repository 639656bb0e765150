// What a program found out: plain data that it fills in and that every report draws. A report decides
// nothing about safety.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/history.h"
#include "checker/run_size.h"
#include "checker/verdict.h"

namespace picklock {

// One property over all runs of a scenario, or of one of its fixes.
struct PropertyResult {
  std::string name;               // "belief-exclusion"
  std::string id;                 // "S2"
  Status status = Status::holds;  // violated in any run > undecided in any run > holds
  std::uint64_t runs = 0;
  std::uint64_t violated_runs = 0;
  std::uint64_t undecided_runs = 0;
  std::uint64_t judged = 0;  // operations, holds or pairs looked at; 0 = it had nothing to say
  std::optional<std::uint64_t> first_seed;  // of a violation
  std::string expected;  // "holds", "violated", "any", or "" when nothing was expected
  bool met = true;       // the expectation
};

// violated_runs of the runs that were decided; 0 when none was.
double rate(const PropertyResult& property);
// One-sided 95 % upper bound of the true rate (Clopper-Pearson), over the decided runs; 1 when none was.
double upper_bound_95(const PropertyResult& property);

// A draw that was not dull.
struct TraceChoice {
  std::string stream;  // "delay client-1 -> redis-1", or the stream's key as text
  std::uint32_t ordinal = 0;
  std::uint64_t value = 0;
  friend bool operator==(const TraceChoice&, const TraceChoice&) = default;
};

// One run that broke a property.
struct RunPicture {
  History history;
  Counterexample counterexample;
  std::string property;
  std::uint64_t seed = 0;
  std::uint64_t digest = 0;            // digest_of(history)
  std::string plan;                    // the JSON of the scenario that the run carried out
  std::vector<TraceChoice> choices;    // and its deviations from the dull run
  std::optional<Shrinking> shrinking;  // when it is not the run of the seed, but a smaller one
  std::string reproduce;               // the command that shows it again, or ""
};

// The digest of all events, in their order.
std::uint64_t digest_of(const History& history);

struct FixResult {
  std::string name;
  std::string about;
  std::vector<PropertyResult> properties;
  bool met = true;  // every expectation
  std::uint64_t runs = 0;
};

struct ScenarioResult {
  std::string name;
  std::string file;  // as the user named it
  std::string about;
  std::string pitfall;     // "P14", or ""
  std::string lock;        // the algorithm
  std::uint64_t runs = 0;  // carried out
  std::uint64_t planned_runs = 0;
  std::uint64_t first_seed = 1;
  bool interrupted = false;
  std::string digest;           // 16 hexadecimal digits over the digests of all runs
  bool expectation_met = true;  // of the scenario and its fixes, with no problem beside
  std::string strongest_spec;   // "M0" ... "M4", "none", "undecided": the weakest over all runs
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t grants = 0;
  std::int64_t simulated_ns = 0;
  std::vector<PropertyResult> properties;  // in the order of properties()
  std::vector<std::string> problems;       // what makes the scenario itself void: a planned fault
                                           // that never fired, a lock that was never granted
  std::optional<RunPicture> first_violation;  // of the smallest seed; the one to draw
  std::vector<RunPicture> violations;  // one of each violated property, where a page needs them
  std::vector<FixResult> fixes;
  double wall_seconds = 0;
  std::string world = "sim";         // that carried it out: "sim" or "real"
  std::vector<std::string> not_run;  // why it could not be carried out; then nothing was judged
};

struct ResultDocument {
  std::string version;  // of picklock
  std::vector<ScenarioResult> results;
  bool interrupted = false;
  double wall_seconds = 0;
  unsigned jobs = 1;
};

// "holds", "violated", "undecided".
std::string_view status_name(Status status);
std::optional<Status> find_status(std::string_view name);

// 16 lower-case hexadecimal digits, and back.
std::string hex_digest(std::uint64_t digest);
std::optional<std::uint64_t> parse_hex_digest(std::string_view text);

}  // namespace picklock

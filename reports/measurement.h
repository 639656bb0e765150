// What `sweep` and `throughput` found out: one record for each point of their grid. Plain data that every report draws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "reports/canvas.h"
#include "reports/result.h"
#include "reports/table.h"

namespace picklock {

// Quantiles of some lengths of time; only those that so many samples can tell: p99 needs 100, p99.9 1000.
struct Quantiles {
  std::uint64_t samples = 0;
  std::optional<Duration> p50, p99, p999, most;
};

// A stretch of real time in which a lock was acquired and released as fast as it goes.
struct PairRound {
  std::uint64_t pairs = 0;
  Duration length{};
  // Pairs a second that the servers' own benchmark program reached right after it; nothing: there is none.
  std::optional<std::uint64_t> ceiling;
};

struct MeasuredPoint {
  std::string scenario;
  std::string file;  // as the user named it
  std::string lock;
  std::vector<std::string> settings;  // one an axis
  std::uint64_t first_seed = 1;
  std::uint64_t runs = 0;  // carried out; rounds, on real servers
  std::uint64_t planned_runs = 0;
  std::string digest;
  std::vector<PropertyResult> properties;  // of a sweep
  std::uint64_t asked = 0;                 // acquires
  std::uint64_t granted = 0;
  // Of a throughput measurement:
  Duration active{};  // of virtual time, over all runs
  std::uint64_t lock_messages = 0;
  std::uint64_t server_operations = 0;
  Quantiles waits;
  Quantiles hand_offs;
  Quantiles recoveries;
  std::uint64_t holder_crashes = 0;
  std::uint64_t recovered = 0;
  std::uint64_t bypasses = 0;
  std::uint64_t most_bypassed = 0;
  std::uint64_t fairness_millionths = 0;  // mean of Jain's index over the runs
  // The waits as a distribution: so many millionths were at most that long. Rising.
  std::vector<std::pair<Duration, std::uint32_t>> wait_distribution;
  std::vector<PairRound>
      rounds;  // on real servers; then waits and their distribution are of real time
};

// Grants over time, while faults strike.
struct GrantSeries {
  struct Fault {
    TrueTime from{};
    TrueTime until = kNever;
    std::string text;
  };
  std::string scenario;
  std::string lock;
  Duration step{};
  std::uint64_t runs = 0;
  std::vector<std::uint64_t> grants;  // in each step, over all runs
  std::vector<Fault> faults;          // of the first seed
};

enum class MeasurementKind : std::uint8_t { sweep, throughput, real_throughput };

struct MeasurementDocument {
  MeasurementKind kind = MeasurementKind::sweep;
  std::string version;  // of picklock
  std::string command;
  std::vector<std::string> axes;  // JSON pointers
  std::vector<MeasuredPoint> points;
  std::vector<GrantSeries> series;
  bool interrupted = false;
  double wall_seconds = 0;
  unsigned jobs = 1;
};

// The figures of sorted samples.
Quantiles quantiles_of(const std::vector<Duration>& sorted);

// A figure of three significant digits or more, and a length of time, "too few" when samples cannot tell it.
Cell number_cell(double value);
Cell length_cell(const std::optional<Duration>& value);

// Points against properties and availability, or against the figures of throughput.
Table measurement_table(const MeasurementDocument& document);

// The table in columns of a terminal; on a narrow one a point takes several lines.
std::string measurement_text(const MeasurementDocument& document, std::string_view next_command,
                             const TerminalStyle& style);

// The table as comma-separated values (RFC 4180), numbers in full. Of a verdict its rate, the ends of its interval, and
// the runs that were violated and decided.
std::string table_csv(const Table& table);

// Schema "picklock-sweep-1" or "picklock-throughput-1", with a line's end. As result_json: whatever the wall clock or the
// number of jobs decides is in "timing" alone, except on real servers, of which the wall clock is what is measured.
std::string measurement_json(const MeasurementDocument& document);

// "12.3ms": three significant digits.
std::string rough_length(Duration length);

}  // namespace picklock

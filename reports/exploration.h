// What a search for violations came to, as text and as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/canvas.h"
#include "reports/result.h"

namespace picklock {

struct ExplorationResult {
  std::string name;  // of the scenario
  std::string file;  // as the user named it
  std::string about;
  std::string strategy;
  // The bound: no more than these.
  std::uint64_t faults = 0;
  std::uint64_t clients = 0;
  std::uint64_t rounds = 0;
  std::uint64_t runs = 0;
  std::uint64_t budget = 0;
  std::uint64_t undecided_runs = 0;
  std::uint64_t states = 0;  // distinct ones, of the exhaustive search
  std::uint64_t depth = 0;   // the most events in one run
  // Runs that were drawn at random, how many of them differ, and how many of these came up once.
  std::uint64_t sampled = 0;
  std::uint64_t different = 0;
  std::uint64_t once = 0;
  // Placements of so many faults are tried, since that run; an estimate of which part of them lies behind.
  std::uint64_t trying = 0;
  std::uint64_t trying_since = 0;
  double done = 0;
  // All runs with fewer placed faults than this were tried; 0: not even the one without any.
  std::uint64_t none_below = 0;
  // No run with fewer deviations, as the exhaustive search counts them; 0: not known.
  std::uint64_t none_below_deviations = 0;
  bool complete = false;  // everything within the bound was tried
  bool interrupted = false;
  std::vector<std::string> properties;
  // The violation, and how it was found.
  std::optional<RunPicture> violation;
  std::string found_by;  // "bounded"
  std::uint64_t found_in_run = 0;
  std::uint64_t placed_faults = 0;
  double wall_seconds = 0;
};

std::string exploration_text(const ExplorationResult& result, std::string_view next_command,
                             const TerminalStyle& style);

// One line of a search that goes on, `seconds` after it began.
std::string exploration_progress(const ExplorationResult& so_far, double seconds);

// Schema "picklock-exploration-1". What the wall clock decides is in "timing" and nowhere else.
std::string exploration_json(const ExplorationResult& result, const std::string& version);

}  // namespace picklock

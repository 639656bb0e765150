// A grid of scenarios: every file with every combination of the values of --vary.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "scenarios/loader.h"

namespace picklock::cli {

struct Axis {
  std::string pointer;
  std::vector<std::string> values;
};

// "/lock/ttl=1s,2s,5s". A comma inside quotes, brackets or braces is part of a value.
std::vector<Axis> parse_axes(const std::vector<std::string>& texts, Complaints& wrong);

struct GridPoint {
  std::string file;
  std::vector<std::string> settings;  // one an axis
  LoadedScenario loaded;
};

// The files one after the other, the last axis fastest. `common` goes before what is varied. Nothing, and every
// diagnostic once on the standard error, when something cannot be loaded.
std::optional<std::vector<GridPoint>> load_grid(const std::vector<std::string>& files,
                                                const std::vector<Axis>& axes,
                                                const std::vector<Override>& common,
                                                const Vocabulary& vocabulary);

}  // namespace picklock::cli

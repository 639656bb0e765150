#include "cli/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "cli/program.h"

namespace picklock::cli {
namespace {

constexpr std::size_t kMostPoints = 10'000;

std::vector<std::string> split_values(const std::string& text) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      values.back() += c;
      values.back() += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && !quoted && depth == 0) {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values;
}

// The values of the n-th point, the last axis fastest.
std::vector<std::string> settings_of(const std::vector<Axis>& axes, std::size_t n) {
  std::vector<std::string> settings(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    settings[i] = axes[i].values[n % axes[i].values.size()];
    n /= axes[i].values.size();
  }
  return settings;
}

}  // namespace

std::vector<Axis> parse_axes(const std::vector<std::string>& texts, Complaints& wrong) {
  std::vector<Axis> axes;
  std::size_t points = 1;
  for (const auto& [pointer, values] : parse_assignments("--vary", texts, wrong)) {
    Axis axis{.pointer = pointer, .values = split_values(values)};
    const std::set<std::string> distinct(axis.values.begin(), axis.values.end());
    if (distinct.contains("")) {
      wrong.push_back(fmt::format("--vary: expected values between commas, got {}", values));
    } else if (distinct.size() < axis.values.size()) {
      wrong.push_back(fmt::format("--vary: expected different values, got {}", values));
    } else if (std::ranges::find(axes, pointer, &Axis::pointer) != axes.end()) {
      wrong.push_back(fmt::format("--vary: {} is varied twice", pointer));
    }
    points *= axis.values.size();
    axes.push_back(std::move(axis));
    if (points <= kMostPoints) continue;
    wrong.push_back(fmt::format("--vary: expected at most {} points, got more", kMostPoints));
    break;
  }
  return axes;
}

std::optional<std::vector<GridPoint>> load_grid(const std::vector<std::string>& files,
                                                const std::vector<Axis>& axes,
                                                const std::vector<Override>& common,
                                                const Vocabulary& vocabulary) {
  std::size_t points = 1;
  for (const Axis& axis : axes) points *= axis.values.size();
  std::vector<GridPoint> grid;
  std::set<std::string> told;
  for (const std::string& file : files) {
    for (std::size_t n = 0; n < points; ++n) {
      GridPoint point{.file = file, .settings = settings_of(axes, n), .loaded = {}};
      std::vector<Override> overrides = common;
      for (std::size_t i = 0; i < axes.size(); ++i) {
        overrides.emplace_back(axes[i].pointer, point.settings[i]);
      }
      Result<LoadedScenario> loaded = load_scenario(file, vocabulary, overrides);
      if (loaded) {
        point.loaded = std::move(loaded).value();
        grid.push_back(std::move(point));
        continue;
      }
      for (const Diagnostic& error : loaded.error()) {
        if (told.insert(to_string(error)).second) print({error});
      }
    }
  }
  if (!told.empty()) return std::nullopt;
  return grid;
}

}  // namespace picklock::cli

#include "reports/curves.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "reports/pair_figures.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostProperties = 4;

struct Number {
  double value = 0;
  std::string_view unit;  // "s" of lengths of time
};

std::optional<Number> number_of(std::string text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (const auto length = parse_duration(text)) {
    return Number{static_cast<double>(length->count()) / 1e9, "s"};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return Number{value, ""};
  const auto ratio = parse_ratio(text);
  if (!ratio) return std::nullopt;
  return Number{static_cast<double>(ratio->numerator()) / static_cast<double>(ratio->denominator()),
                "share"};
}

Json axis_json(std::string_view label, bool is_log, std::string_view unit) {
  return {{"label", label}, {"scale", is_log ? "log" : "linear"}, {"unit", unit}};
}

double seconds(Duration length) {
  return static_cast<double>(length.count()) / 1e9;
}

// Lines in the order in which their first points came.
class Lines {
 public:
  void add(const std::string& name, Json point) {
    const auto [place, is_new] = places_.try_emplace(name, json_.size());
    if (is_new) json_.push_back({{"name", name}, {"points", Json::array()}});
    json_[place->second]["points"].push_back(std::move(point));
  }
  Json take() {
    for (Json& line : json_) {
      Json& points = line["points"];
      std::stable_sort(points.begin(), points.end(), [](const Json& a, const Json& b) {
        return a[0].get<double>() < b[0].get<double>();
      });
    }
    return std::move(json_);
  }

 private:
  std::map<std::string, std::size_t> places_;
  Json json_ = Json::array();
};

class Curves {
 public:
  explicit Curves(const MeasurementDocument& document) : document_(document) {
    std::set<std::string> scenarios;
    for (const MeasuredPoint& point : document.points) scenarios.insert(point.scenario);
    is_alone_ = scenarios.size() == 1;
    find_axis();
    if (document.kind == MeasurementKind::sweep) {
      if (axis_) draw_sweep();
    } else {
      const bool is_real = document.kind == MeasurementKind::real_throughput;
      if (axis_ && is_real) draw_pairs();
      if (axis_ && !is_real) draw_throughput();
      draw_waits();
    }
    for (const GrantSeries& series : document.series) draw_series(series);
  }

  Json json_ = Json::array();

 private:
  // The first axis whose values are numbers, and not all the same.
  void find_axis() {
    for (std::size_t i = 0; i < document_.axes.size() && !axis_; ++i) {
      std::set<double> values;
      bool good = true;
      for (const MeasuredPoint& point : document_.points) {
        const auto number = number_of(point.settings[i]);
        good = good && number;
        if (!number) break;
        values.insert(number->value);
        unit_ = number->unit;
      }
      if (!good || values.size() < 2) continue;
      axis_ = i;
      // Where the values spread over an order of magnitude, a linear scale hides most of them.
      is_log_ = *values.begin() > 0 && *values.rbegin() >= 8 * *values.begin();
    }
  }

  // What tells this line from the others: the scenario, and whatever is no axis of the chart.
  std::string name_of(const MeasuredPoint& point, bool with_axis = false) const {
    std::string name = is_alone_ ? "" : point.scenario;
    for (std::size_t i = 0; i < document_.axes.size(); ++i) {
      if (!with_axis && axis_ == i) continue;
      const std::string& axis = document_.axes[i];
      name += fmt::format("{}{} {}", name.empty() ? "" : ", ", axis.substr(axis.rfind('/') + 1),
                          point.settings[i]);
    }
    return name.empty() ? point.scenario : name;
  }

  Json x_axis() const { return axis_json(document_.axes[*axis_], is_log_, unit_); }
  double x_of(const MeasuredPoint& point) const { return number_of(point.settings[*axis_])->value; }

  void draw_sweep() {
    std::set<std::string> drawn;
    for (const MeasuredPoint& point : document_.points) {
      for (const PropertyResult& property : point.properties) {
        const bool is_rung = property.name.starts_with("lock-");  // of the ladder: says least
        if (property.violated_runs == 0 || is_rung || drawn.size() == kMostProperties) continue;
        if (drawn.insert(property.name).second) draw_property(property);
      }
    }
    draw_availability();
  }

  void draw_property(const PropertyResult& wanted) {
    Lines lines;
    for (const MeasuredPoint& point : document_.points) {
      const auto found = std::ranges::find(point.properties, wanted.name, &PropertyResult::name);
      if (found == point.properties.end()) continue;
      const Cell cell = interval_cell(*found);
      if (cell.decided == 0) continue;
      lines.add(name_of(point),
                {x_of(point), six_digits(cell.rate), six_digits(cell.low), six_digits(cell.high)});
    }
    json_.push_back(
        {{"title", fmt::format("How often {} breaks", wanted.name)},
         {"about", "Share of runs, with its 95 % interval. ▼ is an upper bound: no run broke it."},
         {"x", x_axis()},
         {"y", axis_json("share of runs", true, "share")},
         {"lines", lines.take()}});
  }

  void draw_availability() {
    Lines lines;
    bool is_perfect = true;
    for (const MeasuredPoint& point : document_.points) {
      if (point.asked == 0) continue;
      is_perfect = is_perfect && point.granted == point.asked;
      lines.add(name_of(point), {x_of(point), six_digits(static_cast<double>(point.granted) /
                                                         static_cast<double>(point.asked))});
    }
    if (is_perfect) return;
    json_.push_back({{"title", "Availability"},
                     {"about", "Share of acquires that were granted."},
                     {"x", x_axis()},
                     {"y", axis_json("share of acquires", false, "share")},
                     {"lines", lines.take()}});
  }

  void draw_throughput() {
    Lines lines;
    for (const MeasuredPoint& point : document_.points) {
      if (point.active <= Duration{}) continue;
      lines.add(name_of(point), {x_of(point), six_digits(static_cast<double>(point.granted) /
                                                         seconds(point.active))});
    }
    json_.push_back(
        {{"title", "Throughput against contention"},
         {"about", "Grants per second of virtual time, all clients together, without faults."},
         {"x", x_axis()},
         {"y", axis_json("grants per second", false, "")},
         {"lines", lines.take()}});
  }

  void draw_pairs() {
    Lines lines;
    for (const MeasuredPoint& point : document_.points) {
      lines.add(name_of(point), {x_of(point), six_digits(pairs_per_second(point))});
    }
    for (const MeasuredPoint& point : document_.points) {
      const std::optional<double> ceiling = ceiling_per_second(point);
      if (!ceiling) continue;
      lines.add("ceiling of " + name_of(point), {x_of(point), six_digits(*ceiling)});
    }
    json_.push_back(
        {{"title", "Throughput on real servers"},
         {"about",
          "Acquires with their releases per second, all clients together, and what redis-benchmark "
          "reaches with the same commands."},
         {"x", x_axis()},
         {"y", axis_json("pairs per second", false, "")},
         {"lines", lines.take()}});
  }

  // Under the most contention that was measured: the last point of each line.
  void draw_waits() {
    std::map<std::string, const MeasuredPoint*> last;
    std::vector<std::string> order;
    for (const MeasuredPoint& point : document_.points) {
      if (point.wait_distribution.empty()) continue;
      const auto [place, is_new] = last.try_emplace(name_of(point), &point);
      if (is_new) order.push_back(place->first);
      const bool later = axis_ && x_of(point) > x_of(*place->second);
      if (later) place->second = &point;
    }
    if (order.empty()) return;
    // Said once where all lines share it.
    const bool same = axis_ && std::ranges::all_of(order, [&](const std::string& name) {
                        return x_of(*last[name]) == x_of(*last[order.front()]);
                      });
    std::string about = "Share of the grants that came within a time, where most clients contend";
    if (same) {
      about +=
          fmt::format(": {} = {}", document_.axes[*axis_], last[order.front()]->settings[*axis_]);
    }
    Lines lines;
    for (const std::string& name : order) {
      const MeasuredPoint& point = *last[name];
      for (const auto& [at_most, millionths] : point.wait_distribution) {
        lines.add(name_of(point, !same), {seconds(std::max(at_most, Duration(1))),
                                          six_digits(static_cast<double>(millionths) / 1e6)});
      }
    }
    json_.push_back({{"title", "Time to acquire"},
                     {"about", about + "."},
                     {"x", axis_json("from the question to the grant", true, "s")},
                     {"y", axis_json("share of grants", false, "share")},
                     {"lines", lines.take()}});
  }

  void draw_series(const GrantSeries& series) {
    Lines lines;
    const double step = seconds(series.step);
    // The last step is cut off by the end of the run.
    for (std::size_t i = 0; i + 1 < series.grants.size(); ++i) {
      const double rate = static_cast<double>(series.grants[i]) /
                          (step * static_cast<double>(std::max<std::uint64_t>(series.runs, 1)));
      lines.add(series.scenario,
                {six_digits((static_cast<double>(i) + 0.5) * step), six_digits(rate)});
    }
    Json spans = Json::array();
    for (const GrantSeries::Fault& fault : series.faults) {
      const Json until = fault.until == kNever ? Json() : Json(seconds(fault.until - TrueTime{}));
      spans.push_back(
          {{"from", seconds(fault.from - TrueTime{})}, {"until", until}, {"text", fault.text}});
    }
    json_.push_back(
        {{"title", "Throughput through a fault"},
         {"about", fmt::format("{}, mean of {} run{}; shaded: the faults of the first.",
                               series.scenario, series.runs, series.runs == 1 ? "" : "s")},
         {"x", axis_json("virtual time", false, "s")},
         {"y", axis_json("grants per second", false, "")},
         {"lines", lines.take()},
         {"spans", std::move(spans)}});
  }

  const MeasurementDocument& document_;
  std::optional<std::size_t> axis_;
  std::string_view unit_;
  bool is_log_ = false;
  bool is_alone_ = false;
};

}  // namespace

Json curves_json(const MeasurementDocument& document) {
  return Curves(document).json_;
}

}  // namespace picklock

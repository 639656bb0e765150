#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "reports/measurement.h"
#include "reports/pair_figures.h"
#include "reports/property_json.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

Json length_json(const std::optional<Duration>& length) {
  return length ? Json(nanoseconds(*length)) : Json();
}

Json quantiles_json(const Quantiles& quantiles) {
  return {{"samples", quantiles.samples},
          {"p50_ns", length_json(quantiles.p50)},
          {"p99_ns", length_json(quantiles.p99)},
          {"p999_ns", length_json(quantiles.p999)},
          {"most_ns", length_json(quantiles.most)}};
}

Json distribution_json(const MeasuredPoint& point) {
  Json json = Json::array();
  for (const auto& [at_most, millionths] : point.wait_distribution) {
    json.push_back({nanoseconds(at_most), millionths});
  }
  return json;
}

Json throughput_json(const MeasuredPoint& point) {
  Json json;
  json["active_ns"] = nanoseconds(point.active);
  json["lock_messages"] = point.lock_messages;
  json["server_operations"] = point.server_operations;
  json["waits"] = quantiles_json(point.waits);
  json["hand_offs"] = quantiles_json(point.hand_offs);
  json["recoveries"] = quantiles_json(point.recoveries);
  json["holder_crashes"] = point.holder_crashes;
  json["recovered"] = point.recovered;
  json["bypasses"] = point.bypasses;
  json["most_bypassed"] = point.most_bypassed;
  json["fairness_millionths"] = point.fairness_millionths;
  json["wait_distribution"] = distribution_json(point);
  return json;
}

Json pairs_json(const MeasuredPoint& point) {
  const std::optional<double> ceiling = ceiling_per_second(point);
  Json json;
  json["pairs_per_second"] = six_digits(pairs_per_second(point));
  json["ceiling_per_second"] = ceiling ? Json(six_digits(*ceiling)) : Json();
  json["rounds"] = Json::array();
  for (const PairRound& round : point.rounds) {
    json["rounds"].push_back(
        {{"pairs", round.pairs},
         {"length_ns", nanoseconds(round.length)},
         {"ceiling_per_second", round.ceiling ? Json(*round.ceiling) : Json()}});
  }
  json["waits"] = quantiles_json(point.waits);
  json["wait_distribution"] = distribution_json(point);
  return json;
}

Json point_json(const MeasuredPoint& point, MeasurementKind kind) {
  Json json;
  json["scenario"] = point.scenario;
  json["file"] = point.file;
  json["lock"] = point.lock;
  json["settings"] = point.settings;
  json["first_seed"] = point.first_seed;
  json["runs"] = point.runs;
  json["planned_runs"] = point.planned_runs;
  json["digest"] = point.digest;
  json["asked"] = point.asked;
  json["granted"] = point.granted;
  if (kind != MeasurementKind::sweep) {
    const bool is_real = kind == MeasurementKind::real_throughput;
    json["throughput"] = is_real ? pairs_json(point) : throughput_json(point);
    return json;
  }
  json["properties"] = properties_json(point.properties);
  for (const PropertyResult& property : point.properties) {
    const Cell cell = interval_cell(property);
    json["properties"][property.name]["interval_95"] = {six_digits(cell.low),
                                                        six_digits(cell.high)};
  }
  return json;
}

Json series_json(const GrantSeries& series) {
  Json json;
  json["scenario"] = series.scenario;
  json["lock"] = series.lock;
  json["step_ns"] = nanoseconds(series.step);
  json["runs"] = series.runs;
  json["grants"] = series.grants;
  json["faults"] = Json::array();
  for (const GrantSeries::Fault& fault : series.faults) {
    json["faults"].push_back({{"from_ns", nanoseconds(fault.from)},
                              {"until_ns", nanoseconds(fault.until)},
                              {"text", fault.text}});
  }
  return json;
}

}  // namespace

std::string measurement_json(const MeasurementDocument& document) {
  const bool is_sweep = document.kind == MeasurementKind::sweep;
  Json json;
  json["schema"] = is_sweep ? "picklock-sweep-1" : "picklock-throughput-1";
  json["version"] = document.version;
  json["command"] = document.command;
  if (!is_sweep) {
    json["world"] = document.kind == MeasurementKind::real_throughput ? "real" : "sim";
  }
  json["interrupted"] = document.interrupted;
  json["axes"] = document.axes;
  json["points"] = Json::array();
  for (const MeasuredPoint& point : document.points) {
    json["points"].push_back(point_json(point, document.kind));
  }
  json["series"] = Json::array();
  for (const GrantSeries& series : document.series) json["series"].push_back(series_json(series));
  json["timing"] = {{"wall_seconds", six_digits(document.wall_seconds)}, {"jobs", document.jobs}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace picklock

#include "reports/measurement_reader.h"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/json_source.h"
#include "reports/property_json.h"
#include "reports/result_reader.h"

namespace picklock {
namespace {

using nlohmann::json;
using Need = ObjectReader::Need;

class MeasurementReader {
 public:
  explicit MeasurementReader(JsonSource& source) : source_(source) {}

  MeasurementDocument read(const json& value, MeasurementKind kind) {
    ObjectReader reader(source_, value, "");
    document_.kind = kind;
    const bool is_sweep = kind == MeasurementKind::sweep;
    if (!reader.check_schema(is_sweep ? "picklock-sweep-1" : "picklock-throughput-1")) {
      return document_;
    }
    static const std::array<std::string, 2> kWorlds{"sim", "real"};
    if (!is_sweep && reader.read_name("world", kWorlds, Need::optional) == 1U) {
      document_.kind = MeasurementKind::real_throughput;
    }
    reader.read("version", document_.version);
    reader.read("command", document_.command);
    reader.read("interrupted", document_.interrupted);
    document_.axes = texts(reader, "axes");
    reader.for_each("points", [&](const json& one, const std::string& pointer) {
      document_.points.push_back(read_point(one, pointer));
    });
    reader.for_each("series", [&](const json& one, const std::string& pointer) {
      document_.series.push_back(read_series(one, pointer));
    });
    return std::move(document_);
  }

 private:
  std::vector<std::string> texts(ObjectReader& reader, std::string_view key) {
    std::vector<std::string> texts;
    reader.for_each(key, [&](const json& text, const std::string& at) {
      if (text.is_string()) return texts.push_back(text.get<std::string>());
      source_.error(at, fmt::format("expected a text, got {}", shown(text)));
    });
    return texts;
  }

  MeasuredPoint read_point(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    MeasuredPoint point;
    reader.read("scenario", point.scenario);
    reader.read("file", point.file);
    reader.read("lock", point.lock);
    point.settings = texts(reader, "settings");
    if (point.settings.size() != document_.axes.size()) {
      source_.error(pointer + "/settings",
                    fmt::format("expected {} values, one an axis", document_.axes.size()));
      point.settings.resize(document_.axes.size());
    }
    reader.read("first_seed", point.first_seed);
    reader.read("runs", point.runs);
    reader.read("planned_runs", point.planned_runs);
    reader.read("digest", point.digest);
    reader.read("asked", point.asked);
    reader.read("granted", point.granted);
    if (point.granted > point.asked) reader.wrong("granted", "at most asked", point.granted);
    if (document_.kind == MeasurementKind::sweep) {
      point.properties = read_properties(source_, reader);
    } else if (const json* figures = reader.find("throughput", Need::required)) {
      if (document_.kind == MeasurementKind::throughput) {
        read_throughput(*figures, pointer + "/throughput", point);
      } else {
        read_pairs(*figures, pointer + "/throughput", point);
      }
    }
    return point;
  }

  void read_pairs(const json& value, const std::string& pointer, MeasuredPoint& point) {
    ObjectReader reader(source_, value, pointer);
    reader.for_each("rounds", [&](const json& one, const std::string& at) {
      ObjectReader fields(source_, one, at);
      PairRound& round = point.rounds.emplace_back();
      fields.read("pairs", round.pairs);
      fields.read("length_ns", round.length);
      if (round.length <= Duration{}) {
        fields.wrong("length_ns", "a length above 0", round.length.count());
      }
      const json* ceiling = fields.find("ceiling_per_second", Need::required);
      if (ceiling != nullptr && !ceiling->is_null()) {
        fields.read("ceiling_per_second", round.ceiling.emplace());
      }
    });
    point.waits = read_quantiles(reader, "waits");
    read_distribution(reader, point);
  }

  void read_throughput(const json& value, const std::string& pointer, MeasuredPoint& point) {
    ObjectReader reader(source_, value, pointer);
    reader.read("active_ns", point.active);
    reader.read("lock_messages", point.lock_messages);
    reader.read("server_operations", point.server_operations);
    point.waits = read_quantiles(reader, "waits");
    point.hand_offs = read_quantiles(reader, "hand_offs");
    point.recoveries = read_quantiles(reader, "recoveries");
    reader.read("holder_crashes", point.holder_crashes);
    reader.read("recovered", point.recovered);
    reader.read("bypasses", point.bypasses);
    reader.read("most_bypassed", point.most_bypassed);
    reader.read("fairness_millionths", point.fairness_millionths);
    read_distribution(reader, point);
  }

  void read_distribution(ObjectReader& reader, MeasuredPoint& point) {
    reader.for_each("wait_distribution", [&](const json& pair, const std::string& at) {
      const bool good = pair.is_array() && pair.size() == 2 && pair[0].is_number_unsigned() &&
                        pair[1].is_number_unsigned() && pair[1] <= 1'000'000 &&
                        pair[0] <= std::numeric_limits<std::int64_t>::max();
      if (!good) return source_.error(at, "expected [nanoseconds, millionths]");
      point.wait_distribution.emplace_back(pair[0].get<std::int64_t>(),
                                           pair[1].get<std::uint32_t>());
    });
  }

  Quantiles read_quantiles(ObjectReader& of, std::string_view key) {
    Quantiles quantiles;
    const json* value = of.find(key, Need::required);
    if (value == nullptr) return quantiles;
    ObjectReader reader(source_, *value, of.pointer_to(key));
    reader.read("samples", quantiles.samples);
    const auto read = [&](std::string_view name, std::optional<Duration>& out) {
      const json* length = reader.find(name, Need::required);
      if (length != nullptr && !length->is_null()) reader.read(name, out.emplace());
    };
    read("p50_ns", quantiles.p50);
    read("p99_ns", quantiles.p99);
    read("p999_ns", quantiles.p999);
    read("most_ns", quantiles.most);
    return quantiles;
  }

  GrantSeries read_series(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    GrantSeries series;
    reader.read("scenario", series.scenario);
    reader.read("lock", series.lock);
    reader.read("step_ns", series.step);
    reader.read("runs", series.runs);
    if (series.step <= Duration{}) reader.wrong("step_ns", "a length above 0", series.step.count());
    reader.for_each("grants", [&](const json& count, const std::string& at) {
      if (count.is_number_unsigned()) return series.grants.push_back(count.get<std::uint64_t>());
      source_.error(at, fmt::format("expected a whole number, got {}", shown(count)));
    });
    reader.for_each("faults", [&](const json& one, const std::string& at) {
      ObjectReader fault(source_, one, at);
      GrantSeries::Fault& read = series.faults.emplace_back();
      fault.read("from_ns", read.from);
      fault.read("until_ns", read.until);
      fault.read("text", read.text);
    });
    return series;
  }

  JsonSource& source_;
  MeasurementDocument document_;
};

}  // namespace

Result<MeasurementDocument> parse_measurement(std::string_view text, const std::string& file) {
  Diagnostics errors;
  JsonSource source(text, file, errors);
  const auto value = source.parse("a measurement");
  if (!value) return errors;
  const auto schema = schema_of(text);
  const bool is_throughput = schema && schema->stem == "picklock-throughput-";
  MeasurementDocument document = MeasurementReader(source).read(
      *value, is_throughput ? MeasurementKind::throughput : MeasurementKind::sweep);
  if (!errors.empty()) return errors;
  return document;
}

}  // namespace picklock

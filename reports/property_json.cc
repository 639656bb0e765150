#include "reports/property_json.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>

#include "checker/properties.h"
#include "reports/statistics.h"
#include "reports/table.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;
using Need = ObjectReader::Need;

Json property_json(const PropertyResult& property) {
  Json json;
  json["id"] = property.id;
  json["status"] = status_name(property.status);
  json["runs"] = property.runs;
  json["violated_runs"] = property.violated_runs;
  json["undecided_runs"] = property.undecided_runs;
  json["first_seed"] = property.first_seed ? Json(*property.first_seed) : Json();
  const Cell cell = property_cell(property);
  json["rate"] = six_digits(cell.rate);
  json["upper_bound_95"] = six_digits(cell.upper_bound_95);
  json["judged"] = property.judged;
  json["expected"] = property.expected.empty() ? Json() : Json(property.expected);
  json["met"] = property.met;
  return json;
}

Status read_status(ObjectReader& reader, std::string_view key) {
  std::string text = "undecided";
  reader.read(key, text);
  const std::optional<Status> status = find_status(text);
  if (!status) reader.wrong(key, R"("holds", "violated" or "undecided")", text);
  return status.value_or(Status::undecided);
}

class PropertyReader {
 public:
  explicit PropertyReader(JsonSource& source) : source_(source) {}

  std::vector<PropertyResult> read(ObjectReader& of) {
    std::vector<PropertyResult> results;
    const nlohmann::json* value = of.find("properties", Need::required);
    if (value == nullptr || !value->is_object()) return results;
    for (const Property& property : properties()) {
      const auto found = value->find(property.name);
      if (found == value->end()) continue;
      results.push_back(read_property(
          *found, of.pointer_to("properties") + "/" + std::string(property.name), property.name));
    }
    for (const auto& entry : value->items()) {
      if (find_property(entry.key()) != nullptr) continue;
      source_.error(of.pointer_to("properties") + "/" + entry.key(),
                    "expected a property that this picklock knows");
    }
    return results;
  }

 private:
  PropertyResult read_property(const nlohmann::json& value, const std::string& pointer,
                               std::string_view name) {
    ObjectReader reader(source_, value, pointer);
    PropertyResult result{.name = std::string(name)};
    reader.read("id", result.id);
    result.status = read_status(reader, "status");
    reader.read("runs", result.runs);
    reader.read("violated_runs", result.violated_runs);
    reader.read("undecided_runs", result.undecided_runs);
    reader.read("judged", result.judged);
    reader.read("met", result.met);
    result.expected = reader.text_or_null("expected");
    const nlohmann::json* seed = reader.find("first_seed", Need::required);
    if (seed != nullptr && !seed->is_null()) reader.read("first_seed", result.first_seed.emplace());
    const bool sums_up = result.undecided_runs <= result.runs &&
                         result.violated_runs <= result.runs - result.undecided_runs;
    if (!sums_up) {
      reader.wrong("runs", "at least violated_runs and undecided_runs together", result.runs);
      result.violated_runs = result.undecided_runs = 0;
    } else if ((result.status == Status::violated) != (result.violated_runs > 0)) {
      reader.wrong("status", "\"violated\" exactly when a run was violated",
                   status_name(result.status));
    }
    return result;
  }

  JsonSource& source_;
};

}  // namespace

Json properties_json(const std::vector<PropertyResult>& properties) {
  Json json = Json::object();
  for (const PropertyResult& property : properties) json[property.name] = property_json(property);
  return json;
}

std::vector<PropertyResult> read_properties(JsonSource& source, ObjectReader& of) {
  return PropertyReader(source).read(of);
}

}  // namespace picklock

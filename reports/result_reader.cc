#include "reports/result_reader.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "reports/json_source.h"
#include "reports/property_json.h"
#include "reports/trace_json.h"

namespace picklock {
namespace {

using nlohmann::json;
using Need = ObjectReader::Need;

class ResultReader {
 public:
  ResultReader(JsonSource& source, const std::string& file, Diagnostics& errors)
      : source_(source), file_(file), errors_(errors) {}

  ResultDocument read(const json& value) {
    ObjectReader reader(source_, value, "");
    ResultDocument document;
    if (!reader.check_schema("picklock-result-1")) return document;
    reader.read("version", document.version);
    reader.read("interrupted", document.interrupted);
    reader.for_each("results", [&](const json& one, const std::string& pointer) {
      document.results.push_back(read_scenario(one, pointer));
    });
    return document;
  }

 private:
  ScenarioResult read_scenario(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    ScenarioResult result;
    reader.read("scenario", result.name);
    reader.read("file", result.file);
    reader.read("about", result.about);
    result.pitfall = reader.text_or_null("pitfall");
    reader.read("lock", result.lock);
    static const std::array<std::string, 2> kWorlds{"sim", "real"};
    if (const auto world = reader.read_name("world", kWorlds)) result.world = kWorlds.at(*world);
    result.not_run = read_texts(reader, "not_run");
    reader.read("runs", result.runs);
    reader.read("planned_runs", result.planned_runs);
    reader.read("interrupted", result.interrupted);
    reader.read("first_seed", result.first_seed);
    reader.read("digest", result.digest);
    reader.read("expectation_met", result.expectation_met);
    reader.read("strongest_spec", result.strongest_spec);
    reader.read("events", result.events);
    reader.read("messages", result.messages);
    reader.read("grants", result.grants);
    reader.read("simulated_ns", result.simulated_ns);
    result.properties = read_properties(source_, reader);
    result.problems = read_texts(reader, "problems");
    reader.for_each("fixes", [&](const json& one, const std::string& at) {
      result.fixes.push_back(read_fix(one, at));
    });
    reader.for_each("violations", [&](const json& one, const std::string& at) {
      read_violation(one, at, result);
    });
    choose_first(reader, result);
    return result;
  }

  std::vector<std::string> read_texts(ObjectReader& reader, std::string_view key) {
    std::vector<std::string> texts;
    reader.for_each(key, [&](const json& text, const std::string& at) {
      if (text.is_string()) return texts.push_back(text.get<std::string>());
      source_.error(at, fmt::format("expected a text, got {}", shown(text)));
    });
    return texts;
  }

  // The violation to draw, among those that were recorded.
  void choose_first(ObjectReader& of, ScenarioResult& result) {
    const json* value = of.find("first_violation", Need::required);
    if (value == nullptr || value->is_null()) return;
    ObjectReader reader(source_, *value, of.pointer_to("first_violation"));
    std::string property;
    reader.read("property", property);
    for (const RunPicture& picture : result.violations) {
      if (picture.property == property) result.first_violation = picture;
    }
  }

  FixResult read_fix(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    FixResult fix;
    reader.read("name", fix.name);
    reader.read("about", fix.about);
    reader.read("runs", fix.runs);
    reader.read("expectation_met", fix.met);
    fix.properties = read_properties(source_, reader);
    return fix;
  }

  void read_violation(const json& value, const std::string& pointer, ScenarioResult& result) {
    ObjectReader reader(source_, value, pointer);
    RunPicture picture;
    reader.read("reproduce", picture.reproduce);
    const json* recorded = reader.find("trace", Need::required);
    if (recorded == nullptr) return;
    Result<Trace> parsed = parse_trace(recorded->dump(), file_);
    if (!parsed) {
      for (Diagnostic error : parsed.error()) {
        // The trace was read as a text of its own: its lines are none of the file's.
        error.line = error.column = 0;
        error.pointer = pointer + "/trace" + error.pointer;
        errors_.push_back(std::move(error));
      }
      return;
    }
    Trace trace = std::move(parsed).value();
    picture.history = std::move(trace.history);
    picture.counterexample = std::move(trace.counterexample);
    picture.property = std::move(trace.property);
    picture.seed = trace.seed;
    picture.digest = trace.digest;
    picture.plan = std::move(trace.scenario_json);
    picture.choices = std::move(trace.choices);
    result.violations.push_back(std::move(picture));
  }

  JsonSource& source_;
  const std::string& file_;
  Diagnostics& errors_;
};

}  // namespace

std::optional<SchemaName> schema_of(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object() || !value.contains("schema") || !value["schema"].is_string()) {
    return std::nullopt;
  }
  const std::string& schema = value["schema"].get_ref<const std::string&>();
  const std::size_t stem = schema.rfind('-') + 1;
  SchemaName name{.stem = schema.substr(0, stem)};
  std::from_chars(schema.data() + stem, schema.data() + schema.size(), name.number);
  return name;
}

Result<ResultDocument> parse_result(std::string_view text, const std::string& file) {
  Diagnostics errors;
  JsonSource source(text, file, errors);
  const auto value = source.parse("a result");
  if (!value) return errors;
  ResultDocument document = ResultReader(source, file, errors).read(*value);
  if (!errors.empty()) return errors;
  return document;
}

}  // namespace picklock

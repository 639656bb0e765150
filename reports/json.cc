#include "reports/json.h"

#include <nlohmann/json.hpp>

#include "reports/property_json.h"
#include "reports/statistics.h"
#include "reports/trace_json.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

Json size_json(const RunSize& size) {
  Json json;
  json["faults"] = size.faults;
  json["clients"] = size.clients;
  json["servers"] = size.servers;
  json["deviations"] = size.deviations;
  json["events"] = size.events;
  json["length_ns"] = nanoseconds(size.length);
  return json;
}

Json shrinking_json(const Shrinking& shrinking) {
  Json json;
  json["before"] = size_json(shrinking.before);
  json["after"] = size_json(shrinking.after);
  json["replays"] = shrinking.replays;
  json["minimal"] = shrinking.is_minimal;
  return json;
}

Json violation_json(const RunPicture& run) {
  Json json;
  json["property"] = run.property;
  json["seed"] = run.seed;
  json["digest"] = hex_digest(run.digest);
  json["reason"] = run.counterexample.reason;
  json["from_ns"] = nanoseconds(run.counterexample.from);
  json["until_ns"] = nanoseconds(run.counterexample.until);
  json["operations"] = Json::array();
  for (const OpId op : run.counterexample.operations) json["operations"].push_back(op.value());
  json["shrunk"] = run.shrinking ? shrinking_json(*run.shrinking) : Json();
  return json;
}

// With all that is needed to draw it and to carry it out again.
Json recorded_json(const RunPicture& run, const std::string& scenario, const std::string& version) {
  Json json = violation_json(run);
  json["reproduce"] = run.reproduce;
  json["trace"] = Json::parse(trace_json(trace_of(scenario, run, version)));
  return json;
}

Json fix_json(const FixResult& fix) {
  Json json;
  json["name"] = fix.name;
  json["about"] = fix.about;
  json["runs"] = fix.runs;
  json["expectation_met"] = fix.met;
  json["properties"] = properties_json(fix.properties);
  return json;
}

Json scenario_json(const ScenarioResult& result, const std::string& version) {
  Json json;
  json["scenario"] = result.name;
  json["file"] = result.file;
  json["about"] = result.about;
  json["pitfall"] = result.pitfall.empty() ? Json() : Json(result.pitfall);
  json["lock"] = result.lock;
  json["world"] = result.world;
  json["not_run"] = result.not_run;
  json["runs"] = result.runs;
  json["planned_runs"] = result.planned_runs;
  json["interrupted"] = result.interrupted;
  json["first_seed"] = result.first_seed;
  json["digest"] = result.digest;
  json["expectation_met"] = result.expectation_met;
  json["strongest_spec"] = result.strongest_spec;
  json["events"] = result.events;
  json["messages"] = result.messages;
  json["grants"] = result.grants;
  json["simulated_ns"] = result.simulated_ns;
  json["properties"] = properties_json(result.properties);
  json["problems"] = result.problems;
  json["first_violation"] =
      result.first_violation ? violation_json(*result.first_violation) : Json();
  json["violations"] = Json::array();
  for (const RunPicture& run : result.violations) {
    json["violations"].push_back(recorded_json(run, result.name, version));
  }
  json["fixes"] = Json::array();
  for (const FixResult& fix : result.fixes) json["fixes"].push_back(fix_json(fix));
  return json;
}

Json timing_json(const ResultDocument& document) {
  Json json;
  json["wall_seconds"] = six_digits(document.wall_seconds);
  json["jobs"] = document.jobs;
  json["scenarios"] = Json::array();
  for (const ScenarioResult& result : document.results) {
    const double wall = result.wall_seconds;
    Json entry;
    entry["scenario"] = result.name;
    entry["wall_seconds"] = six_digits(wall);
    const auto per_second = [wall](auto count) {
      return wall > 0 ? Json(six_digits(static_cast<double>(count) / wall)) : Json();
    };
    entry["runs_per_second"] = per_second(result.runs);
    entry["messages_per_second"] = per_second(result.messages);
    json["scenarios"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace

std::string recorded_run_json(const RunPicture& run, const std::string& scenario,
                              const std::string& version) {
  return recorded_json(run, scenario, version).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string result_json(const ResultDocument& document) {
  Json json;
  json["schema"] = "picklock-result-1";
  json["version"] = document.version;
  json["interrupted"] = document.interrupted;
  json["results"] = Json::array();
  for (const ScenarioResult& result : document.results) {
    json["results"].push_back(scenario_json(result, document.version));
  }
  json["timing"] = timing_json(document);
  // A file name need not be valid UTF-8; the document must be.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace picklock

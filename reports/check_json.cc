#include "reports/check_json.h"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "reports/result.h"
#include "reports/statistics.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

Json time_json(TrueTime at) {
  return at == kNever ? Json() : Json(nanoseconds(at));
}

Json specification_json(const Specification& specification) {
  const SpecificationEntry& entry = entry_of(specification.kind);
  Json json;
  json["name"] = entry.name;
  json["text"] = to_string(specification);
  json["demands"] = entry.demands;
  json["complexity"] = entry.complexity;
  json["refusals"] = specification.refusals == Refusals::strict ? "strict" : "ignored";
  json["timeouts"] = specification.timeouts == Timeouts::stop ? "stop" : "go-on";
  const auto has = [&](std::string_view parameter) {
    return entry.parameters.find(parameter) != std::string_view::npos;
  };
  if (has("limit")) json["limit"] = specification.limit == 0 ? Json() : Json(specification.limit);
  if (has("permits")) json["permits"] = specification.permits;
  if (has("ttl")) json["ttl_ns"] = nanoseconds(specification.ttl);
  if (has("drift")) {
    json["drift"] =
        fmt::format("{}/{}", specification.drift.numerator(), specification.drift.denominator());
  }
  if (has("initial")) json["initial"] = specification.initial;
  return json;
}

Json operation_json(const ShownOperation& operation) {
  Json json;
  json["place"] = operation.place;
  json["line"] = operation.line == 0 ? Json() : Json(operation.line);
  json["process"] = operation.process;
  json["owner"] = operation.owner.empty() ? operation.process : operation.owner;
  json["object"] = operation.object;
  json["call"] = operation.call;
  json["answer"] = operation.answer;
  json["outcome"] = to_string(operation.outcome);
  json["invoked"] = time_json(operation.invoked);
  json["returned"] = time_json(operation.returned);
  return json;
}

Json violation_json(const CheckResult& result) {
  if (result.judgement.status != Status::violated) return {};
  Json json;
  json["object"] = result.object;
  json["at"] = time_json(result.judgement.violated_at);
  json["linearizable_prefix"] = result.judgement.prefix;
  json["minimal"] = result.judgement.is_minimal;
  json["operations"] = Json::array();
  for (const ShownOperation& operation : result.sub_history) {
    json["operations"].push_back(operation_json(operation));
  }
  json["meanwhile"] = result.remarks;
  return json;
}

Json result_json(const CheckResult& result) {
  const Judgement& judged = result.judgement;
  Json json;
  json["file"] = result.file;
  json["format"] = result.format;
  json["spec"] = specification_json(judged.specification);
  json["verdict"] = status_name(judged.status);
  json["operations"] = judged.operations;
  json["unknown"] = result.unknown;
  json["objects"] = result.objects;
  json["processes"] = result.processes;
  json["malformed"] = result.malformed;
  json["times"] = result.times_are_positions ? "positions" : "ns";
  json["search_steps"] = judged.search_steps;
  json["certificate"] = {{"kind", to_string(judged.certificate.kind)},
                         {"operations", judged.certificate.operations}};
  json["verified"] =
      result.verified == Verified::not_asked ? Json() : Json(result.verified == Verified::yes);
  json["reason"] = judged.status == Status::violated    ? Json(judged.reason)
                   : judged.status == Status::undecided ? Json(judged.undecided_because)
                                                        : Json();
  json["violation"] = violation_json(result);
  return json;
}

}  // namespace

std::string check_json(const CheckDocument& document) {
  Json json;
  json["schema"] = "picklock-check-1";
  json["interrupted"] = document.interrupted;
  json["results"] = Json::array();
  for (const CheckResult& result : document.results) json["results"].push_back(result_json(result));
  json["timing"] = {{"read_seconds", six_digits(document.read_seconds)},
                    {"judge_seconds", six_digits(document.judge_seconds)},
                    {"peak_bytes", document.peak_bytes}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace picklock

#include "scenarios/fault_json.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "base/require.h"
#include "base/text.h"
#include "scenarios/fault_table.h"
#include "scenarios/positions.h"
#include "scenarios/simplifications.h"

namespace picklock {
namespace {

using loading::Json;

std::string text_of(const DurationSpec& spec) {
  require(spec.kind == DurationSpec::Kind::constant, "only constant durations are written");
  return spec.min == kForever ? "forever" : to_string(spec.min);
}

std::string text_of(const MessagePattern& message) {
  std::string text = message.from + " -> " + message.to;
  if (message.what != "*") text += " " + message.what;
  return text;
}

void add_anchor(Json& json, const Anchor& anchor) {
  if (anchor.kind == Anchor::Kind::time) {
    json["at"] = text_of(anchor.at);
    if (anchor.every) json["every"] = text_of(*anchor.every);
    return;
  }
  const char* const key = anchor.kind == Anchor::Kind::before ? "before" : "when";
  json[key] = anchor.node + " " + anchor.point;
  if (anchor.delay != DurationSpec{}) json["delay"] = text_of(anchor.delay);
}

void add_occurrence(Json& json, std::uint32_t nth) {
  if (nth == 0) json["nth"] = "every";
  if (nth > 1) json["nth"] = nth;
}

void add_message(Json& json, const Fault& fault) {
  if (fault.message.nth > 1) json["nth"] = fault.message.nth;
  if (fault.message.count == 0) json["count"] = "all";
  if (fault.message.count > 1) json["count"] = fault.message.count;
  if (fault.by != Duration{}) json["by"] = to_string(fault.by);
  const bool from_the_start = fault.when == Anchor{};
  if (!from_the_start) add_anchor(json, fault.when);
}

void add_node_fault(Json& json, const Fault& fault) {
  const FaultKind kind = fault.kind;
  const bool may_need_length = kind == FaultKind::pause || kind == FaultKind::suspend;
  if (may_need_length || fault.length != DurationSpec::constant(kForever)) {
    json["for"] = text_of(fault.length);
  }
  if (fault.power_loss) json["power_loss"] = true;
  if (fault.memory_lost) json["memory"] = "lost";
  if (fault.one_way) json["one_way"] = true;
  if (fault.hold) json["hold"] = true;
  if (kind == FaultKind::clock_step) json["by"] = to_string(fault.by);
  if (kind == FaultKind::clock_rate) json["ppm"] = fault.ppm;
  if (kind == FaultKind::reset) json["peers"] = fault.peers;
  add_anchor(json, fault.when);
  if (fault.when.kind != Anchor::Kind::time) add_occurrence(json, fault.when.nth);
}

Json nodes_of(const Fault& fault) {
  if (fault.kind == FaultKind::partition) return fault.groups;
  return fault.on.size() == 1 ? Json(fault.on.front()) : Json(fault.on);
}

Json to_json(const Fault& fault) {
  const std::string word(loading::word_of(fault.kind));
  Json json = Json::object();
  if (loading::is_message_fault(fault.kind)) {
    json[word] = text_of(fault.message);
    add_message(json, fault);
  } else {
    json[word] = nodes_of(fault);
    add_node_fault(json, fault);
  }
  return json;
}

}  // namespace

std::string fault_json(const Fault& fault) {
  return to_json(fault).dump();
}

Result<LoadedScenario> with_faults(const LoadedScenario& loaded, std::span<const Fault> faults,
                                   const Vocabulary& vocabulary) {
  if (faults.empty() && !loaded.scenario.swarm) return loaded;
  Json all = loaded.scenario.swarm ? Json::array()
                                   : Json::parse(loaded.json).value("faults", Json::array());
  for (const Fault& fault : faults) all.push_back(to_json(fault));
  // A fix may take away what a new fault names: those come back that still apply.
  std::vector<Override> changes{{"/faults", all.dump()}};
  if (!loaded.scenario.fixes.empty()) changes.emplace_back("/fixes", "null");
  Result<LoadedScenario> plan =
      parse_scenario(loaded.json, loaded.scenario.name, vocabulary, changes);
  if (!plan) return plan;
  return with_fixes_of(loaded, std::move(plan).value(), vocabulary);
}

}  // namespace picklock

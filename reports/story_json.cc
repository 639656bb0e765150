#include "reports/story_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "checker/properties.h"
#include "checker/timeline.h"
#include "reports/cast.h"
#include "reports/messages.h"
#include "reports/steps.h"

namespace picklock {
namespace {

using Json = nlohmann::ordered_json;

Json time_json(TrueTime at) {
  return at == kNever ? Json() : Json(nanoseconds(at));
}
Json node_json(NodeId node) {
  return node.is_none() ? Json() : Json(node.value());
}

Json nodes_json(const Subject& subject) {
  Json json = Json::array();
  for (const NodeInfo& node : subject.nodes) {
    json.push_back({{"name", node.name}, {"role", to_string(node.role)}});
  }
  return json;
}

// The parts of a belief in which it was wrong: it changes where servers begin and stop to name the hold, or
// where others begin and stop to believe.
Json mistakes_json(const Facts& facts, const Facts::Hold& hold,
                   const std::vector<TrueTime>& changes) {
  std::vector<TrueTime> times{hold.granted};
  const TrueTime until = std::min(hold.believed_until, facts.end());
  for (const TrueTime at : changes) {
    if (at > hold.granted && at < until) times.push_back(at);
  }
  std::ranges::sort(times);
  Json json = Json::array();
  TrueTime begin = kNever;
  for (const TrueTime at : times) {
    const bool mistaken = facts.is_mistaken(hold, at);
    if (mistaken && begin == kNever) begin = at;
    if (mistaken || begin == kNever) continue;
    json.push_back({nanoseconds(begin), nanoseconds(at)});
    begin = kNever;
  }
  if (begin != kNever) json.push_back({nanoseconds(begin), nanoseconds(until)});
  return json;
}

Json holds_json(const Facts& facts) {
  std::map<OpId, std::vector<TrueTime>> changes;
  for (const auto& naming : facts.namings()) {
    changes[naming.hold].push_back(naming.from);
    changes[naming.hold].push_back(naming.until);
  }
  std::vector<TrueTime> beliefs;  // of anybody: they matter where nobody looked inside the servers
  if (!facts.subject().servers_observed) {
    for (const auto& [op, hold] : facts.holds()) {
      if (hold.granted == kNever) continue;
      beliefs.push_back(hold.granted);
      beliefs.push_back(hold.believed_until);
    }
  }
  Json json = Json::array();
  for (const auto& [op, hold] : facts.holds()) {
    Json one;
    one["op"] = op.value();
    one["client"] = node_json(hold.client);
    one["asked"] = time_json(hold.asked);
    one["waited_until"] = time_json(hold.waited_until);
    if (hold.granted != kNever) {
      one["granted"] = time_json(hold.granted);
      one["believed_until"] = time_json(hold.believed_until);
      one["mistaken"] =
          mistakes_json(facts, hold, facts.subject().servers_observed ? changes[op] : beliefs);
      if (hold.fence != 0) one["fence"] = exact_json(hold.fence);
    }
    json.push_back(std::move(one));
  }
  return json;
}

// Each naming with the instants at which its lease began anew.
Json namings_json(const Facts& facts, const History& history) {
  std::map<std::pair<NodeId, OpId>, std::vector<TrueTime>> renewals;
  std::map<std::pair<NodeId, TrueTime>, Cause> causes;
  for (const Event& event : history.events) {
    if (event.kind == EventKind::renewed) renewals[{event.node, event.hold}].push_back(event.at);
    if (event.kind == EventKind::unnamed) causes[{event.node, event.at}] = event.cause;
  }
  Json json = Json::array();
  for (const auto& naming : facts.namings()) {
    Json one;
    one["server"] = naming.server.value();
    one["op"] = naming.hold.value();
    one["client"] = node_json(facts.client_of(naming.hold));
    one["from"] = time_json(naming.from);
    one["until"] = time_json(naming.until);
    if (const auto cause = causes.find({naming.server, naming.until}); cause != causes.end()) {
      one["cause"] = to_string(cause->second);
    }
    Json renewed = Json::array();
    for (const TrueTime at : renewals[{naming.server, naming.hold}]) {
      if (at > naming.from && at < naming.until) renewed.push_back(nanoseconds(at));
    }
    if (!renewed.empty()) one["renewed"] = std::move(renewed);
    json.push_back(std::move(one));
  }
  return json;
}

Json ownerships_json(const Timeline& timeline) {
  Json json = Json::array();
  for (const Ownership& owned : timeline.ownerships()) {
    const Hold& hold = timeline.holds()[owned.hold];
    json.push_back({{"op", hold.id.value()},
                    {"client", node_json(hold.client)},
                    {"from", time_json(owned.from)},
                    {"until", time_json(owned.until)}});
  }
  return json;
}

Json outages_json(const Facts& facts) {
  Json json = Json::array();
  for (const Facts::Outage& outage : facts.outages()) {
    json.push_back({{"node", outage.node.value()},
                    {"from", time_json(outage.from)},
                    {"until", time_json(outage.until)},
                    {"crash", outage.crash}});
  }
  return json;
}

Json effects_json(const Facts& facts) {
  Json json = Json::array();
  for (const Facts::Effect& effect : facts.effects()) {
    const Event& event = effect.event;
    Json one;
    one["at"] = time_json(event.at);
    one["op"] = event.op.value();
    one["client"] = node_json(effect.client);
    one["action"] = to_string(event.action);
    one["outcome"] = to_string(event.outcome);
    one["value"] = exact_json(event.value);
    if (event.fence != 0) one["fence"] = exact_json(event.fence);
    if (event.outcome == Outcome::ok && event.action != Action::read) {
      one["stale"] = facts.is_stale(effect);
      if (!effect.lost.is_none()) one["lost"] = node_json(facts.client_of(effect.lost));
    }
    json.push_back(std::move(one));
  }
  return json;
}

Json messages_json(const Facts& facts, const History& history) {
  Json json = Json::array();
  for (const Message& message : messages_of(facts, history)) {
    Json one;
    one["from"] = message.from.value();
    one["to"] = message.to.value();
    if (!message.op.is_none()) one["op"] = message.op.value();
    one["sent"] = time_json(message.sent);
    one["received"] = time_json(message.received);
    if (!message.sent_is_known) one["sent_before"] = true;
    if (message.is_answer) one["answer"] = true;
    if (message.is_refused) one["refused"] = true;
    if (message.is_wrong) one["wrong"] = true;
    one["label"] = message.label;
    json.push_back(std::move(one));
  }
  return json;
}

// What struck links or clocks; a process that stood still has its outage.
Json faults_json(const Facts& facts, const History& history) {
  struct Strike {
    Event begin;
    TrueTime until = kNever;
  };
  std::vector<Strike> strikes;
  for (const Event& event : history.events) {
    if (event.kind == EventKind::fault) {
      strikes.push_back({.begin = event});
    } else if (event.kind == EventKind::fault_end) {
      for (Strike& strike : strikes) {
        const bool same = strike.begin.value == event.value && strike.begin.node == event.node;
        if (same && strike.until == kNever) strike.until = event.at;
      }
    }
  }
  Json json = Json::array();
  for (const Strike& strike : strikes) {
    const bool drawn = std::ranges::any_of(facts.outages(), [&](const Facts::Outage& outage) {
      return outage.node == strike.begin.node && outage.from == strike.begin.at;
    });
    const auto number = static_cast<std::size_t>(strike.begin.value);
    if (drawn || strike.begin.value < 0 || number >= facts.subject().faults.size()) continue;
    json.push_back({{"node", node_json(strike.begin.node)},
                    {"from", time_json(strike.begin.at)},
                    {"until", time_json(strike.until)},
                    {"text", facts.subject().faults[number]}});
  }
  return json;
}

}  // namespace

Json exact_json(std::int64_t value) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (value >= -kExact && value <= kExact) return value;
  return fmt::to_string(value);
}

Json run_json(const Facts& facts, const History& history) {
  const Subject& subject = facts.subject();
  const Timeline timeline(history);
  Json json;
  json["nodes"] = nodes_json(subject);
  json["end"] = time_json(history.end);
  json["complete"] = history.complete;
  json["events"] = history.events.size();
  json["ttl"] = subject.ttl == kForever ? Json() : Json(nanoseconds(subject.ttl));
  json["quorum"] = subject.quorum;
  json["servers_observed"] = subject.servers_observed;
  json["workload"] = to_string(subject.workload);
  json["initial"] = exact_json(subject.initial);
  json["holds"] = holds_json(facts);
  json["namings"] = namings_json(facts, history);
  json["ownerships"] = ownerships_json(timeline);
  json["outages"] = outages_json(facts);
  json["effects"] = effects_json(facts);
  json["messages"] = messages_json(facts, history);
  json["faults"] = faults_json(facts, history);
  return json;
}

Json story_json(const Facts& facts, const RunPicture& run) {
  const Counterexample& counterexample = run.counterexample;
  const Cast cast = cast_of(facts, run.history, counterexample, kClientsOfStory);
  const Property* property = find_property(run.property);
  Json json;
  json["property"] = run.property;
  json["property_id"] = property == nullptr ? "" : std::string(property->id);
  json["property_title"] = property == nullptr ? "" : std::string(property->title);
  json["reason"] = counterexample.reason;
  json["seed"] = fmt::to_string(run.seed);
  json["digest"] = hex_digest(run.digest);
  json["violated_from"] = time_json(counterexample.from);
  json["violated_until"] = time_json(counterexample.until);
  json["from"] = time_json(cast.from);
  json["until"] = time_json(cast.until);
  json["clients"] = Json::array();
  for (const NodeId client : cast.clients) json["clients"].push_back(client.value());
  json["other_clients"] = cast.others;

  const std::vector<Step> all = all_steps(facts, run.history, cast);
  json["steps"] = Json::array();
  for (const Step& step : weightiest(all, kStepsOfStory)) {
    json["steps"].push_back({{"at", time_json(step.at)},
                             {"text", step.text},
                             {"client", node_json(step.client)},
                             {"node", node_json(step.node)},
                             {"tone", step.is_wrong   ? "wrong"
                                      : step.is_saved ? "saved"
                                                      : ""}});
  }
  json["steps_in_all"] = all.size();
  return json;
}

}  // namespace picklock

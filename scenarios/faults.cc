#include "scenarios/faults.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "scenarios/fault_table.h"
#include "scenarios/loader.h"

namespace picklock::loading {
namespace {

// Which kind the object is. "delay" beside another kind is the delay of the anchor.
const FaultWord* kind_of(const Cursor& at) {
  std::vector<const FaultWord*> found;
  std::vector<std::string> names;
  for (const FaultWord& word : fault_words()) {
    names.emplace_back(word.name);
    if (at.has(word.name)) found.push_back(&word);
  }
  if (found.size() > 1)
    std::erase_if(found, [](const FaultWord* word) { return word->kind == FaultKind::delay; });
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    at.issue_in(found[1]->name,
                fmt::format("expected one kind of fault, got \"{}\" and \"{}\"", found[0]->name,
                            found[1]->name),
                "write two faults");
    return nullptr;
  }
  for (const auto& [key, value] : at.value().items()) {
    const std::string near = nearest_name(key, names);
    if (near.empty()) continue;
    at.wrong_key(key, "a kind of fault", fmt::format("did you mean \"{}\"?", near));
    return nullptr;
  }
  at.issue("expected a kind of fault, " + alternatives(names) + ", got none");
  return nullptr;
}

// Puts the anchor together from the members that say when.
void finish_anchor(const Cursor& at, FaultDraft& draft) {
  Anchor& anchor = draft.fault.when;
  const std::array<const char*, 3> keys{"at", "when", "before"};
  const auto given = std::ranges::count_if(keys, [&](const char* key) { return at.has(key); });
  const bool message = is_message_fault(draft.fault.kind);
  if (given > 1) {
    at.issue_in(at.has("before") ? "before" : "when",
                "expected one of \"at\", \"when\" and \"before\", got more than one");
  } else if (given == 0 && !message) {
    at.issue("expected \"at\", \"when\" or \"before\" in a fault, got none");
  }
  const bool anchored = at.has("when") || at.has("before");
  const bool delays = draft.fault.kind != FaultKind::delay && at.has("delay");
  if (delays && !anchored)
    at.issue_in("delay", "expected \"delay\" only beside \"when\" or \"before\"",
                "write the sum into \"at\"");
  if (at.has("nth") && !anchored && !message)
    at.issue_in("nth", "expected \"nth\" only beside \"when\" or \"before\"");
  if (at.has("every") && !at.has("at"))
    at.issue_in("every", "expected \"every\" only beside \"at\"",
                anchored ? "\"nth\": \"every\" strikes at every occurrence" : "");
  if (draft.at) anchor.at = *draft.at;
  anchor.every = draft.every;
  if (const auto& point = draft.when ? draft.when : draft.before) {
    anchor.kind = draft.when ? Anchor::Kind::after : Anchor::Kind::before;
    anchor.node = point->node;
    anchor.point = point->point;
    anchor.nth = draft.nth;
    anchor.delay = draft.delay;
  }
}

// Several cuts fall together only when nothing about them is drawn.
bool may_be_several(const Fault& fault) {
  const auto fixed = [](const DurationSpec& spec) {
    return spec.kind == DurationSpec::Kind::constant;
  };
  return fixed(fault.when.at) && fixed(fault.when.delay) && fixed(fault.length) &&
         (!fault.when.every || fixed(*fault.when.every));
}

}  // namespace

std::string_view word_of(FaultKind kind) {
  return fault_words()[static_cast<std::size_t>(kind)].name;
}

void read_faults(const Cursor& at, const FaultSetting& setting, std::vector<PlacedFault>& faults) {
  if (!at.value().is_array()) return at.wrong("an array, or an object with \"swarm\"");
  if (at.value().size() > kMostFaults) {
    at.issue(fmt::format("expected at most {} faults, got {}", kMostFaults, at.value().size()));
    return;
  }
  std::map<std::string_view, int> counts;
  for (std::size_t i = 0; i < at.value().size(); ++i) {
    const Cursor place = at[i];
    if (!place.is_object()) continue;
    const FaultWord* word = kind_of(place);
    if (word == nullptr) continue;
    FaultDraft draft{.fault = {.kind = word->kind}};
    fault_record(*word, setting).read(place, draft);
    finish_anchor(place, draft);
    const int number = ++counts[word->name];
    if (!place.has("name")) draft.fault.name = fmt::format("{} {}", word->name, number);
    if (draft.cuts.size() > 1 && !may_be_several(draft.fault)) {
      place.issue_in("partition",
                     "expected fixed durations beside \"majorities-ring\", got a distribution",
                     "its cuts must fall together");
      continue;
    }
    if (word->kind != FaultKind::partition) faults.push_back({draft.fault, i});
    for (std::size_t k = 0; k < draft.cuts.size(); ++k) {
      Fault cut = draft.fault;
      cut.groups = draft.cuts[k];
      if (draft.cuts.size() > 1) cut.name += fmt::format(".{}", k + 1);
      faults.push_back({std::move(cut), i});
    }
  }
}

Json faults_schema() {
  static const FaultSetting kAny;
  Json kinds = Json::array();
  for (const FaultWord& word : fault_words()) {
    Json schema = fault_record(word, kAny).schema();
    schema["title"] = word.name;
    schema["description"] = word.about;
    kinds.push_back(std::move(schema));
  }
  const Json planned{
      {"type", "array"}, {"maxItems", kMostFaults}, {"items", {{"anyOf", std::move(kinds)}}}};
  return {{"anyOf", {planned, swarm_schema()}}};
}

}  // namespace picklock::loading

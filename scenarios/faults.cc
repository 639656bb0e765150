#include "scenarios/faults.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "scenarios/loader.h"

namespace picklock {
namespace {

struct FaultWord {
  FaultKind kind;
  const char* name;
  const char* about;
};

constexpr std::array<FaultWord, 12> kFaults{{
    {FaultKind::pause, "pause",
     "the process stands still; clocks run on, messages wait in its sockets"},
    {FaultKind::suspend, "suspend", "the machine sleeps: its monotonic clock stops as well"},
    {FaultKind::crash, "crash", "the process dies; with \"for\" it starts again after it"},
    {FaultKind::partition, "partition", "no message passes between groups of nodes"},
    {FaultKind::delay, "delay", "matching messages take \"by\" longer"},
    {FaultKind::lose, "lose", "matching messages vanish (datagrams)"},
    {FaultKind::duplicate, "duplicate", "matching messages arrive again, \"by\" later (datagrams)"},
    {FaultKind::reorder, "reorder", "matching messages overtake what is in flight (datagrams)"},
    {FaultKind::reset, "reset", "connections break; the outcome of calls in flight is unknown"},
    {FaultKind::clock_step, "clock_step", "the wall clock jumps by \"by\""},
    {FaultKind::clock_rate, "clock_rate", "clocks gain \"ppm\" millionths"},
    {FaultKind::clock_freeze, "clock_freeze", "the wall clock stands still"},
}};

bool is_message_fault(FaultKind kind) {
  return kind == FaultKind::delay || kind == FaultKind::lose || kind == FaultKind::duplicate ||
         kind == FaultKind::reorder;
}

// A fault as its members say, before they are put together.
struct Draft {
  Fault fault;
  std::optional<DurationSpec> at;
  std::optional<DurationSpec> every;
  std::optional<Point> when;
  std::optional<Point> before;
  std::uint32_t nth = 1;
  DurationSpec delay;
  std::vector<Groups> cuts;
};

// A number from 1 on, or a word for "no end of them", which is 0.
Kind<std::uint32_t> a_number_or(const std::string& word) {
  const auto number = a_count(1, 1'000'000);
  return {{{"anyOf", {number.schema, {{"const", word}}}}},
          [number, word](const Cursor& at) -> std::optional<std::uint32_t> {
            if (at.value() == word) return 0;
            if (at.value().is_number()) {
              if (at.value() == 0) {
                at.wrong("an integer from 1 to 1000000",
                         fmt::format("\"{}\" means all of them", word));
                return std::nullopt;
              }
              return number.read(at);
            }
            at.wrong(fmt::format("an integer from 1 to 1000000, or \"{}\"", word));
            return std::nullopt;
          }};
}

void add_anchor(Record<Draft>& record, FaultKind kind, const FaultSetting& setting) {
  record
      .add("name", "unique among the faults; it is shown in reports", a_text(),
           [](Draft& d, std::string v) { d.fault.name = std::move(v); })
      .add("at", "strikes at this time after the start", a_spread(), &Draft::at)
      .add("every", "beside \"at\": strikes again and again, this far apart",
           a_spread(kShortestDuration), &Draft::every)
      .add("when", "strikes just after this: \"client-1 acquired\"", a_point(setting), &Draft::when)
      .add("before", "strikes just before this: \"client-1 write\"", a_point(setting),
           &Draft::before);
  if (is_message_fault(kind)) {
    record
        .add("nth", "the first message that is hit, counted from the anchor on",
             a_count(1, 1'000'000), [](Draft& d, std::uint32_t v) { d.fault.message.nth = v; })
        .add("count", "how many are hit from there on, or \"all\"", a_number_or("all"),
             [](Draft& d, std::uint32_t v) { d.fault.message.count = v; });
  } else {
    record.add("nth", "the occurrence of \"when\" or \"before\", or \"every\"",
               a_number_or("every"), &Draft::nth);
  }
  if (kind != FaultKind::delay) {
    record.add("delay", "strikes this much after \"when\" or \"before\"", a_spread(),
               &Draft::delay);
  }
}

void add_length(Record<Draft>& record, bool required) {
  record.add("for", "how long, or \"forever\"", a_length(),
             [](Draft& d, DurationSpec v) { d.fault.length = std::move(v); });
  if (required) record.required();
}

void add_by(Record<Draft>& record, Duration least) {
  record.add("by", "how much", a_duration(least), [](Draft& d, Duration v) { d.fault.by = v; });
}

void add_message(Record<Draft>& record, const char* name, const FaultSetting& setting) {
  record
      .add(name, "\"from -> to what\"", a_message(setting),
           [](Draft& d, MessagePattern v) {
             v.nth = d.fault.message.nth;
             v.count = d.fault.message.count;
             d.fault.message = std::move(v);
           })
      .required();
}

void add_details(Record<Draft>& record, FaultKind kind, const FaultSetting& setting) {
  switch (kind) {
    case FaultKind::pause:
    case FaultKind::suspend:
      return add_length(record, true);
    case FaultKind::clock_freeze:
      return add_length(record, false);
    case FaultKind::crash:
      add_length(record, false);
      record
          .add("power_loss",
               "what was not synced to the disk is gone, and peers get silence instead of a reset",
               a_flag(), [](Draft& d, bool v) { d.fault.power_loss = v; })
          .add("memory", "lost: a server starts again with an empty disk", one_of({"kept", "lost"}),
               [](Draft& d, const std::string& v) { d.fault.memory_lost = v == "lost"; });
      return;
    case FaultKind::partition:
      add_length(record, false);
      record
          .add("one_way", "only messages from the first group to the second are cut", a_flag(),
               [](Draft& d, bool v) { d.fault.one_way = v; })
          .add("hold", "messages wait for the end instead of being lost", a_flag(),
               [](Draft& d, bool v) { d.fault.hold = v; });
      return;
    case FaultKind::delay:
      add_by(record, kShortestDuration);
      record.required();
      return;
    case FaultKind::duplicate:
      return add_by(record, Duration{});
    case FaultKind::reset:
      record.add("peers", "the other ends; any node when left out", some_nodes(setting),
                 [](Draft& d, std::vector<std::string> v) { d.fault.peers = std::move(v); });
      return;
    case FaultKind::clock_step:
      add_by(record, -kLongestDuration);
      record.required();
      return;
    case FaultKind::clock_rate:
      add_length(record, false);
      record
          .add("ppm", "millionths, may be negative", an_integer(-kMostPpm, kMostPpm),
               [](Draft& d, std::int64_t v) { d.fault.ppm = static_cast<std::int32_t>(v); })
          .required();
      return;
    case FaultKind::lose:
    case FaultKind::reorder:
      return;
  }
}

Record<Draft> fault_record(const FaultWord& word, const FaultSetting& setting) {
  Record<Draft> record(fmt::format("a \"{}\" fault", word.name));
  if (is_message_fault(word.kind)) {
    add_message(record, word.name, setting);
  } else if (word.kind == FaultKind::partition) {
    record.add(word.name, "groups of nodes, or a shape", a_partition(setting), &Draft::cuts)
        .required();
  } else {
    record
        .add(word.name, "the node, or an array of nodes", some_nodes(setting),
             [](Draft& d, std::vector<std::string> v) { d.fault.on = std::move(v); })
        .required();
  }
  add_details(record, word.kind, setting);
  add_anchor(record, word.kind, setting);
  return record;
}

// Which kind the object is. "delay" beside another kind is the delay of the anchor.
const FaultWord* kind_of(const Cursor& at) {
  std::vector<const FaultWord*> found;
  std::vector<std::string> names;
  for (const FaultWord& word : kFaults) {
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
void finish_anchor(const Cursor& at, Draft& draft) {
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

std::string_view to_string(FaultKind kind) {
  return kFaults.at(static_cast<std::size_t>(kind)).name;
}

void read_faults(const Cursor& at, const FaultSetting& setting, std::vector<PlacedFault>& faults) {
  if (!at.is_array()) return;
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
    Draft draft{.fault = {.kind = word->kind}};
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
  Json kinds = Json::array();
  for (const FaultWord& word : kFaults) {
    Json schema = fault_record(word, FaultSetting{}).schema();
    schema["title"] = word.name;
    schema["description"] = word.about;
    kinds.push_back(std::move(schema));
  }
  return {{"type", "array"}, {"maxItems", kMostFaults}, {"items", {{"anyOf", std::move(kinds)}}}};
}

std::vector<std::pair<std::string, std::string>> fault_kinds() {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const FaultWord& word : kFaults) kinds.emplace_back(word.name, word.about);
  return kinds;
}

}  // namespace picklock

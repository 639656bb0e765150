#include "reports/history_json.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"

namespace picklock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Need = ObjectReader::Need;

// The names of all values of an enumeration from 0 to `last`.
template <class Enum>
std::vector<std::string> names_of(Enum last) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
    names.emplace_back(to_string(static_cast<Enum>(i)));
  }
  return names;
}

bool has_action(EventKind kind) {
  return kind == EventKind::invoke || kind == EventKind::complete || kind == EventKind::applied;
}
bool has_outcome(EventKind kind) {
  return kind == EventKind::complete || kind == EventKind::applied;
}
bool has_cause(EventKind kind) {
  return kind == EventKind::unnamed;
}

// False when there was none that it knows.
template <class Enum>
bool read_enum(ObjectReader& reader, std::string_view key, Enum last, Enum& out, Need need) {
  static const std::vector<std::string> names = names_of(last);
  const auto position = reader.read_name(key, names, need);
  if (position) out = static_cast<Enum>(*position);
  return position.has_value();
}

ordered_json time_json(Duration duration) {
  return duration == kForever ? ordered_json() : ordered_json(nanoseconds(duration));
}

void read_op(ObjectReader& reader, std::string_view key, OpId& out) {
  std::uint32_t value = out.value();
  reader.read(key, value, Need::optional);
  out = OpId(value);
}

}  // namespace

std::string subject_json(const Subject& subject) {
  ordered_json nodes = ordered_json::array();
  for (const NodeInfo& node : subject.nodes) {
    ordered_json entry;
    entry["name"] = node.name;
    entry["role"] = to_string(node.role);
    nodes.push_back(std::move(entry));
  }
  const Ratio error = subject.rate_error;
  ordered_json out;
  out["nodes"] = std::move(nodes);
  out["faults"] = subject.faults;
  out["ttl_ns"] = time_json(subject.ttl);
  out["rate_error"] = fmt::format("{}/{}", error.numerator(), error.denominator());
  out["quorum"] = subject.quorum;
  out["servers_observed"] = subject.servers_observed;
  out["fenced"] = subject.fenced;
  out["acquire_wait_ns"] = time_json(subject.acquire_wait);
  out["acquire_slack_ns"] = time_json(subject.acquire_slack);
  out["diligent"] = subject.diligent;
  out["workload"] = to_string(subject.workload);
  out["initial"] = subject.initial;
  out["faults_end_ns"] = time_json(subject.faults_end.time_since_epoch());
  out["progress_bound_ns"] = time_json(subject.progress_bound);
  out["recovery_bound_ns"] = time_json(subject.recovery_bound);
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void append_event_json(std::string& out, const Event& event, const Subject& subject) {
  out += fmt::format(R"({{"at":{},"kind":"{}")", nanoseconds(event.at), to_string(event.kind));
  if (!event.node.is_none()) {
    require(event.node.value() < subject.nodes.size(), "an event names a node of the subject");
    const std::string& name = subject.nodes[event.node.value()].name;
    const bool plain = std::ranges::all_of(
        name, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    out += fmt::format(R"(,"node":{})", plain ? '"' + name + '"' : json(name).dump());
  }
  if (!event.op.is_none()) out += fmt::format(R"(,"op":{})", event.op.value());
  if (!event.hold.is_none()) out += fmt::format(R"(,"hold":{})", event.hold.value());
  if (has_action(event.kind) || event.action != Action{}) {
    out += fmt::format(R"(,"action":"{}")", to_string(event.action));
  }
  if (has_outcome(event.kind) || event.outcome != Outcome{}) {
    out += fmt::format(R"(,"outcome":"{}")", to_string(event.outcome));
  }
  if (has_cause(event.kind) || event.cause != Cause{}) {
    out += fmt::format(R"(,"cause":"{}")", to_string(event.cause));
  }
  if (event.value != 0) out += fmt::format(R"(,"value":{})", event.value);
  if (event.fence != 0) out += fmt::format(R"(,"fence":{})", event.fence);
  out += '}';
}

std::string history_jsonl(const History& history) {
  require(history.subject != nullptr, "a history has a subject");
  std::string out =
      fmt::format(R"({{"schema":"{}","subject":{},"end_ns":{},"complete":{}}})", kHistorySchema,
                  subject_json(*history.subject), nanoseconds(history.end), history.complete);
  out += '\n';
  for (const Event& event : history.events) {
    append_event_json(out, event, *history.subject);
    out += '\n';
  }
  return out;
}

Subject read_subject(JsonSource& source, const json& value, const std::string& pointer) {
  Subject subject;
  ObjectReader reader(source, value, pointer);
  if (const json* nodes = reader.find("nodes", Need::required)) {
    if (!nodes->is_array()) reader.wrong("nodes", "an array of nodes", *nodes);
    for (std::size_t i = 0; nodes->is_array() && i < nodes->size(); ++i) {
      ObjectReader entry(source, (*nodes)[i], fmt::format("{}/{}", reader.pointer_to("nodes"), i));
      NodeInfo node;
      entry.read("name", node.name);
      read_enum(entry, "role", Role::resource, node.role, Need::required);
      if (std::ranges::find(subject.nodes, node.name, &NodeInfo::name) != subject.nodes.end()) {
        entry.wrong("name", "a name that no other node has", (*nodes)[i]["name"]);
      }
      entry.finish();
      subject.nodes.push_back(std::move(node));
    }
  }
  if (const json* faults = reader.find("faults", Need::optional)) {
    const auto is_text = [](const json& fault) { return fault.is_string(); };
    if (faults->is_array() && std::ranges::all_of(*faults, is_text)) {
      subject.faults = faults->get<std::vector<std::string>>();
    } else {
      reader.wrong("faults", "an array of strings", *faults);
    }
  }
  std::string rate_error = "0/1";
  reader.read("ttl_ns", subject.ttl, Need::optional);
  reader.read("rate_error", rate_error, Need::optional);
  reader.read("quorum", subject.quorum, Need::optional);
  reader.read("servers_observed", subject.servers_observed, Need::optional);
  reader.read("fenced", subject.fenced, Need::optional);
  reader.read("acquire_wait_ns", subject.acquire_wait, Need::optional);
  reader.read("acquire_slack_ns", subject.acquire_slack, Need::optional);
  reader.read("diligent", subject.diligent, Need::optional);
  read_enum(reader, "workload", Workload::none, subject.workload, Need::optional);
  reader.read("initial", subject.initial, Need::optional);
  reader.read("faults_end_ns", subject.faults_end, Need::optional);
  reader.read("progress_bound_ns", subject.progress_bound, Need::optional);
  reader.read("recovery_bound_ns", subject.recovery_bound, Need::optional);
  if (const auto ratio = parse_ratio(rate_error)) {
    subject.rate_error = *ratio;
  } else {
    reader.wrong("rate_error", "a ratio such as \"1/100\"", rate_error);
  }
  if (subject.quorum == 0) reader.wrong("quorum", "at least 1", subject.quorum);
  reader.finish();
  return subject;
}

EventReader::EventReader(const Subject& subject) : subject_(subject) {
  for (const NodeInfo& node : subject_.nodes) node_names_.push_back(node.name);
}

std::optional<Event> EventReader::read(JsonSource& source, const json& value,
                                       const std::string& pointer) {
  Event event;
  ObjectReader reader(source, value, pointer);
  std::int64_t at = 0;
  reader.read("at", at);
  event.at = true_time(at);
  const bool known = read_enum(reader, "kind", EventKind::elected, event.kind, Need::required);
  const auto when = [known](bool required) {
    return known && required ? Need::required : Need::optional;
  };
  const bool on_links = event.kind == EventKind::fault || event.kind == EventKind::fault_end;
  if (const auto node = reader.read_name("node", node_names_, when(!on_links))) {
    event.node = NodeId(static_cast<std::uint32_t>(*node));
  }
  read_op(reader, "op", event.op);
  read_op(reader, "hold", event.hold);
  read_enum(reader, "action", Action::run, event.action, when(has_action(event.kind)));
  read_enum(reader, "outcome", Outcome::unknown, event.outcome, when(has_outcome(event.kind)));
  read_enum(reader, "cause", Cause::lost, event.cause, when(has_cause(event.kind)));
  reader.read("value", event.value, Need::optional);
  reader.read("fence", event.fence, Need::optional);
  if (!reader.finish()) return std::nullopt;
  const std::size_t errors = source.error_count();
  check_order(source, event, pointer);
  if (source.error_count() != errors) return std::nullopt;
  return event;
}

void EventReader::check_order(JsonSource& source, const Event& event, const std::string& pointer) {
  if (event.at < last_) {
    source.error(pointer + "/at",
                 fmt::format("expected a time of at least {} ns, that of the event "
                             "before, got {}",
                             nanoseconds(last_), nanoseconds(event.at)));
  }
  last_ = std::max(last_, event.at);
  // One mistake must not make every later operation a stranger.
  if (source.error_count() > 0) return;
  if (event.kind == EventKind::invoke) {
    if (event.op != OpId(operations_)) {
      source.error(pointer + "/op",
                   fmt::format("expected operation {}, the next one, got {}", operations_,
                               event.op.is_none() ? "none" : std::to_string(event.op.value())));
    }
    ++operations_;
  } else if (has_action(event.kind) && event.op.is_none()) {
    source.error(pointer, "expected a key \"op\", got none");
  }
  const auto check = [&](OpId op, std::string_view key) {
    if (op.is_none() || op.value() < operations_) return;
    source.error(fmt::format("{}/{}", pointer, key),
                 fmt::format("expected an operation that was invoked before, got {}", op.value()));
  };
  if (event.kind != EventKind::invoke) check(event.op, "op");
  check(event.hold, "hold");
  const bool of_hold = event.kind == EventKind::deadline || event.kind == EventKind::aware ||
                       event.kind == EventKind::named || event.kind == EventKind::renewed ||
                       event.kind == EventKind::unnamed;
  if (of_hold && event.hold.is_none()) source.error(pointer, "expected a key \"hold\", got none");
}

}  // namespace picklock

#include "reports/trace_json.h"

#include <fmt/core.h>

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "reports/history_json.h"
#include "reports/json_source.h"
#include "reports/result.h"

namespace picklock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Need = ObjectReader::Need;

constexpr std::string_view kSchemaStem = "picklock-trace-";
constexpr unsigned kSchemaNumber = 1;

// Readers of other languages keep integers in doubles: above 2^53 a number is written as text.
std::string number_json(std::uint64_t value) {
  constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
  return value > kExact ? fmt::format("\"{}\"", value) : fmt::format("{}", value);
}

std::optional<std::uint64_t> number_of(const json& value) {
  if (value.is_number_unsigned()) return value.get_ref<const std::uint64_t&>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number_json(number) != '"' + text + '"') {
    return std::nullopt;
  }
  return number;
}

std::string text_json(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

void read_number(ObjectReader& reader, std::string_view key, std::uint64_t& out) {
  const json* value = reader.find(key, Need::required);
  if (value == nullptr) return;
  if (const auto number = number_of(*value)) {
    out = *number;
  } else {
    reader.wrong(key, "a whole number below 2^64, as a string when it is above 2^53", *value);
  }
}

void read_digest(ObjectReader& reader, std::string_view key, std::uint64_t& out) {
  std::string text = hex_digest(0);
  reader.read(key, text);
  if (const auto digest = parse_hex_digest(text)) {
    out = *digest;
  } else {
    reader.wrong(key, "16 lower-case hexadecimal digits", text);
  }
}

void read_schema(ObjectReader& reader) {
  std::string schema;
  reader.read("schema", schema);
  if (schema == fmt::format("{}{}", kSchemaStem, kSchemaNumber)) return;
  std::string hint;
  if (schema.starts_with(kSchemaStem)) {
    unsigned number = 0;
    std::from_chars(schema.data() + kSchemaStem.size(), schema.data() + schema.size(), number);
    if (number > kSchemaNumber) hint = "a newer picklock wrote this trace: use that one";
  }
  if (!schema.empty()) {
    reader.wrong("schema", fmt::format("\"{}{}\"", kSchemaStem, kSchemaNumber), schema, hint);
  }
}

// Calls `each(element, pointer)` for the elements of an array.
template <class Each>
void read_array(ObjectReader& reader, std::string_view key, Each each, Need need = Need::required) {
  const json* values = reader.find(key, need);
  if (values == nullptr) return;
  if (!values->is_array()) {
    reader.wrong(key, "an array", *values);
    return;
  }
  for (std::size_t i = 0; i < values->size(); ++i) {
    each((*values)[i], fmt::format("{}/{}", reader.pointer_to(key), i));
  }
}

void read_counterexample(ObjectReader& reader, JsonSource& source, Counterexample& out) {
  reader.read("reason", out.reason);
  reader.read("from_ns", out.from);
  reader.read("until_ns", out.until);
  read_array(reader, "operations", [&](const json& value, const std::string& pointer) {
    const auto op = number_of(value);
    if (op && *op < OpId{}.value()) {
      out.operations.push_back(OpId(static_cast<std::uint32_t>(*op)));
    } else {
      source.error(pointer,
                   fmt::format("expected the number of an operation, got {}", shown(value)));
    }
  });
}

void read_choices(ObjectReader& reader, JsonSource& source, std::vector<TraceChoice>& out) {
  read_array(reader, "choices", [&](const json& value, const std::string& pointer) {
    const bool triple = value.is_array() && value.size() == 3 && value[0].is_string();
    const auto ordinal = triple ? number_of(value[1]) : std::nullopt;
    const auto drawn = triple ? number_of(value[2]) : std::nullopt;
    if (!ordinal || !drawn || *ordinal > UINT32_MAX) {
      source.error(pointer, fmt::format("expected [stream, ordinal, value], got {}", shown(value)));
      return;
    }
    out.push_back({value[0].get<std::string>(), static_cast<std::uint32_t>(*ordinal), *drawn});
  });
}

std::optional<TrueTime> time_of(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  return TrueTime{std::chrono::nanoseconds(value.get<std::int64_t>())};
}

// [from, to, what, sent, received]; null was never received.
void read_messages(ObjectReader& reader, JsonSource& source, std::size_t nodes,
                   std::vector<SentMessage>& out) {
  const auto node_of = [&](const json& value) {
    const auto number = number_of(value);
    return number && *number < nodes ? NodeId(static_cast<std::uint32_t>(*number)) : NodeId();
  };
  const auto read = [&](const json& value, const std::string& pointer) {
    const bool has_parts = value.is_array() && value.size() == 5 && value[2].is_string();
    const NodeId from = has_parts ? node_of(value[0]) : NodeId();
    const NodeId to = has_parts ? node_of(value[1]) : NodeId();
    const auto sent = has_parts ? time_of(value[3]) : std::nullopt;
    const auto received = has_parts && value[4].is_null() ? kNever
                          : has_parts                     ? time_of(value[4])
                                                          : std::nullopt;
    if (from.is_none() || to.is_none() || !sent || !received) {
      source.error(pointer,
                   fmt::format("expected [from, to, what, sent, received], got {}", shown(value)));
      return;
    }
    out.push_back({from, to, *sent, *received, value[2].get<std::string>()});
  };
  read_array(reader, "messages", read, Need::optional);
}

void read_history(ObjectReader& reader, JsonSource& source, History& history) {
  reader.read("end_ns", history.end);
  reader.read("complete", history.complete);
  auto subject = std::make_shared<Subject>();
  const json* value = reader.find("subject", Need::required);
  const std::size_t errors = source.error_count();
  if (value != nullptr) *subject = read_subject(source, *value, "/subject");
  history.subject = subject;
  EventReader events(*subject);
  const bool nodes_known = value != nullptr && source.error_count() == errors;
  read_array(reader, "events", [&](const json& event_json, const std::string& pointer) {
    if (!nodes_known) return;  // every event would name an unknown node
    const auto event = events.read(source, event_json, pointer);
    if (event) history.events.push_back(*event);
  });
  if (nodes_known) read_messages(reader, source, subject->nodes.size(), history.messages);
}

}  // namespace

Trace trace_of(const std::string& scenario_name, const RunPicture& picture, std::string version) {
  return {.version = std::move(version),
          .scenario_name = scenario_name,
          .scenario_json = picture.plan,
          .seed = picture.seed,
          .property = picture.property,
          .status = Status::violated,
          .counterexample = picture.counterexample,
          .digest = picture.digest,
          .choices = picture.choices,
          .history = picture.history};
}

std::string trace_json(const Trace& trace) {
  require(trace.history.subject != nullptr, "a history has a subject");
  const History& history = trace.history;
  std::string out = "{\n";
  const auto add = [&out](std::string_view key, std::string_view value) {
    out += fmt::format("\"{}\": {},\n", key, value);
  };
  add("schema", fmt::format("\"{}{}\"", kSchemaStem, kSchemaNumber));
  add("version", text_json(trace.version));
  add("scenario_name", text_json(trace.scenario_name));
  add("scenario", trace.scenario_json);
  add("seed", number_json(trace.seed));
  add("property", text_json(trace.property));
  add("status", text_json(status_name(trace.status)));
  add("reason", text_json(trace.counterexample.reason));
  add("from_ns", std::to_string(nanoseconds(trace.counterexample.from)));
  add("until_ns", std::to_string(nanoseconds(trace.counterexample.until)));
  std::string operations;
  for (const OpId op : trace.counterexample.operations) {
    operations += fmt::format("{}{}", operations.empty() ? "" : ", ", op.value());
  }
  add("operations", "[" + operations + "]");
  add("digest", text_json(hex_digest(trace.digest)));
  add("events_digest", text_json(hex_digest(digest_of(history))));
  out += "\"choices\": [";
  const char* separator = "\n  ";
  for (const TraceChoice& choice : trace.choices) {
    out += fmt::format("{}[{}, {}, {}]", separator, text_json(choice.stream), choice.ordinal,
                       number_json(choice.value));
    separator = ",\n  ";
  }
  out += "],\n";
  add("subject", subject_json(*history.subject));
  add("end_ns", std::to_string(nanoseconds(history.end)));
  add("complete", history.complete ? "true" : "false");
  out += "\"messages\": [";
  separator = "\n  ";
  for (const SentMessage& message : history.messages) {
    const bool arrives = message.received != kNever;
    out += fmt::format("{}[{}, {}, {}, {}, {}]", separator, message.from.value(),
                       message.to.value(), text_json(message.what), nanoseconds(message.sent),
                       arrives ? std::to_string(nanoseconds(message.received)) : "null");
    separator = ",\n  ";
  }
  out += "],\n";
  out += "\"events\": [";
  separator = "\n  ";
  for (const Event& event : history.events) {
    out += separator;
    append_event_json(out, event, *history.subject);
    separator = ",\n  ";
  }
  out += "]\n}\n";
  return out;
}

Result<Trace> parse_trace(std::string_view text, const std::string& file) {
  Diagnostics errors;
  JsonSource source(text, file, errors);
  const auto value = source.parse("a trace");
  if (!value) return errors;

  ObjectReader reader(source, *value, "");
  read_schema(reader);
  if (!errors.empty()) return errors;  // under another schema no other key means what it says
  Trace trace;
  reader.read("version", trace.version);
  reader.read("scenario_name", trace.scenario_name);
  if (const json* scenario = reader.find("scenario", Need::required)) {
    if (!scenario->is_object()) reader.wrong("scenario", "an object", *scenario);
    // The order of its keys is the author's.
    trace.scenario_json = ordered_json::parse(text).at("scenario").dump(2);
  }
  read_number(reader, "seed", trace.seed);
  reader.read("property", trace.property);
  std::string status = "holds";
  reader.read("status", status);
  if (const auto known = find_status(status)) {
    trace.status = *known;
  } else {
    reader.wrong("status", R"("holds", "violated" or "undecided")", status);
  }
  read_counterexample(reader, source, trace.counterexample);
  read_digest(reader, "digest", trace.digest);
  std::uint64_t events_digest = 0;
  read_digest(reader, "events_digest", events_digest);
  read_choices(reader, source, trace.choices);
  read_history(reader, source, trace.history);
  reader.finish();
  if (errors.empty() && digest_of(trace.history) != events_digest) {
    source.error("/events_digest",
                 fmt::format("expected {}, the digest of the events and messages below, got {}",
                             hex_digest(digest_of(trace.history)), hex_digest(events_digest)),
                 "the trace was edited");
  }
  if (!errors.empty()) return errors;
  return trace;
}

}  // namespace picklock

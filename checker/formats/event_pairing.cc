#include "checker/formats/event_pairing.h"

#include <fmt/format.h>

namespace picklock {
namespace {

bool is_nemesis(const LoggedEvent& event, const ValueTable& values) {
  return event.process.is_text() && values.text_of(event.process) == "nemesis";
}

}  // namespace

EventType event_type(std::string_view name) {
  if (name == "invoke") return EventType::invoke;
  if (name == "ok") return EventType::ok;
  if (name == "fail") return EventType::fail;
  return name == "info" ? EventType::info : EventType::none;
}

void EventPairing::add(const LoggedEvent& event) {
  ++position_;
  const auto expected = [&](const char* what) {
    builder_.complain(event.at, fmt::format("expected {}", what));
  };
  if (!event.has_process) return expected("an event with a :process, got none");
  if (event.type == EventType::none) {
    return expected("an event with a :type of invoke, ok, fail or info, got another");
  }
  if (is_nemesis(event, builder_.values())) return remark(event);
  if (event.function.is_nil()) return expected("an event with an :f, got none");
  if (!event.verb_known) {
    const ValueTable& values = builder_.values();
    const Value name = event.function;
    return builder_.complain(
        event.at,
        unknown_verb(name.is_text() ? std::string(values.text_of(name)) : values.show(name)));
  }
  if (event.type == EventType::invoke) {
    invoke(event);
  } else {
    complete(event);
  }
}

void EventPairing::remark(const LoggedEvent& event) {
  const ValueTable& values = builder_.values();
  const auto plain = [&](Value value) {
    return value.is_text() ? std::string(values.text_of(value)) : values.show(value);
  };
  // As write_edn() writes it.
  const bool is_remark = event.function.is_text() && values.text_of(event.function) == "remark";
  std::string text = is_remark ? plain(event.value) : "nemesis";
  if (!is_remark && !event.function.is_nil()) text += " " + plain(event.function);
  if (!is_remark && !event.value.is_nil()) text += " " + plain(event.value);
  builder_.history().remarks.push_back({true_time(position_), std::move(text)});
}

void EventPairing::invoke(const LoggedEvent& event) {
  const std::uint32_t process = builder_.process(event.process);
  if (pending_.size() <= process) pending_.resize(process + 1, kNone);
  std::vector<Operation>& operations = builder_.history().operations;
  if (pending_[process] != kNone) {
    builder_.complain(
        event.at, fmt::format("expected the completion of what process {} invoked in "
                              "line {}, got another invocation",
                              builder_.process_name(process), operations[pending_[process]].line));
  }
  pending_[process] = static_cast<std::uint32_t>(operations.size());
  Operation& operation = operations.emplace_back();
  operation.invoked = true_time(position_);
  operation.argument = event.value;
  operation.process = process;
  operation.owner = event.owner.is_nil() ? kUnnamed : builder_.owner(event.owner);
  operation.object = event.has_key ? builder_.object(event.key) : kUnnamed;
  operation.line = builder_.line_of(event.at);
  operation.verb = event.verb.verb;
  operation.mode = event.verb.mode;
}

void EventPairing::complete(const LoggedEvent& event) {
  const std::uint32_t process = builder_.process(event.process);
  if (pending_.size() <= process) pending_.resize(process + 1, kNone);
  if (pending_[process] == kNone) {
    return builder_.complain(event.at,
                             fmt::format("expected an invocation of process {} first, got the "
                                         "completion of one that is not there",
                                         builder_.process_name(process)));
  }
  Operation& operation = builder_.history().operations[pending_[process]];
  if (NamedVerb{operation.verb, operation.mode} != event.verb) {
    return builder_.complain(
        event.at,
        fmt::format("expected the completion of the {} that process {} invoked in line {}, "
                    "got that of a {}",
                    name_of({operation.verb, operation.mode}), builder_.process_name(process),
                    operation.line, name_of(event.verb)));
  }
  pending_[process] = kNone;
  if (event.type == EventType::info) return;
  operation.outcome = event.type == EventType::ok ? Outcome::ok : Outcome::refused;
  operation.returned = true_time(position_);
  operation.result = event.value;
  if (!event.owner.is_nil()) operation.owner = builder_.owner(event.owner);
}

void EventPairing::finish() {
  builder_.history().times_are_positions = true;
  interpret_values(builder_);
}

}  // namespace picklock

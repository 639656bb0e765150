// From the fields of a line to an operation.
#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "checker/formats/history_builder.h"
#include "checker/formats/verbs.h"

namespace picklock {
namespace {

std::string_view text_of(Value value, const ValueTable& values) {
  return value.is_text() ? values.text_of(value) : std::string_view();
}

std::optional<NamedVerb> verb_of(const OperationRecord& record, const ValueTable& values) {
  auto verb = verb_called(text_of(record.function, values));
  if (verb && text_of(record.mode, values) == "shared") verb->mode = Mode::shared;
  return verb;
}

// Jepsen's names are understood as well. Without a name, an operation that has not returned is unknown.
std::optional<Outcome> outcome_of(const OperationRecord& record, const ValueTable& values) {
  if (record.outcome.is_nil()) return record.returned.is_nil() ? Outcome::unknown : Outcome::ok;
  const std::string_view name = text_of(record.outcome, values);
  if (name == "ok") return Outcome::ok;
  if (name == "refused" || name == "fail") return Outcome::refused;
  if (name == "unknown" || name == "info") return Outcome::unknown;
  return std::nullopt;
}

}  // namespace

void HistoryBuilder::add(const OperationRecord& record) {
  const ValueTable& values = history_.values;
  const auto wrong = [&](std::string_view key, std::string_view expected, Value found) {
    complain(record.at,
             fmt::format("expected {} as {}, got {}", expected, key, values.show(found)));
  };
  if (record.process.is_nil()) return wrong("process", "a name or a number", record.process);
  const auto verb = verb_of(record, values);
  if (!verb) {
    const std::string_view name = text_of(record.function, values);
    return complain(record.at, unknown_verb(name.empty() ? values.show(record.function) : name));
  }
  const std::string_view mode = text_of(record.mode, values);
  if (!record.mode.is_nil() && mode != "shared" && mode != "exclusive") {
    return wrong("mode", "exclusive or shared", record.mode);
  }
  const auto outcome = outcome_of(record, values);
  if (!outcome) return wrong("outcome", "ok, refused or unknown", record.outcome);
  if (!record.invoked.is_integer()) return wrong("invoked", "a whole number", record.invoked);
  const bool returned = *outcome != Outcome::unknown;
  if (returned && !record.returned.is_integer()) {
    return wrong("returned", "a whole number", record.returned);
  }
  if (returned && record.returned.as_integer() < record.invoked.as_integer()) {
    return wrong("returned", fmt::format("at least {}", record.invoked.as_integer()),
                 record.returned);
  }
  Operation& operation = history_.operations.emplace_back();
  operation.invoked = true_time(record.invoked.as_integer());
  if (returned) operation.returned = true_time(record.returned.as_integer());
  operation.argument = record.argument;
  operation.result = record.result;
  operation.process = process(record.process);
  operation.owner = owner(record.owner.is_nil() ? record.process : record.owner);
  operation.object = object(record.object);
  operation.line = line_of(record.at);
  operation.verb = verb->verb;
  operation.mode = verb->mode;
  operation.outcome = *outcome;
  if (!options_.take) return;
  has_enough_ = !options_.take(operation);
  history_.operations.clear();
}

}  // namespace picklock

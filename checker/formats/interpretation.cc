// What the values of Jepsen's events mean.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "checker/formats/event_pairing.h"

namespace picklock {
namespace {

// "client" and 3 of the map {:client "client", :fence 3}, which is a list of pairs here.
std::optional<Value> entry_of(Value map, std::string_view key, const ValueTable& values) {
  if (!map.is_list()) return std::nullopt;
  for (const Value entry : values.items_of(map)) {
    if (!entry.is_list()) continue;
    const std::span<const Value> pair = values.items_of(entry);
    if (pair.size() == 2 && pair[0].is_text() && values.text_of(pair[0]) == key) return pair[1];
  }
  return std::nullopt;
}

bool takes_no_value(Verb verb) {
  return is_lock_verb(verb) || verb == Verb::read;
}

// All values are pairs of jepsen.independent.
bool are_independent(const OperationHistory& history) {
  bool certain = false;
  for (const Operation& operation : history.operations) {
    const Value value = operation.argument;
    if (!value.is_list() || history.values.items_of(value).size() != 2) return false;
    const bool is_nil = history.values.items_of(value)[1].is_nil();
    certain = certain || (takes_no_value(operation.verb) && is_nil);
  }
  return certain;
}

// Some completion of a lock's operation repeats the text of its invocation as :uid.
bool have_uids(const OperationHistory& history) {
  return std::ranges::any_of(history.operations, [&](const Operation& operation) {
    return is_lock_verb(operation.verb) &&
           entry_of(operation.result, "uid", history.values) == operation.argument &&
           !operation.argument.is_nil();
  });
}

class Interpreter {
 public:
  explicit Interpreter(HistoryBuilder& builder)
      : builder_(builder),
        values_(builder.values()),
        independent_(are_independent(builder.history())),
        uids_(have_uids(builder.history())) {}

  void interpret(Operation& operation) {
    if (independent_) {
      operation.object = builder_.object(values_.items_of(operation.argument)[0]);
      operation.argument = second(operation.argument);
      if (operation.result.is_list()) operation.result = second(operation.result);
    }
    if (is_lock_verb(operation.verb)) interpret_lock(operation);
    if (operation.object == kUnnamed) operation.object = builder_.object(Value());
    if (is_lock_verb(operation.verb)) return;
    if (operation.verb == Verb::read) {
      operation.argument = Value();
      if (operation.outcome != Outcome::ok) operation.result = Value();
    } else if (operation.verb != Verb::transaction || operation.outcome != Outcome::ok) {
      operation.result = Value();  // a write repeats its argument
    }
  }

  // The owner of an operation that does not name one is that of its process's other operations.
  void find_owners() {
    std::vector<std::uint32_t> of_process;
    std::vector<Operation>& operations = builder_.history().operations;
    for (const Operation& operation : operations) {
      if (of_process.size() <= operation.process)
        of_process.resize(operation.process + 1, kUnnamed);
      std::uint32_t& owner = of_process[operation.process];
      if (owner == kUnnamed) owner = operation.owner;
    }
    for (Operation& operation : operations) {
      if (operation.owner != kUnnamed) continue;
      std::uint32_t& owner = of_process[operation.process];
      if (owner == kUnnamed) {
        owner = builder_.owner(values_.text(builder_.process_name(operation.process)));
      }
      operation.owner = owner;
    }
  }

 private:
  Value second(Value pair) const {
    const std::span<const Value> items = values_.items_of(pair);
    return items.size() == 2 ? items[1] : Value();
  }

  bool is_refusal(Value value) const {
    if (value == Value::boolean(false)) return true;
    if (!value.is_text()) return false;
    const std::string_view text = values_.text_of(value);
    return text.empty() || text == "false";
  }

  void interpret_lock(Operation& operation) {
    const Value asked = operation.argument;
    const Value told = operation.result;
    operation.argument = asked.is_integer() ? asked : Value();
    operation.result = Value();
    if (asked.is_text() && !uids_) operation.object = builder_.object(asked);
    if (operation.outcome == Outcome::ok && told != asked && is_refusal(told)) {
      operation.outcome = Outcome::refused;
    }
    if (const auto client = entry_of(told, "client", values_)) {
      operation.owner = builder_.owner(*client);
    }
    // A completion may repeat what was asked for, and 0 is how some say that there is no token.
    const Value fence = entry_of(told, "fence", values_).value_or(told == asked ? Value() : told);
    const bool granted = operation.verb == Verb::acquire && operation.outcome == Outcome::ok;
    if (granted && fence.is_integer() && fence.as_integer() != 0) operation.result = fence;
  }

  HistoryBuilder& builder_;
  ValueTable& values_;
  bool independent_;
  bool uids_;
};

}  // namespace

void interpret_values(HistoryBuilder& builder) {
  Interpreter interpreter(builder);
  for (Operation& operation : builder.history().operations) interpreter.interpret(operation);
  interpreter.find_owners();
}

}  // namespace picklock

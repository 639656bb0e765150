// The full history of a run, event by event (schema picklock-history-1), seen as operations on two
// objects: the lock, and the resource that it protects.
//
// An acquire and its release belong to one hold, and each hold counts as an owner of its own: that is
// what the servers are asked to tell apart. What servers, faults and clocks did become remarks.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "checker/formats/history_builder.h"
#include "checker/history.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

struct EventFields {
  std::size_t offset = 0;
  Value at;
  Value kind;
  Value node;
  Value op;
  Value hold;
  Value action;
  Value outcome;
  Value value;
  Value fence;
};

Value* event_field(std::string_view key, EventFields& fields) {
  if (key == "at") return &fields.at;
  if (key == "kind") return &fields.kind;
  if (key == "node") return &fields.node;
  if (key == "op") return &fields.op;
  if (key == "hold") return &fields.hold;
  if (key == "action") return &fields.action;
  if (key == "outcome") return &fields.outcome;
  if (key == "value") return &fields.value;
  if (key == "fence") return &fields.fence;
  return nullptr;
}

std::int64_t number_of(Value value) {
  return value.is_integer() ? value.as_integer() : 0;
}

class EventLines {
 public:
  explicit EventLines(HistoryBuilder& builder) : builder_(builder), values_(builder.values()) {}

  void read() {
    Lines lines(builder_.text());
    bool header = true;
    while (lines.next() && builder_.goes_on(lines.at())) {
      Tokens tokens(builder_.text().substr(0, lines.at() + lines.line().size()), Dialect::json);
      tokens.move_to(lines.at());
      FormReader forms(tokens, values_);
      if (!(header ? read_header(forms) : read_event(forms))) builder_.complain(forms.trouble());
      header = false;
    }
  }

 private:
  bool read_header(FormReader& forms) {
    forms.tokens().next();
    return forms.read_map([&](std::string_view key) {
      if (key != "subject") return forms.skip();
      const TextToken brace = forms.tokens().next();
      if (brace.kind != Kind::map_open) return forms.fail(brace, "an object");
      return forms.read_map([&](std::string_view name) { return read_subject(forms, name); });
    });
  }

  bool read_subject(FormReader& forms, std::string_view name) {
    Value value;
    if (name != "faults" && name != "initial") return forms.skip();
    const bool initial = name == "initial";
    if (!forms.read(value)) return false;
    if (initial) initial_ = number_of(value);
    if (initial || !value.is_list()) return true;
    for (const Value fault : values_.items_of(value)) {
      faults_.push_back(fault.is_text() ? std::string(values_.text_of(fault))
                                        : values_.show(fault));
    }
    return true;
  }

  bool read_event(FormReader& forms) {
    const TextToken brace = forms.tokens().next();
    if (brace.kind != Kind::map_open) return forms.fail(brace, "an event, which begins with {");
    EventFields fields;
    fields.offset = brace.at;
    const auto read = [&](std::string_view key) {
      Value* const field = event_field(key, fields);
      return field == nullptr ? forms.skip() : forms.read(*field);
    };
    if (!forms.read_map(read)) return false;
    take(fields);
    return true;
  }

  std::string_view text(Value value) const {
    return value.is_text() ? values_.text_of(value) : std::string_view();
  }

  void take(const EventFields& event) {
    if (!event.at.is_integer()) {
      return builder_.complain(event.offset,
                               "expected a whole number of nanoseconds as at, got none");
    }
    const std::string_view kind = text(event.kind);
    if (kind == "invoke") return invoke(event);
    if (kind == "complete") return complete(event);
    if (kind == "fault" || kind == "fault_end") {
      const auto fault = static_cast<std::size_t>(number_of(event.value));
      const std::string what = fault < faults_.size() ? faults_[fault] : "a fault";
      remark(event, kind == "fault" ? what : what + " ends");
    } else if (kind == "paused") {
      remark(event, fmt::format("{} is frozen for {}", text(event.node),
                                to_string(Duration{number_of(event.value)})));
    } else if (kind == "crashed" || kind == "restarted" || kind == "resumed" || kind == "elected") {
      remark(event, fmt::format("{} {}", text(event.node), kind));
    }
  }

  void remark(const EventFields& event, std::string what) {
    builder_.history().remarks.push_back({true_time(event.at.as_integer()), std::move(what)});
  }

  Value lock() { return values_.text("lock"); }
  Value resource() { return values_.text("resource"); }

  void invoke(const EventFields& event) {
    OperationRecord record;
    record.at = event.offset;
    record.process = event.node;
    record.invoked = event.at;
    const std::string_view action = text(event.action);
    if (action == "run") {
      remark(event,
             fmt::format("{} runs the job of slot {}", text(event.node), number_of(event.value)));
      return;
    }
    const bool of_lock = action == "acquire" || action == "release";
    record.object = of_lock ? lock() : resource();
    // A sale writes what is left of the stock.
    record.function = action == "sell" ? values_.text("write") : event.action;
    if (of_lock) {
      record.owner = values_.text(fmt::format("{}#{}", text(event.node), number_of(event.hold)));
    } else {
      write_initial();
      if (action != "read") record.argument = Value::integer(number_of(event.value));
    }
    const auto op = static_cast<std::size_t>(number_of(event.op));
    const std::vector<Operation>& operations = builder_.history().operations;
    const std::size_t before = operations.size();
    builder_.add(record);
    if (operations.size() == before || op > kMostOperations) return;
    if (places_.size() <= op) places_.resize(op + 1, kNone);
    places_[op] = before;
  }

  // A register begins empty, the resource with what the scenario put there.
  void write_initial() {
    if (initial_written_) return;
    initial_written_ = true;
    OperationRecord record;
    record.process = values_.text("(at the start)");
    record.object = resource();
    record.function = values_.text("write");
    record.argument = Value::integer(initial_);
    record.invoked = record.returned = Value::integer(-1);
    builder_.add(record);
    builder_.history().operations.back().line = 0;
  }

  void complete(const EventFields& event) {
    if (text(event.action) == "run") return;
    const auto op = static_cast<std::size_t>(number_of(event.op));
    if (op >= places_.size() || places_[op] == kNone) {
      return builder_.complain(
          event.offset, fmt::format("expected an operation that was invoked before, got {}", op));
    }
    Operation& operation = builder_.history().operations[places_[op]];
    const std::string_view outcome = text(event.outcome);
    const TrueTime at = true_time(event.at.as_integer());
    if (outcome == "unknown") return;
    if ((outcome != "ok" && outcome != "refused") || at < operation.invoked) {
      return builder_.complain(
          event.offset, "expected an outcome of ok, refused or unknown behind the invocation");
    }
    operation.outcome = outcome == "ok" ? Outcome::ok : Outcome::refused;
    operation.returned = at;
    if (operation.outcome == Outcome::refused) return;
    if (operation.verb == Verb::read) operation.result = Value::integer(number_of(event.value));
    if (operation.verb == Verb::acquire && number_of(event.fence) != 0)
      operation.result = event.fence;
  }

  static constexpr std::size_t kNone = SIZE_MAX;
  static constexpr std::size_t kMostOperations = std::size_t{1} << 32;

  HistoryBuilder& builder_;
  ValueTable& values_;
  std::vector<std::string> faults_;
  std::int64_t initial_ = 0;
  bool initial_written_ = false;
  std::vector<std::size_t> places_;  // of each operation, by its number
};

}  // namespace

void read_picklock_events(HistoryBuilder& builder) {
  EventLines(builder).read();
}

}  // namespace picklock

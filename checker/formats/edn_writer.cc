#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "checker/formats/buffered_text.h"
#include "checker/formats/history_writer.h"
#include "checker/formats/verbs.h"

namespace picklock {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
}

bool is_word(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && std::ranges::all_of(text, good);
}

enum class Words : std::uint8_t { texts, keywords };

void append_value(std::string& out, Value value, const ValueTable& values, Words words) {
  if (value.is_text()) {
    const std::string_view text = values.text_of(value);
    if (words == Words::texts || !is_word(text)) return append_string(out, text);
    out += ':';
    out += text;
  } else if (value.is_list()) {
    out += '[';
    bool first = true;
    for (const Value item : values.items_of(value)) {
      if (!first) out += ' ';
      first = false;
      append_value(out, item, values, words);
    }
    out += ']';
  } else {
    out += values.show(value);
  }
}

struct EventPlace {
  TrueTime at{};
  std::uint32_t operation = 0;
  bool is_return = false;
};

class EdnWriter {
 public:
  explicit EdnWriter(const OperationHistory& history)
      : history_(history),
        numbers_(history.operations.size()),
        goes_on_(numbers_.size()),
        returns_early_(numbers_.size()) {
    number_processes();
  }

  void write(const TextSink& sink) const {
    BufferedText out(sink);
    std::size_t remark = 0;
    for (const EventPlace& event : events()) {
      for (; remark < history_.remarks.size() && history_.remarks[remark].at < event.at; ++remark) {
        append_remark(out.text, history_.remarks[remark]);
        out.end_line();
      }
      append_event(out.text, event);
      out.end_line();
    }
    for (; remark < history_.remarks.size(); ++remark) {
      append_remark(out.text, history_.remarks[remark]);
      out.end_line();
    }
  }

 private:
  // Numbers as they are, if all processes have one; otherwise from 0 on.
  void number_processes() {
    const bool numbered = std::ranges::all_of(history_.processes, is_plain_number);
    std::vector<std::int64_t> current(history_.processes.size());
    std::int64_t next = 0;
    for (std::size_t i = 0; i < current.size(); ++i) {
      const std::string& name = history_.processes[i];
      current[i] = static_cast<std::int64_t>(i);
      if (numbered) std::from_chars(name.data(), name.data() + name.size(), current[i]);
      next = std::max(next, current[i] + 1);
    }
    constexpr std::size_t kNone = SIZE_MAX;
    std::vector<std::size_t> last(current.size(), kNone);
    TrueTime kept_at = TrueTime::min();
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const Operation& operation = history_.operations[i];
      std::size_t& before = last[operation.process];
      const TrueTime returned =
          before == kNone ? TrueTime::min() : history_.operations[before].returned;
      if (before != kNone && returned == operation.invoked && kept_at != returned) {
        kept_at = returned;
        goes_on_[i] = returns_early_[before] = true;
      } else if (before != kNone && returned >= operation.invoked) {
        current[operation.process] = next++;
      }
      numbers_[i] = current[operation.process];
      before = i;
    }
  }

  // Operations that touch are concurrent, so at one instant invocations come before returns. A process that
  // goes on at the instant of its return keeps its number if it is the only one: its return and its next
  // invocation then stand between the other invocations and the other returns.
  int rank_of(const EventPlace& event) const {
    if (event.is_return) return returns_early_[event.operation] ? 1 : 3;
    return goes_on_[event.operation] ? 2 : 0;
  }

  std::vector<EventPlace> events() const {
    std::vector<EventPlace> events;
    events.reserve(2 * history_.operations.size());
    for (std::uint32_t i = 0; i < history_.operations.size(); ++i) {
      events.push_back({history_.operations[i].invoked, i, false});
      events.push_back({history_.operations[i].returned, i, true});
    }
    std::ranges::stable_sort(events, [this](const EventPlace& a, const EventPlace& b) {
      return a.at != b.at ? a.at < b.at : rank_of(a) < rank_of(b);
    });
    return events;
  }

  std::string_view function_of(const Operation& operation) const {
    const bool keyed = !history_.objects[operation.object].empty();
    const bool shared = operation.mode == Mode::shared;
    switch (operation.verb) {
      case Verb::acquire:
        return shared ? "acquire-shared" : "acquire";
      case Verb::release:
        return shared ? "release-shared" : "release";
      case Verb::renew:
        return shared ? "renew-shared" : "renew";
      case Verb::read:
        return keyed ? "get" : "read";
      case Verb::write:
        return keyed ? "put" : "write";
      case Verb::compare_and_set:
        return "cas";
      case Verb::transaction:
        return "txn";
      default:
        return to_string(operation.verb);
    }
  }

  Value value_of(const Operation& operation, bool is_return) const {
    const bool ok = is_return && operation.outcome == Outcome::ok;
    switch (operation.verb) {
      case Verb::read:
        return ok ? operation.result : Value();
      case Verb::acquire:
      case Verb::transaction:
        return ok && !operation.result.is_nil() ? operation.result : operation.argument;
      default:
        return operation.argument;
    }
  }

  void append_event(std::string& out, const EventPlace& event) const {
    const Operation& operation = history_.operations[event.operation];
    const std::int64_t process = numbers_[event.operation];
    std::string_view type = "invoke";
    if (event.is_return) {
      type = operation.outcome == Outcome::ok        ? "ok"
             : operation.outcome == Outcome::refused ? "fail"
                                                     : "info";
    }
    fmt::format_to(std::back_inserter(out), "{{:process {}, :type :{}, :f :{}", process, type,
                   function_of(operation));
    const std::string& object = history_.objects[operation.object];
    if (!object.empty()) {
      out += ", :key ";
      append_string(out, object);
    }
    out += ", :value ";
    append_value(out, value_of(operation, event.is_return), history_.values,
                 operation.verb == Verb::transaction ? Words::keywords : Words::texts);
    const std::string& owner = history_.owners[operation.owner];
    if (is_lock_verb(operation.verb) && owner != std::to_string(process)) {
      out += ", :owner ";
      append_string(out, owner);
    }
    append_time(out, event.at);
  }

  void append_time(std::string& out, TrueTime at) const {
    if (!history_.times_are_positions && at != kNever) {
      fmt::format_to(std::back_inserter(out), ", :time {}", nanoseconds(at));
    }
    out += '}';
  }

  void append_remark(std::string& out, const Remark& remark) const {
    out += "{:process :nemesis, :type :info, :f :remark, :value ";
    append_string(out, remark.text);
    append_time(out, remark.at);
  }

  const OperationHistory& history_;
  std::vector<std::int64_t> numbers_;  // of each operation's process
  std::vector<bool> goes_on_;          // invoked as the same process returned
  std::vector<bool> returns_early_;    // whose process goes on in that way
};

}  // namespace

void write_edn(const OperationHistory& history, const TextSink& out) {
  EdnWriter(history).write(out);
}

}  // namespace picklock

#include "reports/check_result.h"

#include <algorithm>
#include <utility>

namespace picklock {
namespace {

// A value that fits a line; histories may contain long texts.
std::string short_value(Value value, const ValueTable& values) {
  constexpr std::size_t kMost = 60;
  std::string text = values.show(value);
  if (text.size() <= kMost) return text;
  std::size_t end = kMost - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

ShownOperation shown_operation(std::uint32_t place, const OperationHistory& history) {
  const Operation& operation = history.operations[place];
  ShownOperation shown;
  shown.place = place;
  shown.line = operation.line;
  shown.process = history.processes[operation.process];
  if (const std::string& owner = history.owners[operation.owner]; owner != shown.process) {
    shown.owner = owner;
  }
  shown.object = history.objects[operation.object];
  shown.call = call_text(operation, history.values);
  shown.answer = answer_text(operation, history.values);
  shown.invoked = operation.invoked;
  shown.returned = operation.returned;
  shown.outcome = operation.outcome;
  return shown;
}

std::string call_text(const Operation& operation, const ValueTable& values) {
  std::string text(operation.verb == Verb::compare_and_set ? "cas" : to_string(operation.verb));
  if (operation.mode == Mode::shared) text += " shared";
  if (!operation.argument.is_nil()) text += " " + short_value(operation.argument, values);
  return text;
}

std::string answer_text(const Operation& operation, const ValueTable& values) {
  if (operation.outcome != Outcome::ok) return std::string(to_string(operation.outcome));
  if (operation.verb == Verb::read || operation.verb == Verb::transaction) {
    return short_value(operation.result, values);
  }
  if (operation.result.is_nil()) return "ok";
  return "token " + short_value(operation.result, values);
}

CheckResult check_result(std::string file, std::string format, const OperationHistory& history,
                         Judgement judgement) {
  CheckResult result;
  result.file = std::move(file);
  result.format = std::move(format);
  result.objects = history.objects.size();
  result.processes = history.processes.size();
  result.malformed = history.malformed;
  result.times_are_positions = history.times_are_positions;
  result.unknown = static_cast<std::uint64_t>(
      std::ranges::count(history.operations, Outcome::unknown, &Operation::outcome));
  result.judgement = std::move(judgement);
  const Judgement& judged = result.judgement;
  if (judged.status == Status::violated) result.object = history.objects[judged.object];
  for (const std::uint32_t place : judged.sub_history) {
    result.sub_history.push_back(shown_operation(place, history));
  }
  if (result.sub_history.empty()) return result;
  const TrueTime from = std::ranges::min(result.sub_history, {}, &ShownOperation::invoked).invoked;
  for (const Remark& remark : history.remarks) {
    if (remark.at >= from && remark.at <= judged.violated_at) result.remarks.push_back(remark.text);
  }
  return result;
}

}  // namespace picklock

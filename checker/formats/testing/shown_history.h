// Histories as short texts, for tests to compare.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "checker/formats/history_reader.h"
#include "checker/formats/history_writer.h"
#include "checker/formats/verbs.h"

namespace picklock::testing {

inline ReadHistory read_text(std::string_view text) {
  auto read = read_history(text, {.file = "file"});
  if (!read) {
    ReadHistory failed;
    failed.malformed = read.error();
    return failed;
  }
  return std::move(read).value();
}

// "3/owner lock.acquire(1)=7 ok 10..20"; what is usual is left out: owner, object, nil values.
inline std::string shown(const Operation& operation, const OperationHistory& history) {
  const auto name = [](const auto& names, std::uint32_t index) { return names.at(index); };
  std::string out = name(history.processes, operation.process);
  if (name(history.owners, operation.owner) != out) {
    out += "/" + name(history.owners, operation.owner);
  }
  out += " ";
  if (!name(history.objects, operation.object).empty()) {
    out += name(history.objects, operation.object) + ".";
  }
  out += name_of({operation.verb, operation.mode});
  if (!operation.argument.is_nil()) out += "(" + history.values.show(operation.argument) + ")";
  if (!operation.result.is_nil()) out += "=" + history.values.show(operation.result);
  out += fmt::format(" {} {}..", to_string(operation.outcome), nanoseconds(operation.invoked));
  if (operation.returned != kNever) out += std::to_string(nanoseconds(operation.returned));
  return out;
}

// One operation a line, then the complaints, then the remarks.
inline std::string shown(const ReadHistory& read) {
  std::string out;
  for (const Operation& operation : read.history.operations) {
    out += shown(operation, read.history) + "\n";
  }
  for (const Diagnostic& diagnostic : read.malformed) out += to_string(diagnostic) + "\n";
  for (const Remark& remark : read.history.remarks) {
    out += fmt::format("{} {}\n", nanoseconds(remark.at), remark.text);
  }
  return out;
}

inline std::string written_lines(const OperationHistory& history) {
  std::string text;
  write_operation_lines(history, [&](std::string_view piece) { text += piece; });
  return text;
}

inline std::string written_edn(const OperationHistory& history) {
  std::string text;
  write_edn(history, [&](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace picklock::testing

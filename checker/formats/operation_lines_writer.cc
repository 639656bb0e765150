#include <fmt/format.h>

#include <iterator>

#include "checker/formats/buffered_text.h"
#include "checker/formats/history_writer.h"
#include "checker/formats/verbs.h"

namespace picklock {
namespace {

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, Value value, const ValueTable& values) {
  if (value.is_nil()) {
    out += "null";
  } else if (value.is_text()) {
    append_text(out, values.text_of(value));
  } else if (value.is_list()) {
    out += '[';
    bool first = true;
    for (const Value item : values.items_of(value)) {
      if (!first) out += ',';
      first = false;
      append_value(out, item, values);
    }
    out += ']';
  } else {
    out += values.show(value);
  }
}

void append_name(std::string& out, std::string_view name) {
  if (is_plain_number(name)) {
    out += name;
  } else {
    append_text(out, name);
  }
}

void append_operation(std::string& out, const Operation& operation,
                      const OperationHistory& history) {
  const std::string& process = history.processes[operation.process];
  const std::string& owner = history.owners[operation.owner];
  const std::string& object = history.objects[operation.object];
  out += R"({"process":)";
  append_name(out, process);
  if (owner != process) {
    out += R"(,"owner":)";
    append_name(out, owner);
  }
  if (!object.empty()) {
    out += R"(,"object":)";
    append_name(out, object);
  }
  fmt::format_to(std::back_inserter(out), R"(,"f":"{}")", to_string(operation.verb));
  if (operation.mode == Mode::shared) out += R"(,"mode":"shared")";
  if (!operation.argument.is_nil()) {
    out += R"(,"argument":)";
    append_value(out, operation.argument, history.values);
  }
  if (!operation.result.is_nil()) {
    out += R"(,"result":)";
    append_value(out, operation.result, history.values);
  }
  fmt::format_to(std::back_inserter(out), R"(,"outcome":"{}","invoked":{})",
                 to_string(operation.outcome), nanoseconds(operation.invoked));
  if (operation.returned != kNever) {
    fmt::format_to(std::back_inserter(out), R"(,"returned":{})", nanoseconds(operation.returned));
  }
  out += '}';
}

}  // namespace

void write_operation_lines(const OperationHistory& history, const TextSink& out) {
  BufferedText buffer(out);
  fmt::format_to(std::back_inserter(buffer.text),
                 R"({{"schema":"picklock-operations-1","times":"{}"}})",
                 history.times_are_positions ? "positions" : "ns");
  buffer.end_line();
  for (const Operation& operation : history.operations) {
    append_operation(buffer.text, operation, history);
    buffer.end_line();
  }
  for (const Remark& remark : history.remarks) {
    fmt::format_to(std::back_inserter(buffer.text), R"({{"at":{},"remark":)",
                   nanoseconds(remark.at));
    append_text(buffer.text, remark.text);
    buffer.text += '}';
    buffer.end_line();
  }
}

}  // namespace picklock

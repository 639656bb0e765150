// picklock's own lines, one operation each: what `picklock history` writes.
#include <string_view>

#include "checker/formats/history_builder.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

// What one line says, whichever kind of line it is.
struct Fields {
  OperationRecord operation;
  Value schema;
  Value times;
  Value remark;
  Value remark_at;
};

Value* field_called(std::string_view key, Fields& fields) {
  OperationRecord& operation = fields.operation;
  if (key == "process") return &operation.process;
  if (key == "f") return &operation.function;
  if (key == "outcome") return &operation.outcome;
  if (key == "invoked") return &operation.invoked;
  if (key == "returned") return &operation.returned;
  if (key == "argument") return &operation.argument;
  if (key == "result") return &operation.result;
  if (key == "object") return &operation.object;
  if (key == "owner") return &operation.owner;
  if (key == "mode") return &operation.mode;
  if (key == "remark") return &fields.remark;
  if (key == "at") return &fields.remark_at;
  if (key == "schema") return &fields.schema;
  if (key == "times") return &fields.times;
  return nullptr;
}

bool read_fields(FormReader& forms, Fields& fields) {
  const TextToken brace = forms.tokens().next();
  fields.operation.at = brace.at;
  if (brace.kind != Kind::map_open) return forms.fail(brace, "an operation, which begins with {");
  const auto read = [&](std::string_view key) {
    Value* const field = field_called(key, fields);
    return field == nullptr ? forms.skip() : forms.read(*field);
  };
  if (!forms.read_map(read)) return false;
  const TextToken behind = forms.tokens().next();
  return behind.kind == Kind::end || forms.fail(behind, "the end of the line");
}

void take(const Fields& fields, HistoryBuilder& builder) {
  OperationHistory& history = builder.history();
  if (!fields.schema.is_nil()) {
    history.times_are_positions =
        fields.times.is_text() && history.values.text_of(fields.times) == "positions";
  } else if (fields.remark.is_text() && fields.remark_at.is_integer()) {
    history.remarks.push_back({true_time(fields.remark_at.as_integer()),
                               std::string(history.values.text_of(fields.remark))});
  } else {
    builder.add(fields.operation);
  }
}

}  // namespace

void read_picklock_operations(HistoryBuilder& builder) {
  Lines lines(builder.text());
  while (lines.next() && builder.goes_on(lines.at())) {
    // Up to the end of this line, so that nothing reaches into the next.
    Tokens tokens(builder.text().substr(0, lines.at() + lines.line().size()), Dialect::json);
    tokens.move_to(lines.at());
    FormReader forms(tokens, builder.values());
    Fields fields;
    if (read_fields(forms, fields)) {
      take(fields, builder);
    } else {
      builder.complain(forms.trouble());
    }
  }
}

}  // namespace picklock

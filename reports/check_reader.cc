#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "reports/json_source.h"
#include "reports/result_reader.h"

namespace picklock {
namespace {

using nlohmann::json;
using Need = ObjectReader::Need;

class CheckReader {
 public:
  explicit CheckReader(JsonSource& source) : source_(source) {}

  CheckDocument read(const json& value) {
    ObjectReader reader(source_, value, "");
    CheckDocument document;
    std::string schema;
    reader.read("schema", schema);
    if (schema != "picklock-check-1") {
      const bool newer = schema.starts_with("picklock-check-");
      reader.wrong("schema", "\"picklock-check-1\"", schema,
                   newer ? "a newer picklock wrote this: use that one" : "");
      return document;
    }
    reader.read("interrupted", document.interrupted);
    each(reader, "results", [&](const json& one, const std::string& pointer) {
      document.results.push_back(read_result(one, pointer));
    });
    return document;
  }

 private:
  template <class Each>
  void each(ObjectReader& reader, std::string_view key, Each take) {
    const json* values = reader.find(key, Need::required);
    if (values == nullptr) return;
    if (!values->is_array()) return reader.wrong(key, "an array", *values);
    for (std::size_t i = 0; i < values->size(); ++i) {
      take((*values)[i], fmt::format("{}/{}", reader.pointer_to(key), i));
    }
  }

  CheckResult read_result(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    CheckResult result;
    Judgement& judged = result.judgement;
    reader.read("file", result.file);
    reader.read("format", result.format);
    read_specification(reader, judged);
    std::string verdict = "undecided";
    reader.read("verdict", verdict);
    const std::optional<Status> status = find_status(verdict);
    if (!status) reader.wrong("verdict", R"("holds", "violated" or "undecided")", verdict);
    judged.status = status.value_or(Status::undecided);
    reader.read("operations", judged.operations);
    reader.read("unknown", result.unknown);
    reader.read("objects", result.objects);
    reader.read("processes", result.processes);
    reader.read("malformed", result.malformed);
    std::string times;
    reader.read("times", times);
    result.times_are_positions = times == "positions";
    const json* verified = reader.find("verified", Need::required);
    if (verified != nullptr && verified->is_boolean()) {
      result.verified = verified->get<bool>() ? Verified::yes : Verified::no;
    }
    if (judged.status == Status::holds) return result;
    reader.read("reason",
                judged.status == Status::violated ? judged.reason : judged.undecided_because);
    const json* violation = reader.find("violation", Need::required);
    if (judged.status != Status::violated || violation == nullptr) return result;
    read_violation(*violation, reader.pointer_to("violation"), result);
    return result;
  }

  void read_specification(ObjectReader& of, Judgement& judged) {
    const json* value = of.find("spec", Need::required);
    if (value == nullptr) return;
    ObjectReader reader(source_, *value, of.pointer_to("spec"));
    std::string text;
    reader.read("text", text);
    const Result<Specification> specification = parse_specification(text);
    if (specification) {
      judged.specification = *specification;
    } else {
      reader.wrong("text", "a specification", text);
    }
  }

  void read_violation(const json& value, const std::string& pointer, CheckResult& result) {
    ObjectReader reader(source_, value, pointer);
    reader.read("object", result.object);
    reader.read("at", result.judgement.violated_at);
    reader.read("linearizable_prefix", result.judgement.prefix);
    reader.read("minimal", result.judgement.is_minimal);
    each(reader, "operations", [&](const json& one, const std::string& at) {
      result.sub_history.push_back(read_operation(one, at));
    });
    each(reader, "meanwhile", [&](const json& text, const std::string& at) {
      if (text.is_string()) return result.remarks.push_back(text.get<std::string>());
      source_.error(at, fmt::format("expected a text, got {}", shown(text)));
    });
  }

  ShownOperation read_operation(const json& value, const std::string& pointer) {
    ObjectReader reader(source_, value, pointer);
    ShownOperation operation;
    reader.read("place", operation.place);
    const json* line = reader.find("line", Need::required);
    if (line != nullptr && !line->is_null()) reader.read("line", operation.line);
    reader.read("process", operation.process);
    reader.read("owner", operation.owner);
    if (operation.owner == operation.process) operation.owner.clear();
    reader.read("object", operation.object);
    reader.read("call", operation.call);
    reader.read("answer", operation.answer);
    static const std::vector<std::string> kOutcomes{"ok", "refused", "unknown"};
    const auto outcome = reader.read_name("outcome", kOutcomes);
    if (outcome) operation.outcome = static_cast<Outcome>(*outcome);
    reader.read("invoked", operation.invoked);
    reader.read("returned", operation.returned);
    return operation;
  }

  JsonSource& source_;
};

}  // namespace

Result<CheckDocument> parse_check(std::string_view text, const std::string& file) {
  Diagnostics errors;
  JsonSource source(text, file, errors);
  const auto value = source.parse("a result of check");
  if (!value) return errors;
  CheckDocument document = CheckReader(source).read(*value);
  if (!errors.empty()) return errors;
  return document;
}

}  // namespace picklock

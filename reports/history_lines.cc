// Reading a history from JSON Lines.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "reports/history_json.h"

namespace picklock {
namespace {

using nlohmann::json;
using Need = ObjectReader::Need;

// One line after the other, with their numbers.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      const std::string_view line = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      ++number_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    }
    return std::nullopt;
  }
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

}  // namespace

Result<History> parse_history_jsonl(std::string_view text, const std::string& file) {
  Diagnostics errors;
  TextLines lines(text);
  const auto first = lines.next();
  JsonSource header_source(first.value_or(""), file, errors, std::max(1, lines.number()));
  const auto header = header_source.parse("the header of a history");
  if (!header) return errors;

  History history;
  ObjectReader reader(header_source, *header, "");
  std::string schema;
  reader.read("schema", schema);
  if (!schema.empty() && schema != kHistorySchema) {
    reader.wrong("schema", fmt::format("\"{}\"", kHistorySchema), schema);
  }
  reader.read("end_ns", history.end);
  reader.read("complete", history.complete, Need::optional);
  auto subject = std::make_shared<Subject>();
  if (const json* value = reader.find("subject", Need::required)) {
    *subject = read_subject(header_source, *value, "/subject");
  }
  reader.finish();
  if (!errors.empty()) return errors;

  history.subject = subject;
  EventReader events(*subject);
  while (const auto line = lines.next()) {
    JsonSource source(*line, file, errors, lines.number());
    const auto value = source.parse("an event");
    if (!value) continue;
    if (const auto event = events.read(source, *value, "")) history.events.push_back(*event);
  }
  if (errors.empty() && !history.events.empty() && history.events.back().at > history.end) {
    header_source.error(
        "/end_ns", fmt::format("expected a time of at least {} ns, that of the "
                               "last event, got {}",
                               nanoseconds(history.events.back().at), nanoseconds(history.end)));
  }
  if (!errors.empty()) return errors;
  return history;
}

}  // namespace picklock

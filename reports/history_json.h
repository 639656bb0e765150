// Histories as JSON Lines: a header, then one event a line (docs/history-format.md).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/history.h"
#include "reports/json_source.h"

namespace picklock {

inline constexpr std::string_view kHistorySchema = "picklock-history-1";

// The whole history, schema "picklock-history-1". Needs a subject whose node names differ.
std::string history_jsonl(const History& history);

// Reads what history_jsonl writes: the same history, event by event. `file` names it in diagnostics.
// Events must stand in the order of time and operations must be numbered in the order of their
// invocation, so that a history that was accepted can be judged.
Result<History> parse_history_jsonl(std::string_view text, const std::string& file);

// The parts, for documents that contain a history.
std::string subject_json(const Subject& subject);  // one line
void append_event_json(std::string& out, const Event& event, const Subject& subject);

// Events in the order of the file, each checked against the ones before it.
class EventReader {
 public:
  explicit EventReader(const Subject& subject);
  // Nothing, and a diagnostic in `source`, when the event is wrong.
  std::optional<Event> read(JsonSource& source, const nlohmann::json& json,
                            const std::string& pointer);

 private:
  void check_order(JsonSource& source, const Event& event, const std::string& pointer);

  const Subject& subject_;
  std::vector<std::string> node_names_;
  TrueTime last_{};
  std::uint32_t operations_ = 0;
};

Subject read_subject(JsonSource& source, const nlohmann::json& json, const std::string& pointer);

}  // namespace picklock

// Jepsen's histories: events that invoke and complete operations, in the order in which they happened.
//
// A completion belongs to the one operation that its process has under way. `:ok` has happened, `:fail` has
// had no effect, `:info` may take effect at any later time or never; so may an operation that is never
// completed. Times are the positions of the events, from 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "checker/formats/history_builder.h"
#include "checker/formats/verbs.h"

namespace picklock {

enum class EventType : std::uint8_t { none, invoke, ok, fail, info };

// "invoke", "ok", "fail", "info"; `none` for anything else.
EventType event_type(std::string_view name);

struct LoggedEvent {
  std::size_t at = 0;  // offset in the text
  EventType type = EventType::none;
  NamedVerb verb;
  bool verb_known = false;
  bool has_process = false;
  bool has_key = false;
  Value process;
  Value function;  // as it was written
  Value value;
  Value key;    // which lock or key; nil when the event does not say
  Value owner;  // on whose behalf
};

class EventPairing {
 public:
  explicit EventPairing(HistoryBuilder& builder) : builder_(builder) {}

  // Takes the next event of the log. Complains about one that cannot be.
  void add(const LoggedEvent& event);
  // An event that could not be read: it still took its place in the order.
  void skip() { ++position_; }
  // Gives the operations their final form, once there are no more events.
  void finish();

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  void invoke(const LoggedEvent& event);
  void complete(const LoggedEvent& event);
  void remark(const LoggedEvent& event);

  HistoryBuilder& builder_;
  std::int64_t position_ = 0;
  std::vector<std::uint32_t> pending_;  // by process: its operation under way
};

// The last step of finish(): what the values of invocations and completions mean depends on the whole
// file. Until then `argument` is the invocation's value, `result` the completion's, and `owner` and
// `object` are kUnnamed unless the log names one.
//
// * Every value is a pair, and some operation that takes none has a pair with nil: keys of
//   jepsen.independent, so the first half names the object.
// * A lock's text is the lock's name (AtlasDB), unless completions repeat it as :uid (Hazelcast).
// * A lock's "", "false" or false in an :ok is a refusal (AtlasDB).
// * {:client, :fence, :uid} in the completion of a lock's operation: its owner and its fencing token.
inline constexpr std::uint32_t kUnnamed = 0xFFFFFFFF;
void interpret_values(HistoryBuilder& builder);

}  // namespace picklock

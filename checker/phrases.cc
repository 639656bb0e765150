#include "checker/phrases.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace picklock {

std::string span_text(Duration length) {
  using std::chrono::duration_cast;
  if (length >= std::chrono::seconds(1)) {
    return to_string(Duration(std::chrono::floor<std::chrono::milliseconds>(length)));
  }
  if (length >= std::chrono::milliseconds(1)) {
    return to_string(Duration(std::chrono::floor<std::chrono::microseconds>(length)));
  }
  return to_string(length);
}

std::string clock_text(TrueTime at) {
  return span_text(at.time_since_epoch());
}

std::string name_of(const Timeline& timeline, const Hold& hold) {
  return std::string(timeline.name(hold.client));
}

std::string name_of_client(const Timeline& timeline, OpId op) {
  const ClientOperation* operation = timeline.find(op);
  return operation == nullptr ? "an unknown client" : std::string(timeline.name(operation->client));
}

std::string describe(const Timeline& timeline, OpId op) {
  const ClientOperation* operation = timeline.find(op);
  if (operation == nullptr) return "an operation that nobody invoked";
  const std::string_view client = timeline.name(operation->client);
  const std::string_view action = to_string(operation->action);
  switch (operation->action) {
    case Action::acquire:
    case Action::release:
      return fmt::format("{}'s {}", client, action);
    case Action::run:
      return fmt::format("{}'s run of slot {}", client, operation->value);
    case Action::read:
      if (operation->outcome != Outcome::ok) return fmt::format("{}'s read", client);
      [[fallthrough]];
    case Action::write:
    case Action::sell:
      return fmt::format("{}'s {} of {}", client, action, operation->value);
  }
  return std::string(client);
}

Verdict violation(std::uint64_t judged, std::string reason, std::vector<OpId> operations,
                  TrueTime from, TrueTime until) {
  std::erase_if(operations, [](OpId op) { return op.is_none(); });
  std::ranges::sort(operations);
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  return {.status = Status::violated,
          .judged = judged,
          .counterexample = Counterexample{.reason = std::move(reason),
                                           .operations = std::move(operations),
                                           .from = from,
                                           .until = until}};
}

Verdict undecided(std::uint64_t judged, std::string because) {
  return {.status = Status::undecided, .judged = judged, .undecided_because = std::move(because)};
}

}  // namespace picklock

#include "checker/specifications/impossible_state.h"

#include <fmt/core.h>

#include "base/text.h"
#include "checker/judgement_reason.h"

namespace picklock {
namespace {

using enum SpecificationKind;

// What an acquire found, but for tokens and time.
std::string state_for_acquire(const Specification& specification, bool is_refused,
                              const std::string& owner) {
  if (!is_reentrant(specification.kind)) return is_refused ? "held" : "free";
  if (specification.limit == 0) {
    return is_refused ? "held by another" : fmt::format("free or held by {}", owner);
  }
  if (is_refused) {
    return fmt::format("held by another, or by {} {} times,", owner, specification.limit);
  }
  return fmt::format("free, or held by {} less than {} times,", owner, specification.limit);
}

std::string impossible_release(const Specification& specification, bool is_refused,
                               const std::string& owner) {
  if (specification.kind == mutex) {
    return is_refused ? "the lock cannot have been free" : "the lock cannot have been held";
  }
  return fmt::format("{} cannot have {} the lock", owner, is_refused ? "been without" : "held");
}

std::string impossible_lock(const OperationHistory& history, const Specification& specification,
                            const Operation& operation) {
  const bool is_refused = operation.outcome == Outcome::refused;
  const std::string owner = owner_in_words(history, operation);
  if (operation.verb != Verb::acquire) return impossible_release(specification, is_refused, owner);
  std::string text =
      "the lock cannot have been " + state_for_acquire(specification, is_refused, owner);
  if (is_refused) return text;
  const bool is_fenced = specification.kind == fenced || specification.kind == reentrant_fenced;
  if (is_fenced && !operation.result.is_nil()) {
    text += fmt::format(" and due to give token {}", history.values.show(operation.result));
  }
  const Duration lease_length = shortest_lease(specification);
  if (specification.kind == lease && lease_length > Duration::zero()) {
    text += fmt::format(" (a lease lasts at least {})", to_string(lease_length));
  }
  return text;
}

std::string permits_text(std::string_view count) {
  return count == "1" ? "a permit" : fmt::format("{} permits", count);
}

std::string impossible_permits(const OperationHistory& history, const Specification& specification,
                               const Operation& operation) {
  const std::string wanted =
      operation.argument.is_nil() ? "1" : history.values.show(operation.argument);
  const bool is_refused = operation.outcome == Outcome::refused;
  if (operation.verb == Verb::acquire) {
    return fmt::format("{} of {} cannot have been {}", permits_text(wanted), specification.permits,
                       is_refused ? "too many" : "free");
  }
  return fmt::format("{} cannot have {} {}", owner_in_words(history, operation),
                     is_refused ? "been without" : "held", permits_text(wanted));
}

std::string impossible_readers_or_writer(const OperationHistory& history,
                                         const Operation& operation) {
  const bool is_refused = operation.outcome == Outcome::refused;
  if (operation.verb != Verb::acquire) {
    return fmt::format("{} cannot have {} the lock", owner_in_words(history, operation),
                       is_refused ? "been without" : "held");
  }
  if (operation.mode == Mode::shared) {
    return fmt::format("the lock cannot have been {} a writer", is_refused ? "held by" : "without");
  }
  return fmt::format("the lock cannot have been {}", is_refused ? "held" : "free");
}

std::string impossible_token(const OperationHistory& history, const Operation& operation) {
  const std::string token = history.values.show(operation.argument);
  return fmt::format("the largest token accepted cannot have been {}{}",
                     operation.outcome == Outcome::refused ? "above " : "",
                     operation.outcome == Outcome::refused ? token : token + " or less");
}

std::string_view name_of_data(SpecificationKind kind) {
  switch (kind) {
    case counter:
      return "the counter";
    case set:
      return "the set";
    case kv:
      return "the value";
    default:
      return "the register";
  }
}

std::string impossible_value(const OperationHistory& history, const Specification& specification,
                             const Operation& operation) {
  const std::string_view data = name_of_data(specification.kind);
  if (operation.verb == Verb::compare_and_set) {
    const Value expected = history.values.items_of(operation.argument)[0];
    return fmt::format("{} cannot have been {}{}", data,
                       operation.outcome == Outcome::refused ? "anything but " : "",
                       history.values.show(expected));
  }
  return fmt::format("{} cannot have been {}", data, history.values.show(operation.result));
}

}  // namespace

std::string impossible_state(const OperationHistory& history, const Specification& specification,
                             const Operation& operation) {
  switch (specification.kind) {
    case semaphore:
      return impossible_permits(history, specification, operation);
    case rw_lock:
      return impossible_readers_or_writer(history, operation);
    case fenced_resource:
      return impossible_token(history, operation);
    case multi_register:
      return "the registers cannot have been as read together";
    case plain_register:
    case cas_register:
    case kv:
    case counter:
    case set:
      return impossible_value(history, specification, operation);
    default:
      return impossible_lock(history, specification, operation);
  }
}

}  // namespace picklock

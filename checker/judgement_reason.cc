#include "checker/judgement_reason.h"

#include <fmt/core.h>

#include "checker/phrases.h"

namespace picklock {
namespace {

std::string name_in(const std::vector<std::string>& names, std::uint32_t index) {
  return index < names.size() && !names[index].empty() ? names[index] : fmt::format("{}", index);
}

bool is_lock_verb(Verb verb) {
  return verb == Verb::acquire || verb == Verb::release || verb == Verb::renew;
}

std::string caller(const OperationHistory& history, const Operation& operation) {
  return name_in_words(is_lock_verb(operation.verb)
                           ? name_in(history.owners, operation.owner)
                           : name_in(history.processes, operation.process));
}

std::string window(const OperationHistory& history, const Operation& operation) {
  return fmt::format("[{}, {}]", time_text(history, operation.invoked),
                     operation.returned == kNever ? "?" : time_text(history, operation.returned));
}

std::string explain_overlap(const OperationHistory& history, const Operation& first,
                            const Operation& second) {
  return fmt::format("{} returned at {} while {}, which acquired at {}, had not invoked release",
                     describe(history, second), time_text(history, second.returned),
                     caller(history, first), time_text(history, first.returned));
}

std::string explain_refusal(const OperationHistory& history,
                            std::span<const std::uint32_t> places) {
  bool reads = false;
  std::string before = "nobody had acquired";
  std::string refusal;
  std::string after;
  for (const std::uint32_t place : places) {
    const Operation& operation = history.operations[place];
    if (operation.verb == Verb::release) {
      before = fmt::format("{} had returned at {}", describe(history, operation),
                           time_text(history, operation.returned));
    } else if (operation.outcome == Outcome::refused) {
      reads = operation.mode == Mode::shared;
      refusal = fmt::format("{} was refused within {}", describe(history, operation),
                            window(history, operation));
    } else {
      after = fmt::format(", and {}, the next, was invoked at {}", describe(history, operation),
                          time_text(history, operation.invoked));
    }
  }
  return fmt::format("{} although {}: {}{}", refusal,
                     reads ? "no writer can have held the lock" : "the lock was free", before,
                     after);
}

std::string explain_crowd(const OperationHistory& history, const Judgement& violated) {
  const Operation& first = history.operations[violated.certificate.operations.front()];
  const bool acquires = first.verb == Verb::acquire;
  return fmt::format("{} {} succeeded within [{}, {}], and too few {} were under way to come {}",
                     violated.certificate.operations.size(), acquires ? "acquires" : "releases",
                     time_text(history, first.invoked), time_text(history, violated.violated_at),
                     acquires ? "releases" : "acquires",
                     acquires ? "between them" : "before each of them");
}

}  // namespace

std::string time_text(const OperationHistory& history, TrueTime at) {
  return history.times_are_positions ? fmt::format("{}", nanoseconds(at)) : clock_text(at);
}

std::string describe(const OperationHistory& history, const Operation& operation) {
  std::string text = fmt::format("{}'s {}", caller(history, operation), to_string(operation.verb));
  const bool looks = operation.verb == Verb::read;
  const Value shown = looks ? operation.result : operation.argument;
  if (!is_lock_verb(operation.verb) && (looks || !shown.is_nil())) {
    text += fmt::format(" of {}", history.values.show(shown));
  }
  return text;
}

std::string reason_of(const OperationHistory& history, const Judgement& violated) {
  const auto& places = violated.sub_history;
  if (places.empty()) return "no order explains the history";
  const auto at = [&](std::size_t i) -> const Operation& { return history.operations[places[i]]; };
  const CertificateKind kind = violated.certificate.kind;
  if (places.size() == 2 &&
      (kind == CertificateKind::overlap || kind == CertificateKind::fence_inversion)) {
    const bool in_order = at(0).returned <= at(1).returned;
    const Operation& first = at(in_order ? 0 : 1);
    const Operation& second = at(in_order ? 1 : 0);
    if (kind == CertificateKind::overlap) return explain_overlap(history, first, second);
    return fmt::format(
        "{} returned at {} with token {}, which is not above the token {} of {}, "
        "who held the lock before",
        describe(history, second), time_text(history, second.returned),
        history.values.show(second.result), history.values.show(first.result),
        caller(history, first));
  }
  if (kind == CertificateKind::crowd && places.size() > 2) return explain_crowd(history, violated);
  if (kind == CertificateKind::refusal) {
    return explain_refusal(history, violated.certificate.operations);
  }
  if (!violated.is_minimal) {
    for (const std::uint32_t place : places) {
      const Operation& operation = history.operations[place];
      if (operation.returned != violated.violated_at) continue;
      return fmt::format("no order explains {} in {} after what had returned before",
                         describe(history, operation), window(history, operation));
    }
  }
  std::string text = "no order explains ";
  for (std::size_t i = 0; i < places.size() && i < 5; ++i) {
    const Operation& operation = at(i);
    if (i > 0) text += i + 1 == places.size() ? " and " : ", ";
    text += fmt::format("{}{} in {}", describe(history, operation),
                        operation.outcome == Outcome::refused ? ", refused," : "",
                        window(history, operation));
  }
  if (places.size() > 5) text += fmt::format(" and {} more", places.size() - 5);
  if (places.size() > 1) text += " together";
  return text;
}

}  // namespace picklock

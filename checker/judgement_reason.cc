#include "checker/judgement_reason.h"

#include <fmt/core.h>

#include <algorithm>

#include "checker/formats/verbs.h"
#include "checker/phrases.h"
#include "checker/specifications/impossible_state.h"
#include "checker/timeline.h"

namespace picklock {
namespace {

std::string name_in(const std::vector<std::string>& names, std::uint32_t index) {
  return index < names.size() && !names[index].empty() ? names[index] : fmt::format("{}", index);
}

std::string caller(const OperationHistory& history, const Operation& operation) {
  if (is_lock_verb(operation.verb)) return owner_in_words(history, operation);
  return name_in_words(name_in(history.processes, operation.process));
}

std::string window(const OperationHistory& history, const Operation& operation) {
  return fmt::format("[{}, {}]", time_text(history, operation.invoked),
                     operation.returned == kNever ? "?" : time_text(history, operation.returned));
}

std::string description_with_window(const OperationHistory& history, const Operation& operation) {
  return fmt::format("{}{} in {}", describe(history, operation),
                     operation.outcome == Outcome::refused ? ", refused," : "",
                     window(history, operation));
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
  std::string before;
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
  if (before.empty()) before = reads ? "no writer had acquired" : "nobody had acquired";
  return fmt::format("{} although {}: {}{}", refusal,
                     reads ? "no writer can have held the lock" : "the lock was free", before,
                     after);
}

// The operations beside `last`, as what is known.
std::string givens(const OperationHistory& history, std::span<const std::uint32_t> places,
                   std::uint32_t last) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> known;
  for (const std::uint32_t place : places) {
    const Operation& operation = history.operations[place];
    if (place != last) known.push_back(description_with_window(history, operation));
  }
  if (known.size() > kShown) {
    known[kShown - 1] = fmt::format("{} operations more", known.size() - kShown + 1);
    known.resize(kShown);
  }
  std::string text;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) text += i + 1 == known.size() ? " and " : ", ";
    text += known[i];
  }
  return text;
}

// Of an operation that would have had to find the object otherwise.
std::string explain_return(const OperationHistory& history, const Judgement& violated) {
  const auto& places = violated.sub_history;
  const auto returns_last = [&](std::uint32_t place) {
    return history.operations[place].returned == violated.violated_at;
  };
  const auto last = std::ranges::find_if(places, returns_last);
  const bool is_one = std::ranges::count_if(places, returns_last) == 1;
  if (!is_one) return "no order explains " + givens(history, places, kNoIndex);
  const std::string known = violated.is_minimal ? givens(history, places, *last) : "";
  const Operation& operation = history.operations[*last];
  return fmt::format("{}{} for {}",
                     violated.is_minimal ? known.empty() ? "" : "with " + known + ", "
                                         : "after all that came before, ",
                     impossible_state(history, violated.specification, operation),
                     description_with_window(history, operation));
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

std::string owner_in_words(const OperationHistory& history, const Operation& operation) {
  return name_in_words(name_in(history.owners, operation.owner));
}

std::string time_text(const OperationHistory& history, TrueTime at) {
  return history.times_are_positions ? fmt::format("{}", nanoseconds(at)) : clock_text(at);
}

std::string describe(const OperationHistory& history, const Operation& operation) {
  std::string text =
      fmt::format("{}'s {}{}", caller(history, operation),
                  operation.mode == Mode::shared ? "shared " : "", to_string(operation.verb));
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
  return explain_return(history, violated);
}

}  // namespace picklock

// What recorded histories call their operations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checker/operations.h"

namespace picklock {

struct NamedVerb {
  Verb verb{};
  Mode mode = Mode::exclusive;

  friend bool operator==(NamedVerb, NamedVerb) = default;
};

// "acquire", "lock" or "try-lock" are an acquire; "get" is a read. Nothing for a name that is not known.
// Case, "-" and "_" make no difference.
std::optional<NamedVerb> verb_called(std::string_view name);

// The name by which picklock writes an operation: "acquire", "acquire-shared", "compare-and-set".
std::string name_of(NamedVerb verb);

// Acquires, releases and renewals: what is done to a lock.
constexpr bool is_lock_verb(Verb verb) {
  return verb == Verb::acquire || verb == Verb::release || verb == Verb::renew;
}

// `expected an operation such as acquire, ..., got "x"`, with the nearest name that is known.
std::string unknown_verb(std::string_view name);

}  // namespace picklock

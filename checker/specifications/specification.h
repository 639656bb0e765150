// What a history is judged by: one record, with everything that decides a verdict in it.
//
// A specification is written NAME or NAME:PARAMETER,..., each parameter KEY=VALUE, or a bare number for the
// one parameter that a name speaks of: "semaphore:3", "reentrant:2,refusals=ignored",
// "lease:ttl=10s,drift=1%", "register:initial=0". Every verdict prints the whole record in this form.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ratio.h"
#include "base/result.h"
#include "base/time.h"
#include "checker/operations.h"

namespace picklock {

enum class SpecificationKind : std::uint8_t {
  mutex,
  owner_mutex,
  reentrant,
  fenced,
  reentrant_fenced,
  semaphore,
  rw_lock,
  lease,
  fenced_resource,
  plain_register,  // `register` is a keyword
  cas_register,
  kv,
  counter,
  set,
  multi_register,
};

constexpr bool is_reentrant(SpecificationKind kind) {
  return kind == SpecificationKind::reentrant || kind == SpecificationKind::reentrant_fenced;
}

// What a refusal means.
enum class Refusals : std::uint8_t {
  strict,  // the operation could not take effect at some instant of its window: somebody held the lock
  ignored,  // it had no effect, for whatever reason
};

// What a process may do after an operation of unknown outcome.
enum class Timeouts : std::uint8_t {
  go_on,  // it may call again, and the late effect may still come
  stop,   // it never calls again (Jepsen's processes); a history in which one does is undecided
};

struct Specification {
  SpecificationKind kind{};
  Refusals refusals = Refusals::strict;
  Timeouts timeouts = Timeouts::go_on;
  std::uint32_t limit = 0;    // reentrant: holds of one owner at a time; 0 = any number
  std::uint32_t permits = 1;  // semaphore
  Duration ttl{};             // lease: it may end that long after its start or its last renewal ...
  Ratio drift;                // ... less this part of it; 0s: it may end at any time
  std::string
      initial;  // registers, kv, counter: before the first write; as Value's show() writes it

  friend bool operator==(const Specification&, const Specification&) = default;
};

// How verdicts of one specification are found.
enum class Method : std::uint8_t {
  procedure,            // exact and near-linear
  procedure_or_search,  // exact and near-linear but for the cases that the complexity names
  search,               // just-in-time linearization, bounded by steps and memory
};

// One line of `picklock list specs`.
struct SpecificationEntry {
  SpecificationKind kind{};
  std::string_view name;
  std::string_view demands;     // one clause
  std::string_view complexity;  // in the number n of operations
  Method method{};
  Refusals refusals{};          // unless told otherwise
  std::string_view parameters;  // beside refusals and timeouts, separated by spaces
  std::uint32_t verbs = 0;      // bit per Verb that the object understands

  bool understands(Verb verb) const { return (verbs >> static_cast<unsigned>(verb) & 1) != 0; }
};

// In the order of the table.
std::span<const SpecificationEntry> specifications();
const SpecificationEntry& entry_of(SpecificationKind kind);
inline std::string_view name_of(SpecificationKind kind) {
  return entry_of(kind).name;
}

// With the entry's defaults.
Specification default_specification(SpecificationKind kind);
// A specification, or what is wrong with the text: diagnostics without file and line.
Result<Specification> parse_specification(std::string_view text);
// The whole record; parse_specification reads it back.
std::string to_string(const Specification& specification);

// True when the specification says anything about the operation. The others are no part of the
// history that is judged: refusals that are ignored, or could have any reason; reads and renewals of
// unknown outcome.
bool is_judged(const Operation& operation, const Specification& specification);

// The shortest true time after which a lease may end, rounded down.
Duration shortest_lease(const Specification& specification);
// `at + length`, or never where that is later than every instant.
constexpr TrueTime later(TrueTime at, Duration length) {
  return length < kNever - std::max(at, TrueTime{}) ? at + length : kNever;
}

// Those that understand every operation of the history, in the table's order: the candidates where
// the user named none. O(n).
std::vector<const SpecificationEntry*> specifications_of(const OperationHistory& history);

}  // namespace picklock

#include "checker/specifications/specification.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "base/wide.h"

namespace picklock {
namespace {

constexpr std::uint32_t verbs(std::initializer_list<Verb> list) {
  std::uint32_t bits = 0;
  for (const Verb verb : list) bits |= std::uint32_t{1} << static_cast<unsigned>(verb);
  return bits;
}

constexpr std::uint32_t kLock = verbs({Verb::acquire, Verb::release});
constexpr std::uint32_t kLease = verbs({Verb::acquire, Verb::release, Verb::renew});
constexpr std::uint32_t kRegister = verbs({Verb::read, Verb::write});
constexpr std::uint32_t kCasRegister = verbs({Verb::read, Verb::write, Verb::compare_and_set});
constexpr std::uint32_t kKv = verbs({Verb::read, Verb::write, Verb::append});
constexpr std::uint32_t kCounter = verbs({Verb::read, Verb::add});
constexpr std::uint32_t kSet = verbs({Verb::read, Verb::add, Verb::remove});
constexpr std::uint32_t kTransaction = verbs({Verb::transaction});

using enum SpecificationKind;
using enum Method;
using enum Refusals;

constexpr std::array<SpecificationEntry, 15> kEntries{{
    {mutex, "mutex", "one acquire between two releases, whoever releases (as Knossos)",
     "O(n log n); search where returns and their processes' next calls tie", procedure_or_search,
     ignored, "", kLock},
    {owner_mutex, "owner-mutex", "one owner at a time, and only the owner releases",
     "O(n log n); search where an owner goes on after an unknown outcome", procedure_or_search,
     strict, "", kLock},
    {reentrant, "reentrant", "as owner-mutex, and the owner may acquire again", "as owner-mutex",
     procedure_or_search, strict, "limit", kLock},
    {fenced, "fenced", "as owner-mutex, and tokens increase from grant to grant", "as owner-mutex",
     procedure_or_search, strict, "", kLock},
    {reentrant_fenced, "reentrant-fenced",
     "as reentrant, and tokens increase from owner to owner and stay with one (as Hazelcast)",
     "as owner-mutex", procedure_or_search, strict, "limit", kLock},
    {semaphore, "semaphore", "no more permits held than there are, and only holders return them",
     "O(n log n) without refused acquires to judge; with them search: NP-complete for amounts, and "
     "no "
     "fast procedure is known for single permits",
     procedure_or_search, strict, "permits", kLock},
    {rw_lock, "rw-lock", "readers share, a writer is alone",
     "O(n log n); search where an owner goes on after an unknown outcome", procedure_or_search,
     strict, "", kLock},
    {lease, "lease",
     "as owner-mutex, but a hold may end by itself: at any time, or not before its ttl",
     "O(n log n) while refusals are ignored and acquires take less than the ttl; else search, as "
     "leases that slide are NP-complete to place",
     procedure_or_search, ignored, "ttl drift", kLease},
    {fenced_resource, "fenced-resource",
     "an operation is accepted unless a larger token was accepted before",
     "O(n log n) unless it is violated, or outcomes are unknown beside refusals; then search",
     procedure_or_search, strict, "", kRegister},
    {plain_register, "register", "a read returns the last value written", "search", search, strict,
     "initial", kRegister},
    {cas_register, "cas-register", "as register, with compare-and-set", "search", search, strict,
     "initial", kCasRegister},
    {kv, "kv", "a register of text that can be appended to, for each key", "search", search, strict,
     "initial", kKv},
    {counter, "counter", "a read returns the sum of what was added", "search", search, strict,
     "initial", kCounter},
    {set, "set", "a read returns the members that were added and not removed", "search", search,
     strict, "", kSet},
    {multi_register, "multi-register",
     "transactions read and write several registers at one instant", "search", search, strict,
     "initial", kTransaction},
}};

const SpecificationEntry* find(std::string_view name) {
  const auto found = std::ranges::find(kEntries, name, &SpecificationEntry::name);
  return found == kEntries.end() ? nullptr : &*found;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const SpecificationEntry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::vector<std::string> parameters_of(const SpecificationEntry& entry) {
  std::vector<std::string> names = words(entry.parameters);
  names.emplace_back("refusals");
  names.emplace_back("timeouts");
  return names;
}

std::optional<std::uint32_t> parse_count(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return {};
  return number;
}

// Sets one parameter that the kind has; what was expected instead when the text is none of its values.
std::string_view assign(Specification& to, std::string_view key, std::string_view text) {
  if (key == "refusals") {
    if (text != "strict" && text != "ignored") return "strict or ignored";
    to.refusals = text == "strict" ? strict : ignored;
  } else if (key == "timeouts") {
    if (text != "go-on" && text != "stop") return "go-on or stop";
    to.timeouts = text == "stop" ? Timeouts::stop : Timeouts::go_on;
  } else if (key == "limit" || key == "permits") {
    const auto count = parse_count(text);
    if (!count) return "a number from 1 to 4294967295";
    (key == "limit" ? to.limit : to.permits) = *count;
  } else if (key == "ttl") {
    const auto ttl = parse_duration(text);
    if (!ttl || *ttl < Duration::zero()) return "a duration such as 500ms";
    to.ttl = *ttl;
  } else if (key == "drift") {
    const auto drift = parse_ratio(text);
    if (!drift) return "a ratio such as 1% or 1/100";
    to.drift = *drift;
  } else {
    to.initial = text;
  }
  return {};
}

Diagnostic diagnostic(std::string expected, std::string hint = {}) {
  return {.expected = std::move(expected), .hint = std::move(hint)};
}

}  // namespace

std::span<const SpecificationEntry> specifications() {
  return kEntries;
}

const SpecificationEntry& entry_of(SpecificationKind kind) {
  return *std::ranges::find(kEntries, kind, &SpecificationEntry::kind);
}

Specification default_specification(SpecificationKind kind) {
  const std::string_view initial = kind == kv ? "\"\"" : kind == counter ? "0" : "nil";
  const bool has_initial = entry_of(kind).parameters == "initial";
  return {.kind = kind,
          .refusals = entry_of(kind).refusals,
          .initial = has_initial ? std::string(initial) : std::string()};
}

Result<Specification> parse_specification(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  const SpecificationEntry* entry = find(name);
  if (entry == nullptr) {
    return Diagnostics{diagnostic(fmt::format("expected a specification, got \"{}\"", name),
                                  did_you_mean(name, known_names()))};
  }
  Specification specification = default_specification(entry->kind);
  const std::vector<std::string> known = parameters_of(*entry);
  bool has_permits = false;
  Diagnostics wrong;
  std::string_view rest = text.substr(std::min(colon + 1, text.size()));
  while (!rest.empty()) {
    // An initial value may contain commas: it comes last.
    const bool is_last = rest.starts_with("initial=");
    const std::size_t end = is_last ? rest.size() : std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = part.find('=');
    const bool bare = equals == std::string_view::npos;
    const std::string key(bare ? std::string_view(known.front()) : part.substr(0, equals));
    if ((bare && key != "limit" && key != "permits") || !std::ranges::count(known, key)) {
      wrong.push_back(
          diagnostic(fmt::format("expected a parameter of {}, got \"{}\"", entry->name, part),
                     bare ? std::string() : did_you_mean(key, known)));
      continue;
    }
    const std::string_view value = bare ? part : part.substr(equals + 1);
    const std::string_view expected = assign(specification, key, value);
    if (!expected.empty()) {
      wrong.push_back(diagnostic(fmt::format("expected {}, got {}=\"{}\"", expected, key, value)));
    }
    has_permits = has_permits || key == "permits";
  }
  if (entry->kind == semaphore && !has_permits) {
    wrong.push_back(diagnostic("expected the number of permits, as in semaphore:3"));
  }
  if (!wrong.empty()) return wrong;
  return specification;
}

std::string to_string(const Specification& specification) {
  const SpecificationEntry& entry = entry_of(specification.kind);
  std::string out(entry.name);
  out += ':';
  for (const std::string& key : words(entry.parameters)) {
    if (key == "permits") out += fmt::format("permits={},", specification.permits);
    if (key == "limit" && specification.limit > 0) {
      out += fmt::format("limit={},", specification.limit);
    }
    if (key == "ttl") out += fmt::format("ttl={},", to_string(specification.ttl));
    if (key == "drift") {
      out += fmt::format("drift={}/{},", specification.drift.numerator(),
                         specification.drift.denominator());
    }
  }
  out += fmt::format("refusals={},timeouts={}",
                     specification.refusals == strict ? "strict" : "ignored",
                     specification.timeouts == Timeouts::stop ? "stop" : "go-on");
  if (entry.parameters == "initial") out += fmt::format(",initial={}", specification.initial);
  return out;
}

bool is_judged(const Operation& operation, const Specification& specification) {
  const bool only_looks = operation.verb == Verb::read && specification.kind != fenced_resource;
  const bool has_no_effect = only_looks || operation.verb == Verb::renew;
  if (operation.outcome == Outcome::unknown) return !has_no_effect;
  if (operation.outcome == Outcome::ok) return true;
  const bool is_told_why = operation.verb == Verb::acquire || operation.verb == Verb::release ||
                           operation.verb == Verb::renew ||
                           operation.verb == Verb::compare_and_set ||
                           specification.kind == fenced_resource;
  return is_told_why && specification.refusals == Refusals::strict;
}

Duration shortest_lease(const Specification& specification) {
  const Ratio drift = specification.drift;
  const Uint128 kept = drift.denominator() - drift.numerator();
  const auto ttl = static_cast<std::uint64_t>(specification.ttl.count());
  return Duration{
      static_cast<std::int64_t>(static_cast<std::uint64_t>(kept * ttl / drift.denominator()))};
}

std::vector<const SpecificationEntry*> specifications_of(const OperationHistory& history) {
  std::uint32_t used = 0;
  for (const Operation& operation : history.operations) used |= verbs({operation.verb});
  std::vector<const SpecificationEntry*> candidates;
  for (const SpecificationEntry& entry : kEntries) {
    if ((used & ~entry.verbs) == 0) candidates.push_back(&entry);
  }
  return candidates;
}

}  // namespace picklock

#include "cli/specification_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "checker/formats/verbs.h"
#include "checker/specifications/candidates.h"

namespace picklock::cli {
namespace {

std::string names_of_operations(const OperationHistory& history) {
  std::set<std::string> names;
  for (const Operation& operation : history.operations) {
    names.insert(picklock::name_of(NamedVerb{operation.verb, operation.mode}));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// As it is typed: a semaphore cannot do without its number.
std::string typed(const SpecificationEntry& entry) {
  return std::string(entry.name) + (entry.kind == SpecificationKind::semaphore ? ":1" : "");
}

}  // namespace

SpecificationChoice choose_specification(const OperationHistory& history,
                                         std::span<const Specification> named, bool has_other_part,
                                         const std::string& file) {
  const auto understood = specifications_of(history);
  for (const Specification& specification : named) {
    if (std::ranges::find(understood, specification.kind, &SpecificationEntry::kind) !=
        understood.end()) {
      return {specification, ""};
    }
  }
  const auto candidates = candidates_of(history);
  const std::string operations = names_of_operations(history);
  if (candidates.empty()) {
    return {{}, fmt::format("{}: no specification understands all of {}\n", file, operations)};
  }
  const bool for_other_part = has_other_part && std::ranges::none_of(named, [&](const auto& one) {
                                return entry_of(one.kind).understands(Verb::acquire) ==
                                       candidates.front()->understands(Verb::acquire);
                              });
  if (!named.empty() && !for_other_part) {
    return {{},
            fmt::format("{}: {} does not understand all of {}\n", file, to_string(named.front()),
                        operations)};
  }
  if (candidates.size() == 1) return {default_specification(candidates.front()->kind), ""};

  std::string question = fmt::format(
      "{}: its operations ({}) do not tell what the object promises. It may be one of\n", file,
      operations);
  for (const SpecificationEntry* entry : candidates) {
    question += fmt::format("  --spec {:<17} {}\n", typed(*entry), entry->demands);
  }
  question += fmt::format("for example: picklock check {} --spec {}\n", file,
                          typed(*candidates[candidates.size() > 1 ? 1 : 0]));
  return {{}, question};
}

}  // namespace picklock::cli

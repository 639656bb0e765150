#include "checker/procedures/held_cores.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace picklock {
namespace {

struct Owner {
  TrueTime free_at = TrueTime::min();  // its last operation returned
  std::int64_t held = 0;
};

// What is held changes: a release takes its permits away before an acquire of the same instant adds some.
struct Change {
  TrueTime at{};
  std::int64_t permits = 0;
  bool writes = false;
};

std::int64_t permits_of(const Operation& operation, bool is_semaphore) {
  if (!is_semaphore || !operation.argument.is_integer()) return 1;
  return std::max<std::int64_t>(0, operation.argument.as_integer());
}

}  // namespace

Decision decide_held_cores(const OperationHistory& history, Places places,
                           const Specification& specification) {
  const bool is_semaphore = specification.kind == SpecificationKind::semaphore;
  std::vector<Owner> owners;
  std::vector<bool> is_writer;
  std::vector<Change> changes;
  for (const std::uint32_t place : places) {
    const Operation& operation = history.operations[place];
    if (operation.owner >= owners.size()) {
      owners.resize(operation.owner + 1);
      is_writer.resize(operation.owner + 1);
    }
    Owner& owner = owners[operation.owner];
    if (operation.outcome == Outcome::refused || operation.invoked <= owner.free_at) {
      return declined();
    }
    owner.free_at = operation.returned;
    const std::int64_t permits = permits_of(operation, is_semaphore);
    if (operation.verb == Verb::acquire) {
      if (operation.outcome == Outcome::unknown) continue;
      if (!is_semaphore && owner.held > 0) return declined();
      is_writer[operation.owner] = !is_semaphore && operation.mode == Mode::exclusive;
      owner.held += permits;
      changes.push_back(
          {.at = operation.returned, .permits = permits, .writes = is_writer[operation.owner]});
    } else {
      if (owner.held < permits && operation.outcome == Outcome::ok) return declined();
      if (owner.held < permits) continue;
      owner.held -= permits;
      changes.push_back(
          {.at = operation.invoked, .permits = -permits, .writes = is_writer[operation.owner]});
    }
  }
  std::ranges::sort(changes, [](const Change& a, const Change& b) {
    return std::tuple(a.at, a.permits) < std::tuple(b.at, b.permits);
  });
  std::int64_t held = 0;
  std::int64_t writers = 0;
  for (const Change& change : changes) {
    held += change.permits;
    if (change.writes) writers += change.permits;
    const bool is_too_much = is_semaphore ? held > specification.permits : writers > 0 && held > 1;
    if (!is_too_much || change.permits <= 0) continue;
    return {.kind = Decision::Kind::violated,
            .certificate = {.kind = CertificateKind::unexplained_subset},
            .violated_at = change.at};
  }
  return {};
}

}  // namespace picklock

#include "checker/specifications/candidates.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "checker/formats/verbs.h"

namespace picklock {
namespace {

using enum SpecificationKind;

// What the operations tell beside their names.
struct Signs {
  bool shared = false;
  bool tokens = false;
  bool renewals = false;
  bool compares = false;
  bool appends = false;
  bool lists_read = false;
  bool integers_read = false;
};

Signs signs_of(const OperationHistory& history) {
  Signs signs;
  for (const Operation& operation : history.operations) {
    signs.shared |= operation.mode == Mode::shared;
    signs.tokens |= operation.verb == Verb::acquire && operation.result.is_integer();
    signs.renewals |= operation.verb == Verb::renew;
    signs.compares |= operation.verb == Verb::compare_and_set;
    signs.appends |= operation.verb == Verb::append;
    signs.lists_read |= operation.verb == Verb::read && operation.result.is_list();
    signs.integers_read |= operation.verb == Verb::read && operation.result.is_integer();
  }
  return signs;
}

bool may_be_meant(SpecificationKind kind, const Signs& signs) {
  switch (kind) {
    case mutex:
    case owner_mutex:
    case reentrant:
    case semaphore:
      return !signs.shared && !signs.renewals;
    case fenced:
    case reentrant_fenced:
      return signs.tokens && !signs.shared && !signs.renewals;
    case rw_lock:
      return signs.shared && !signs.renewals;
    case lease:
      return !signs.shared;
    case fenced_resource:
      return false;  // its tokens look like a register's values: it is asked for by name
    case plain_register:
      return !signs.compares && !signs.appends;
    case cas_register:
      return signs.compares;
    case kv:
      return signs.appends;
    case counter:
      return !signs.lists_read;
    case set:
      return !signs.integers_read;
    case multi_register:
      return true;
  }
  return false;
}

}  // namespace

std::vector<const SpecificationEntry*> candidates_of(const OperationHistory& history) {
  const Signs signs = signs_of(history);
  std::vector<const SpecificationEntry*> candidates = specifications_of(history);
  std::erase_if(candidates,
                [&](const SpecificationEntry* entry) { return !may_be_meant(entry->kind, signs); });
  return candidates;
}

std::vector<Operation> split_off_data(OperationHistory& history) {
  std::vector<Operation>& operations = history.operations;
  const auto is_lock = [](const Operation& operation) { return is_lock_verb(operation.verb); };
  if (std::ranges::none_of(operations, is_lock) || std::ranges::all_of(operations, is_lock)) {
    return {};
  }
  const auto data = std::stable_partition(operations.begin(), operations.end(), is_lock);
  std::vector<Operation> out(data, operations.end());
  operations.erase(data, operations.end());
  return out;
}

}  // namespace picklock

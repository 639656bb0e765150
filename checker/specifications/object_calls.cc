#include "checker/specifications/object_calls.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace picklock {
namespace {

bool is_lock(SpecificationKind kind) {
  return entry_of(kind).understands(Verb::acquire);
}

// What is known of one owner's operations as a whole.
struct OwnerSummary {
  std::uint32_t last = 0;                     // its last operation
  TrueTime acquires_until = TrueTime::min();  // the last return of an acquire ...
  TrueTime releases_until = TrueTime::min();  // ... and of a release
};

class CallMaker {
 public:
  CallMaker(std::span<const Operation> operations, std::span<const std::uint8_t> is_kept,
            const ValueTable& values, const Specification& specification, Pace& pace)
      : operations_(operations),
        is_kept_(is_kept),
        values_(values),
        specification_(specification),
        pace_(pace),
        is_lock_(is_lock(specification.kind)) {}

  ObjectCalls make() {
    for (std::uint32_t i = 0; i < operations_.size(); ++i) {
      pace_.step();
      if (is_taken(i)) summarise(i);
    }
    for (std::uint32_t i = 0; i < operations_.size(); ++i) {
      pace_.step();
      if (is_taken(i)) add(i);
    }
    return std::move(result_);
  }

 private:
  bool is_required(std::uint32_t i) const {
    return operations_[i].outcome != Outcome::unknown && (is_kept_.empty() || is_kept_[i] != 0);
  }

  // What may have happened or not, but has no effect on anything else, is left out.
  bool is_taken(std::uint32_t i) const {
    const Operation& operation = operations_[i];
    if (!is_judged(operation, specification_)) return false;
    return is_required(i) || may_have_happened(operation, specification_);
  }

  void summarise(std::uint32_t i) {
    const Operation& operation = operations_[i];
    if (is_lock_) {
      OwnerSummary& owner = owners_[operation.owner];
      owner.last = i;
      if (operation.verb == Verb::acquire && operation.outcome != Outcome::refused) {
        owner.acquires_until = std::max(owner.acquires_until, operation.returned);
      }
      if (operation.verb == Verb::release && operation.outcome != Outcome::refused) {
        owner.releases_until = std::max(owner.releases_until, operation.returned);
      }
      has_refused_acquires_ |=
          operation.verb == Verb::acquire && operation.outcome == Outcome::refused;
      return;
    }
    const bool looks = operation.verb == Verb::read || operation.verb == Verb::transaction;
    if (looks || operation.outcome == Outcome::refused) {
      looked_until_ = std::max(looked_until_, operation.returned);
    }
    if (operation.outcome == Outcome::refused) {
      refused_until_ = std::max(refused_until_, operation.returned);
    } else if (operation.verb == Verb::read) {
      want(operation.result, operation.returned);
    } else if (operation.verb == Verb::compare_and_set) {
      want(values_.items_of(operation.argument)[0], operation.returned);
    }
  }

  void want(Value value, TrueTime until) {
    TrueTime& known = values_wanted_until_.try_emplace(value.bits(), until).first->second;
    known = std::max(known, until);
  }

  TrueTime wanted_until(const Operation& operation) const {
    if (is_lock_) {
      const bool settles = operation.verb == Verb::release && operation.outcome == Outcome::unknown;
      const bool is_owned = specification_.kind != SpecificationKind::mutex;
      return settles && is_owned ? owners_.at(operation.owner).acquires_until : kNever;
    }
    const bool is_register = specification_.kind == SpecificationKind::plain_register ||
                             specification_.kind == SpecificationKind::cas_register;
    if (!is_register) return looked_until_;
    const Value written = operation.verb == Verb::compare_and_set
                              ? values_.items_of(operation.argument)[1]
                              : operation.argument;
    const auto found = values_wanted_until_.find(written.bits());
    const TrueTime wanted = found == values_wanted_until_.end() ? TrueTime::min() : found->second;
    return std::max(wanted, refused_until_);
  }

  void add(std::uint32_t i) {
    const Operation& operation = operations_[i];
    const bool is_unknown = operation.outcome == Outcome::unknown;
    ObjectCall call{.operation = &operation,
                    .is_recorded = is_required(i),
                    .owner = specification_.kind == SpecificationKind::mutex ? 0 : operation.owner,
                    .wanted_until = wanted_until(operation)};
    const bool may_keep = is_lock_ && is_unknown && operation.verb == Verb::acquire &&
                          specification_.kind != SpecificationKind::mutex;
    if (may_keep && owners_.at(operation.owner).last == i &&
        owners_.at(operation.owner).releases_until < operation.invoked) {
      if (!has_refused_acquires_) return;
      call.owner = kNobody;
    }
    if (!is_lock_ && is_unknown && call.wanted_until < operation.invoked) return;
    TimedCall window{.invoked = operation.invoked,
                     .returned = is_unknown ? kNever : operation.returned,
                     .is_optional = !is_unknown && !is_required(i)};
    if (is_unknown) {
      const auto effect = std::tuple(operation.verb, operation.argument.bits(),
                                     is_lock_ ? call.owner : 0, operation.mode);
      window.effect =
          effects_.try_emplace(effect, static_cast<std::uint32_t>(effects_.size())).first->second;
    }
    const auto index = static_cast<std::uint32_t>(result_.calls.size());
    const auto last = last_of_process_.find(operation.process);
    if (last != last_of_process_.end() &&
        result_.windows[last->second].returned == operation.invoked) {
      window.after = last->second;
    }
    if (!is_unknown) last_of_process_[operation.process] = index;
    result_.windows.push_back(window);
    result_.calls.push_back(call);
    result_.indices.push_back(i);
  }

  std::span<const Operation> operations_;
  std::span<const std::uint8_t> is_kept_;
  const ValueTable& values_;
  const Specification& specification_;
  Pace& pace_;
  bool is_lock_;
  ObjectCalls result_;
  // Only looked up, never walked: their order shows nowhere.
  std::unordered_map<std::uint32_t, OwnerSummary> owners_;            // see above
  std::unordered_map<std::uint32_t, std::uint32_t> last_of_process_;  // see above
  std::unordered_map<std::uint64_t, TrueTime> values_wanted_until_;   // see above
  std::map<std::tuple<Verb, std::uint64_t, std::uint32_t, Mode>, std::uint32_t> effects_;
  bool has_refused_acquires_ = false;
  TrueTime looked_until_ = TrueTime::min();
  TrueTime refused_until_ = TrueTime::min();
};

}  // namespace

bool may_have_happened(const Operation& operation, const Specification& specification) {
  Operation unknown = operation;
  unknown.outcome = Outcome::unknown;
  return operation.outcome != Outcome::refused && is_judged(unknown, specification);
}

ObjectCalls make_calls(std::span<const Operation> operations, std::span<const std::uint8_t> is_kept,
                       const ValueTable& values, const Specification& specification, Pace& pace) {
  return CallMaker(operations, is_kept, values, specification, pace).make();
}

}  // namespace picklock

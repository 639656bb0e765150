// Small random histories on one object: processes that call one after another, windows that overlap, outcomes
// drawn so that both verdicts are reached.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "checker/operations.h"
#include "checker/specifications/specification.h"

namespace picklock::testing {

struct RandomHistories {
  Specification specification;
  std::uint32_t processes = 3;
  std::uint32_t operations = 8;  // at most
  bool unknowns = true;          // some outcomes are unknown
  bool owners_go_on = false;     // an owner may call again after one of them
  std::int64_t instants = 20;    // fewer make more ties
};

class RandomHistory {
 public:
  RandomHistory(const RandomHistories& wanted, std::uint64_t seed)
      : wanted_(wanted), draw_(mix(seed)) {}

  OperationHistory make() {
    history_.objects.emplace_back();
    const std::uint32_t count = 2 + below(wanted_.operations - 1);
    const std::uint32_t processes = 1 + below(wanted_.processes);
    std::vector<std::uint32_t> ids;
    std::vector<std::int64_t> free_at;
    for (std::uint32_t i = 0; i < processes; ++i) {
      ids.push_back(i);
      free_at.push_back(below(4));
      depth_.push_back(0);
    }
    std::uint32_t next_id = processes;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t process = below(processes);
      Operation operation = draw(process);
      const std::int64_t begin = free_at[process] + below(3);
      const std::int64_t end = begin + below(static_cast<std::uint32_t>(wanted_.instants / 3));
      operation.invoked = true_time(begin);
      operation.returned = operation.outcome == Outcome::unknown ? kNever : true_time(end);
      operation.process = operation.owner = ids[process];
      free_at[process] = end + below(3);
      if (operation.outcome == Outcome::unknown && !wanted_.owners_go_on) {
        ids[process] = next_id++;
        depth_[process] = 0;
      }
      history_.operations.push_back(operation);
    }
    std::ranges::stable_sort(history_.operations, {}, &Operation::invoked);
    for (std::uint32_t i = 0; i < next_id; ++i) {
      history_.processes.push_back(std::to_string(i));
      history_.owners.push_back(std::to_string(i));
    }
    return std::move(history_);
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    draw_ = mix(draw_);
    return static_cast<std::uint32_t>((draw_ >> 32) * bound >> 32);
  }
  Value small() { return Value::integer(below(3)); }
  Value list(std::vector<Value> items) { return history_.values.list(items); }

  Operation draw(std::uint32_t process) {
    Operation operation;
    const std::uint32_t luck = below(12);
    const bool is_unknown = wanted_.unknowns && luck == 0;
    const bool is_refused = luck <= 3 && !is_unknown;
    operation.outcome =
        is_unknown ? Outcome::unknown : (is_refused ? Outcome::refused : Outcome::ok);
    if (entry_of(wanted_.specification.kind).understands(Verb::acquire)) {
      draw_lock(process, operation);
    } else {
      draw_data(operation);
    }
    if (operation.outcome == Outcome::unknown) operation.result = {};
    return operation;
  }

  void draw_lock(std::uint32_t process, Operation& operation) {
    using enum SpecificationKind;
    const SpecificationKind kind = wanted_.specification.kind;
    std::uint32_t& depth = depth_[process];
    const bool deeper = kind == reentrant || kind == reentrant_fenced || kind == semaphore;
    const bool acquires = depth == 0 ? below(20) != 0 : below(4) == 0 && (deeper || below(4) == 0);
    operation.verb = acquires ? Verb::acquire : Verb::release;
    if (kind == lease && depth > 0 && below(3) == 0) operation.verb = Verb::renew;
    if (kind == rw_lock && below(2) == 0) operation.mode = Mode::shared;
    if (kind == semaphore && below(6) == 0) operation.argument = Value::integer(2);
    if (operation.outcome == Outcome::refused) {
      if (depth > 0 && below(4) != 0) operation.outcome = Outcome::ok;
      if (operation.outcome == Outcome::refused) return;
    }
    if (operation.verb == Verb::acquire) ++depth;
    if (operation.verb == Verb::release && depth > 0) --depth;
    const bool is_fenced = kind == fenced || kind == reentrant_fenced;
    if (operation.verb == Verb::acquire && is_fenced && below(5) != 0) {
      if (depth <= 1 || below(6) == 0) fence_ += 1 + below(2);
      operation.result = Value::integer(below(10) == 0 ? fence_ - 1 : fence_);
    }
  }

  void draw_data(Operation& operation) {
    using enum SpecificationKind;
    const SpecificationKind kind = wanted_.specification.kind;
    const SpecificationEntry& entry = entry_of(kind);
    do {
      operation.verb = static_cast<Verb>(below(10));
    } while (!entry.understands(operation.verb));
    if (kind == fenced_resource) {
      operation.argument = Value::integer(below(5));
      return;
    }
    operation.argument = small();
    if (operation.verb == Verb::compare_and_set) operation.argument = list({small(), small()});
    if (operation.verb == Verb::transaction) draw_transaction(operation);
    if (operation.verb == Verb::append)
      operation.argument = history_.values.text(below(2) ? "a" : "b");
    if (operation.verb != Verb::read) return;
    operation.result = small();
    if (kind == kv) {
      static constexpr std::array<const char*, 6> kTexts{"", "a", "b", "ab", "ba", "1a"};
      operation.result = history_.values.text(kTexts.at(below(6)));
      if (below(3) == 0) operation.result = small();
    }
    if (kind == set) {
      std::vector<Value> members;
      for (std::int64_t i = 0; i < 3; ++i) {
        if (below(2) != 0) members.push_back(Value::integer(i));
      }
      operation.result = list(members);
    }
  }

  void draw_transaction(Operation& operation) {
    std::vector<Value> asked;
    std::vector<Value> told;
    const std::uint32_t count = 1 + below(2);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Value key = Value::integer(below(2));
      const bool writes = below(2) == 0;
      const Value verb = history_.values.text(writes ? "write" : "read");
      const Value value = small();
      asked.push_back(list({verb, key, writes ? value : Value()}));
      told.push_back(list({verb, key, value}));
    }
    operation.argument = list(asked);
    operation.result = list(told);
  }

  RandomHistories wanted_;
  std::uint64_t draw_;
  OperationHistory history_;
  std::vector<std::uint32_t> depth_;
  std::int64_t fence_ = 0;
};

}  // namespace picklock::testing

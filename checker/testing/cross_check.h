// Holds judge() against the exhaustive search, on random histories.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "checker/certificate_verifier.h"
#include "checker/history_cut.h"
#include "checker/judgement.h"
#include "checker/judgement_reason.h"
#include "checker/object_search.h"
#include "checker/testing/exhaustive.h"
#include "checker/testing/random_history.h"

namespace picklock::testing {

inline std::string show(const OperationHistory& history) {
  std::ostringstream out;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    out << i << ": " << describe(history, operation)
        << (operation.mode == Mode::shared ? " shared" : "") << " -> "
        << to_string(operation.outcome) << " " << history.values.show(operation.argument) << " "
        << history.values.show(operation.result) << " [" << nanoseconds(operation.invoked) << ", ";
    if (operation.returned != kNever) out << nanoseconds(operation.returned);
    out << "]\n";
  }
  return out.str();
}

struct Tally {
  std::uint64_t holding = 0;
  std::uint64_t violated = 0;
};

class CrossCheck {
 public:
  explicit CrossCheck(const RandomHistories& kind) : kind_(kind) {}

  // Histories of the seeds [first, first + count).
  Tally run(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      check(RandomHistory(kind_, seed).make());
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "seed " << seed << " of " << to_string(kind_.specification);
        break;
      }
    }
    return tally_;
  }

 private:
  void check(const OperationHistory& history) {
    const Specification& specification = kind_.specification;
    const bool holds =
        Exhaustive(history.operations, history.values, specification).is_linearizable();
    ++(holds ? tally_.holding : tally_.violated);
    const Judgement judgement = judge(history, specification, {.linearization = true});
    const auto expected = holds ? Status::holds : Status::violated;
    EXPECT_EQ(judgement.status, expected) << show(history) << judgement.reason;
    EXPECT_EQ(search_object(history.operations, {}, history.values, specification, {}).status,
              expected)
        << show(history);
    if (judgement.status != expected) return;
    EXPECT_EQ(verify(history, judgement), "") << show(history) << judgement.reason;
    if (!holds) check_violation(history, judgement);
  }

  bool holds_with(const HistoryCut& cut, const std::vector<std::uint32_t>& kept) {
    std::uint64_t mask = 0;
    for (const std::uint32_t place : kept) mask |= std::uint64_t{1} << place;
    return Exhaustive(cut.operations, values_of(), kind_.specification, mask).is_linearizable();
  }

  void check_violation(const OperationHistory& history, const Judgement& judgement) {
    values_ = &history.values;
    std::vector<std::uint32_t> all;
    TrueTime before = TrueTime::min();
    for (std::uint32_t i = 0; i < history.operations.size(); ++i) {
      const Operation& operation = history.operations[i];
      if (!is_judged(operation, kind_.specification)) continue;
      all.push_back(i);
      if (operation.returned < judgement.violated_at) {
        before = std::max(before, operation.returned);
      }
    }
    const auto returned_before = [&](std::uint32_t place) {
      return history.operations[place].returned < judgement.violated_at;
    };
    const auto prefix = std::ranges::count_if(all, returned_before);
    EXPECT_EQ(judgement.prefix, static_cast<std::uint64_t>(prefix)) << show(history);
    const auto clue = [&] { return show(history) + judgement.reason; };
    const HistoryCut shortest = renumbered(history, all, judgement.violated_at);
    EXPECT_FALSE(holds_with(shortest, all)) << "the cut holds\n" << clue();
    EXPECT_TRUE(holds_with(renumbered(history, all, before), all)) << "a shorter cut\n" << clue();
    EXPECT_FALSE(holds_with(shortest, judgement.sub_history)) << "explained\n" << clue();
    EXPECT_TRUE(judgement.is_minimal) << clue();
    for (const std::uint32_t place : judgement.sub_history) {
      std::vector<std::uint32_t> fewer = judgement.sub_history;
      std::erase(fewer, place);
      EXPECT_TRUE(holds_with(shortest, fewer)) << place << " is not needed\n" << clue();
    }
  }

  // A cut in which every operation keeps its place: those that are not part of it become unknown reads.
  static HistoryCut renumbered(const OperationHistory& history,
                               const std::vector<std::uint32_t>& places, TrueTime at) {
    HistoryCut part = cut(history, places, at);
    HistoryCut whole{.operations = history.operations, .places = part.places};
    for (Operation& operation : whole.operations) {
      operation.outcome = Outcome::unknown;
      operation.returned = kNever;
      operation.verb = Verb::renew;  // of unknown outcome: judged by no specification
    }
    for (std::size_t i = 0; i < part.places.size(); ++i) {
      whole.operations[part.places[i]] = part.operations[i];
    }
    return whole;
  }

  const ValueTable& values_of() const { return *values_; }

  RandomHistories kind_;
  Tally tally_;
  const ValueTable* values_ = nullptr;
};

}  // namespace picklock::testing

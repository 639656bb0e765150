// The search against an enumeration of every schedule on a grid of milliseconds. The enumeration shares
// nothing with the search: it walks through time, keeps every operation, and knows no reductions.
#include "checker/linearizability.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "checker/judges.h"
#include "checker/properties.h"
#include "checker/testing/history_builder.h"

namespace picklock::testing {
namespace {

constexpr std::uint64_t kHistories = 10'000;
constexpr std::int64_t kLast = 14;  // ms
constexpr std::int64_t kUnknown = 99;

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(mix(seed)) {}
  std::int64_t below(std::uint64_t n) {
    state_ = mix(state_);
    return static_cast<std::int64_t>(state_ % n);
  }
  Outcome outcome(bool may_refuse) {
    const std::int64_t draw = below(6);
    if (draw == 0) return Outcome::unknown;
    return may_refuse && draw == 1 ? Outcome::refused : Outcome::ok;
  }

 private:
  std::uint64_t state_;
};

struct Step {
  Action action{};
  Outcome outcome{};
  std::int64_t from = 0;
  std::int64_t until = 0;  // kUnknown when the outcome is
  int hold = 0;            // or the value of a register's operation
  std::int64_t fence = 0;
  std::int64_t renewed = 0;
};

enum class Rule { mutex, timed, any_time, fenced, reg };

struct Model {
  Rule rule;
  std::int64_t lease = 0;
  std::vector<Step> steps;
  std::set<std::tuple<std::int64_t, int, std::int64_t, std::int64_t, unsigned>> visited;

  // At instant t: `owner` owns the lock (-1: nobody) or is the register's value.
  bool explore(std::int64_t t, int owner, std::int64_t granted, std::int64_t fence, unsigned done) {
    if (!visited.emplace(t, owner, granted, fence, done).second) return false;
    bool due = false;
    bool all = true;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Step& s = steps[i];
      if ((done >> i & 1U) != 0) continue;
      if (s.until != kUnknown) all = false;
      if (s.until == t) due = true;
      if (s.from > t) continue;
      if (take(s, t, owner, granted, fence, done | 1U << i)) return true;
    }
    if (all) return true;
    if (rule != Rule::reg && owner >= 0 && may_expire(t, owner, granted) &&
        explore(t, -1, 0, fence, done)) {
      return true;
    }
    return !due && t < kLast + 10 && explore(t + 1, owner, granted, fence, done);
  }

  bool may_expire(std::int64_t t, int owner, std::int64_t granted) const {
    if (rule == Rule::mutex) return false;
    if (rule != Rule::timed) return true;
    std::int64_t begin = granted;
    for (const Step& s : steps) {
      if (s.action == Action::acquire && s.hold == owner) begin = std::max(begin, s.renewed);
    }
    return t >= begin + lease;
  }

  bool take(const Step& s, std::int64_t t, int owner, std::int64_t granted, std::int64_t fence,
            unsigned done) {
    if (rule == Rule::reg) {
      if (s.action == Action::write) return explore(t, s.hold, 0, 0, done);
      return owner == s.hold && explore(t, owner, 0, 0, done);
    }
    if (s.action == Action::acquire) {
      if (owner >= 0) return false;
      if (rule == Rule::fenced && s.outcome == Outcome::ok) {
        if (s.fence <= fence) return false;
        fence = s.fence;
      }
      return explore(t, s.hold, t, fence, done);
    }
    if (s.outcome == Outcome::refused) {
      return owner != s.hold && explore(t, owner, granted, fence, done);
    }
    return owner == s.hold && explore(t, -1, 0, fence, done);
  }

  bool holds(int initial) {
    visited.clear();
    return explore(0, initial, 0, 0, 0);
  }
};

struct Random {
  HistoryBuilder h;
  std::vector<Step> steps;
};

void add_lock_history(Random& random, Draws& draws) {
  const std::int64_t holds = 2 + draws.below(2);
  for (int hold = 0; hold < holds; ++hold) {
    const auto client = static_cast<std::uint32_t>(hold + 1);
    Step acquire{.action = Action::acquire, .outcome = draws.outcome(false), .hold = hold};
    acquire.from = draws.below(8);
    const std::int64_t returned = acquire.from + draws.below(5);
    acquire.until = acquire.outcome == Outcome::ok ? returned : kUnknown;
    acquire.fence = acquire.outcome == Outcome::ok ? 1 + draws.below(5) : 0;
    const OpId op =
        random.h.acquire(client, acquire.from, returned, acquire.outcome, acquire.fence);
    if (draws.below(4) == 0) {
      acquire.renewed = returned + draws.below(3);
      random.h.renewed(1, op, acquire.renewed);
    }
    random.steps.push_back(acquire);
    const std::int64_t releases = draws.below(3);
    std::int64_t at = returned;
    for (std::int64_t i = 0; i < releases; ++i) {
      Step release{.action = Action::release, .outcome = draws.outcome(true), .hold = hold};
      release.from = at + draws.below(3);
      at = release.from + draws.below(4);
      release.until = release.outcome == Outcome::unknown ? kUnknown : at;
      random.h.release(client, op, release.from, at, release.outcome);
      random.steps.push_back(release);
    }
  }
}

struct Tally {
  std::uint64_t held = 0;
  void expect_both() const {
    EXPECT_GT(held, kHistories / 20);
    EXPECT_LT(held, kHistories - kHistories / 20);
  }
};

TEST(LockSearch, AgreesWithBruteForceOnEveryRung) {
  struct Rung {
    Rule rule;
    Verdict (*judge)(const Timeline&, const Limits&);
    Tally tally;
  };
  std::array rungs{Rung{Rule::mutex, judge_lock_mutex, {}},
                   Rung{Rule::timed, judge_lock_timed_lease, {}},
                   Rung{Rule::any_time, judge_lock_failure_detector_lease, {}},
                   Rung{Rule::fenced, judge_lock_fenced_lease, {}}};
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws draws(seed);
    Random random;
    random.h.subject.fenced = true;
    random.h.subject.ttl = std::chrono::milliseconds(8);
    random.h.subject.rate_error = Ratio(1, 2);
    add_lock_history(random, draws);
    const Timeline& timeline = random.h.timeline();
    for (Rung& rung : rungs) {
      Model model{.rule = rung.rule, .lease = 4, .steps = random.steps};
      const bool expected = model.holds(-1);
      const Verdict verdict = rung.judge(timeline, {});
      ASSERT_EQ(verdict.status == Status::holds, expected)
          << "seed " << seed << " rung " << static_cast<int>(rung.rule);
      rung.tally.held += expected ? 1U : 0U;
    }
  }
  for (const Rung& rung : rungs) rung.tally.expect_both();
}

// What one property says of another spares its judge, and changes no verdict.
TEST(LockSearch, OfAllPropertiesTogetherSaysWhatEachSaysAlone) {
  std::uint64_t spared = 0;
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws draws(seed);
    Random random;
    random.h.subject.ttl = std::chrono::milliseconds(8);
    random.h.subject.rate_error = Ratio(1, 2);
    add_lock_history(random, draws);
    const Timeline& timeline = random.h.timeline();
    const Limits limits{.search_steps = 4 + seed % 60};
    const Verdicts together = judge_all(timeline, limits);
    for (std::size_t i = 0; i < kPropertyCount; ++i) {
      const Property& property = properties()[i];
      const Verdict alone = property.judge(timeline, limits);
      ASSERT_EQ(together[i].judged, alone.judged) << property.name << ", seed " << seed;
      const bool is_spared = !property.implied_by.empty() && together[i].status == Status::holds;
      if (is_spared && alone.status == Status::undecided) {
        ++spared;
      } else {
        ASSERT_EQ(together[i].status, alone.status) << property.name << ", seed " << seed;
      }
    }
  }
  EXPECT_GT(spared, 0U) << "what a search of its own had no budget for";
}

TEST(RegisterSearch, AgreesWithBruteForce) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    Draws draws(seed);
    HistoryBuilder h;
    std::vector<Step> steps;
    const std::int64_t count = 2 + draws.below(6);
    for (std::int64_t i = 0; i < count; ++i) {
      Step s{.action = draws.below(2) == 0 ? Action::read : Action::write,
             .outcome = draws.outcome(true)};
      s.from = draws.below(10);
      const std::int64_t returned = s.from + draws.below(6);
      s.until = s.outcome == Outcome::ok ? returned : kUnknown;
      s.hold = static_cast<int>(draws.below(3));
      h.call(static_cast<std::uint32_t>(1 + i), s.action, OpId{}, s.from, returned, s.outcome,
             s.hold);
      if (s.outcome != Outcome::refused) steps.push_back(s);
    }
    Model model{.rule = Rule::reg, .steps = steps};
    const bool expected = model.holds(0);
    const Verdict verdict = judge_resource_linearizability(h.timeline(), {});
    ASSERT_EQ(verdict.status == Status::holds, expected) << "seed " << seed;
    tally.held += expected ? 1U : 0U;
  }
  tally.expect_both();
}

TEST(RegisterSearch, RejectsAReadOfAnOverwrittenValue) {
  HistoryBuilder h;
  h.write(1, OpId{}, 0, 2, 1);
  h.write(1, OpId{}, 3, 5, 2);
  const OpId stale = h.read(2, OpId{}, 6, 8, 1);
  const Verdict verdict = judge_resource_linearizability(h.timeline(), {});
  ASSERT_EQ(verdict.status, Status::violated);
  EXPECT_EQ(verdict.judged, 3U);
  EXPECT_EQ(verdict.counterexample->operations, std::vector{h.number(stale)});
}

TEST(RegisterSearch, AnUnknownWriteMayTakeEffectMuchLater) {
  HistoryBuilder h;
  h.write(1, OpId{}, 0, 2, 1, Outcome::unknown);
  h.read(2, OpId{}, 10, 12, 0);
  h.read(2, OpId{}, 20, 22, 1);
  EXPECT_EQ(judge_resource_linearizability(h.timeline(), {}).status, Status::holds);
  h.read(2, OpId{}, 30, 32, 0);
  EXPECT_EQ(judge_resource_linearizability(h.timeline(), {}).status, Status::violated);
}

TEST(RegisterSearch, IsUndecidedWhenItsBudgetIsUsedUp) {
  HistoryBuilder h;
  for (int i = 0; i < 8; ++i) h.write(static_cast<std::uint32_t>(i + 1), OpId{}, 0, 50, i);
  h.read(1, OpId{}, 60, 61, 9);
  EXPECT_EQ(judge_resource_linearizability(h.timeline(), {.search_steps = 100}).status,
            Status::undecided);
  EXPECT_EQ(judge_resource_linearizability(h.timeline(), {}).status, Status::violated);
}

TEST(RegisterSearch, LongHistoriesOfShortOperationsAreCheap) {
  HistoryBuilder h;
  h.end = 1'000'000;
  for (std::int64_t i = 0; i < 5'000; ++i) {
    h.write(1, OpId{}, 10 * i, 10 * i + 4, i + 1);
    h.read(2, OpId{}, 10 * i + 2, 10 * i + 6, i + 1);
  }
  const Verdict verdict = judge_resource_linearizability(h.timeline(), {.search_steps = 40'000});
  EXPECT_EQ(verdict.status, Status::holds);
  EXPECT_EQ(verdict.judged, 10'000U);
}

}  // namespace
}  // namespace picklock::testing

// Each mutant of a lock is caught by the scenario of its name, in which the lock itself holds.
#include <gmock/gmock.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/registry.h"
#include "checker/properties.h"
#include "scenarios/loader.h"
#include "search/explore.h"
#include "search/sweep.h"
#include "search/vocabulary.h"

namespace picklock {

#define PICKLOCK_MUTANT(original, mutant, property) \
  std::unique_ptr<Lock> make_##mutant(Environment& env, const LockOptions& options);
#include "mutants.def"
#undef PICKLOCK_MUTANT

namespace {

struct Mutant {
  const char* original;
  const char* name;
  const char* property;
  std::unique_ptr<Lock> (*make)(Environment&, const LockOptions&);
};

void PrintTo(const Mutant& mutant, std::ostream* out) {
  *out << mutant.name;
}

const std::vector<Mutant> kMutants{
#define PICKLOCK_MUTANT(original, mutant, property) {#original, #mutant, property, make_##mutant},
#include "mutants.def"
#undef PICKLOCK_MUTANT
};

class MutantOf : public ::testing::TestWithParam<Mutant> {
 protected:
  MutantOf() : locks_(builtin_locks()) {
    LockInfo lock = *locks_.find(GetParam().original);
    lock.name = GetParam().name;
    lock.make = GetParam().make;
    locks_.add(lock);
  }

  // The mutant's scenario with this lock, over the scenario's own seeds.
  SweepResult run(const std::string& lock) {
    Vocabulary vocabulary;
    for (const LockInfo& info : locks_.all()) {
      vocabulary.locks.push_back({info.name, info.protocol, info.options, info.fenced, info.steps});
    }
    for (const Property& property : properties()) vocabulary.properties.emplace_back(property.name);
    const std::vector<Override> with{{"/lock/algorithm", lock}};
    const std::string file =
        std::string(PICKLOCK_SOURCE_DIR "/tests/mutants/") + GetParam().name + ".json";
    const auto loaded = load_scenario(file, vocabulary, with);
    if (!loaded) {
      for (const Diagnostic& wrong : loaded.error()) ADD_FAILURE() << to_string(wrong);
      return {};
    }
    const Scenario& scenario = loaded->scenario;
    return sweep(scenario, locks_,
                 {.first_seed = scenario.first_seed, .last_seed = scenario.last_seed});
  }

  static PropertyTally tally(const SweepResult& result) {
    for (std::size_t i = 0; i < result.properties.size(); ++i) {
      if (properties()[i].name == GetParam().property) return result.properties[i];
    }
    ADD_FAILURE() << "no property " << GetParam().property;
    return {};
  }

  LockRegistry locks_;
};

TEST_P(MutantOf, IsCaughtWhereTheLockHolds) {
  const SweepResult original = run(GetParam().original);
  EXPECT_GT(original.grants, 0U);
  EXPECT_GT(tally(original).judged, 0U);
  EXPECT_EQ(tally(original).violated_runs, 0U);
  EXPECT_EQ(tally(original).undecided_runs, 0U);
  EXPECT_THAT(original.strikes, ::testing::Each(::testing::Gt(0U)));

  const SweepResult mutant = run(GetParam().name);
  EXPECT_GT(mutant.grants, 0U);
  EXPECT_GT(tally(mutant).violated_runs, 0U);
}

// No fault, no seed: two clients on three servers, in every order.
TEST(EveryOrder, TellsAMajorityFromLess) {
  LockRegistry locks = builtin_locks();
  for (const Mutant& mutant : kMutants) {
    if (std::string_view(mutant.name) != "redis_redlock_quorum_minus_one") continue;
    LockInfo lock = *locks.find(mutant.original);
    lock.name = mutant.name;
    lock.make = mutant.make;
    locks.add(lock);
  }
  const auto explored = [&](const std::string& lock, bool symmetry) {
    const std::vector<Override> with{{"/lock/algorithm", lock}, {"/clients/count", "2"}};
    const auto loaded = load_scenario(PICKLOCK_SOURCE_DIR "/scenarios/redlock_any_order.json",
                                      vocabulary_of(locks), with);
    ExploreOptions options{.strategy = Strategy::exhaustive, .faults = 0, .symmetry = symmetry};
    options.properties = {"belief-exclusion"};
    return explore(loaded.value(), locks, options);
  };
  for (const bool symmetry : {true, false}) {
    EXPECT_TRUE(explored("redis_redlock", symmetry).complete);
    EXPECT_TRUE(explored("redis_redlock_quorum_minus_one", symmetry).found.has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Every, MutantOf, ::testing::ValuesIn(kMutants),
                         [](const auto& mutant) { return std::string(mutant.param.name); });

}  // namespace
}  // namespace picklock

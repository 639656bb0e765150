// Adds a lock to those of picklock, lets a scenario break it, and checks the verdict. Exit code 0: as expected.
#include <cstdio>
#include <string_view>

#include "algorithms/registry.h"
#include "checker/properties.h"
#include "checker/timeline.h"
#include "scenarios/loader.h"
#include "search/sweep.h"
#include "sim/world.h"

namespace consumer {

std::unique_ptr<picklock::Lock> make_hopeful_lock(picklock::Environment& env,
                                                  const picklock::LockOptions& options);

namespace {

using namespace picklock;

constexpr std::string_view kScenario = R"({
  "name": "two_at_once",
  "lock": { "algorithm": "hopeful_lock" },
  "clients": { "count": 2 },
  "expect": { "belief-exclusion": "violated" }
})";

int check(bool good, const char* what) {
  std::printf("%s: %s\n", good ? "ok" : "WRONG", what);
  return good ? 0 : 1;
}

std::uint64_t violations(const SweepResult& result, std::string_view property) {
  for (std::size_t i = 0; i < properties().size(); ++i) {
    if (properties()[i].name == property) return result.properties[i].violated_runs;
  }
  return 0;
}

int run() {
  LockRegistry locks = builtin_locks();
  locks.add({.name = "hopeful_lock",
             .protocol = "redis",
             .summary = "GET, then SET",
             .steps = {"between GET and SET"},
             .make = make_hopeful_lock});
  Vocabulary vocabulary;
  for (const LockInfo& lock : locks.all()) {
    vocabulary.locks.push_back({lock.name, lock.protocol, lock.options, lock.fenced, lock.steps});
  }
  for (const Property& property : properties()) vocabulary.properties.emplace_back(property.name);

  const auto loaded = parse_scenario(kScenario, "two_at_once.json", vocabulary);
  if (!loaded) {
    for (const Diagnostic& wrong : loaded.error()) std::puts(to_string(wrong).c_str());
    return 1;
  }
  int wrong = 0;
  const SweepResult broken = sweep(loaded->scenario, locks, {.last_seed = 20, .jobs = 2});
  wrong += check(broken.runs == 20, "every seed has run");
  wrong += check(violations(broken, "belief-exclusion") > 0, "the lock of our own breaks");

  const Override other[] = {{"/lock/algorithm", "redis_token"}};
  const auto fixed = parse_scenario(kScenario, "two_at_once.json", vocabulary, other);
  wrong += check(fixed.has_value(), "the scenario takes another lock");
  const SweepResult safe = sweep(fixed->scenario, locks, {.last_seed = 20});
  wrong += check(safe.grants > 0, "the other lock is granted");
  wrong += check(violations(safe, "belief-exclusion") == 0, "the other lock does not break");

  World world(loaded->scenario, locks);
  RunResult& once = world.run(Choices::random(1));
  const Timeline timeline(once.history);
  const Verdict verdict = find_property("belief-exclusion")->judge(timeline, Limits{});
  wrong += check(verdict.counterexample.has_value(), "a single run has a counterexample");
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace consumer

int main() {
  return consumer::run();
}

#include "sim/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/testing/faults_fixture.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;

// --- Each kind, placed at a time --------------------------------------------------------------------

struct KindCase {
  std::string name;
  Fault fault;
  Lines expected;  // of a strike at 1 s
};

void PrintTo(const KindCase& kind, std::ostream* out) {
  *out << kind.name;
}

class FaultsOfAKind : public FaultsTest, public testing::WithParamInterface<KindCase> {
 public:
  static std::vector<KindCase> cases() {
    const auto lasting = [](FaultKind kind) {
      Fault one = fault(kind);
      one.length = DurationSpec::constant(2s);
      return one;
    };
    Fault power_loss = lasting(FaultKind::crash);
    power_loss.power_loss = power_loss.memory_lost = true;
    Fault reset = fault(FaultKind::reset);
    reset.peers = {"client-2", "redis-1"};
    Fault step = fault(FaultKind::clock_step);
    step.by = -5s;
    Fault rate = lasting(FaultKind::clock_rate);
    rate.ppm = 250;
    return {
        {"Pause", lasting(FaultKind::pause), {"1s pause client-1 2s", "3s resume client-1"}},
        {"Suspend", lasting(FaultKind::suspend), {"1s suspend client-1 2s", "3s resume client-1"}},
        {"Crash", lasting(FaultKind::crash), {"1s crash client-1", "3s restart client-1"}},
        {"CrashForGood", fault(FaultKind::crash), {"1s crash client-1"}},
        {"PowerLoss", power_loss, {"1s power loss client-1", "3s restart empty client-1"}},
        {"Reset", reset, {"1s reset client-1 client-2", "1s reset client-1 redis-1"}},
        {"ClockStep", step, {"1s step client-1 -5s"}},
        {"ClockRate", rate, {"1s rate client-1 250", "3s rate client-1 0"}},
        {"ClockFreeze",
         lasting(FaultKind::clock_freeze),
         {"1s freeze client-1", "3s thaw client-1"}},
        {"Promotion", fault(FaultKind::promote), {"1s promote client-1"}}};
  }
};

TEST_P(FaultsOfAKind, StrikesAtItsTimeAndEndsAfterItsLength) {
  Fault one = GetParam().fault;
  one.when = at_time(1s);
  start({one});
  EXPECT_EQ(run(), GetParam().expected);
  EXPECT_EQ(faults_.strikes(), std::vector<std::uint32_t>{1});
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultsOfAKind, testing::ValuesIn(FaultsOfAKind::cases()),
                         [](const auto& kind) { return kind.param.name; });

TEST_F(FaultsTest, AFaultOfSeveralNodesStrikesEachOfThem) {
  Fault step = fault(FaultKind::clock_step, {"client-1", "redis-1"});
  step.by = 1s;
  step.when = at_time(1s);
  start({step});
  EXPECT_THAT(run(), ElementsAre("1s step client-1 1s", "1s step redis-1 1s"));
  EXPECT_EQ(faults_.strikes(), std::vector<std::uint32_t>{1});
}

TEST_F(FaultsTest, TheHistoryNamesStrikeAndEndByTheFaultsNumber) {
  Fault pause = fault(FaultKind::pause);
  pause.length = DurationSpec::constant(2s);
  pause.when = at_time(1s);
  Fault crash = fault(FaultKind::crash);
  crash.when = at_time(2s);
  start({pause, crash});
  run();
  EXPECT_THAT(recorded(), ElementsAre("1s fault 0", "2s fault 1", "3s fault_end 0"));
}

TEST_F(FaultsTest, APartitionCutsBothWaysAndHeals) {
  Fault partition = fault(FaultKind::partition, {});
  partition.groups = {{"client-1", "client-2"}, {"redis-1"}};
  partition.when = at_time(1s);
  partition.length = DurationSpec::constant(1s);
  start({partition});
  at(1500ms, [this] {
    EXPECT_TRUE(network_.is_cut(client_, redis_));
    EXPECT_TRUE(network_.is_cut(redis_, other_client_));
    EXPECT_FALSE(network_.is_cut(client_, other_client_));
  });
  run();
  EXPECT_FALSE(network_.is_cut(client_, redis_));
  EXPECT_FALSE(network_.is_cut(redis_, other_client_));
}

TEST_F(FaultsTest, AOneWayPartitionCutsFromTheFirstGroupOnly) {
  Fault partition = fault(FaultKind::partition, {});
  partition.groups = {{"client-1"}, {"redis-1"}};
  partition.one_way = true;
  partition.when = at_time(1s);
  start({partition});
  run();
  EXPECT_TRUE(network_.is_cut(client_, redis_));
  EXPECT_FALSE(network_.is_cut(redis_, client_));
}

TEST_F(FaultsTest, AFrozenClockThawsWithTheLastFaultThatFreezesIt) {
  Fault first = fault(FaultKind::clock_freeze);
  first.when = at_time(1s);
  first.length = DurationSpec::constant(2s);
  Fault second = first;
  second.when = at_time(2s);
  start({first, second});
  EXPECT_THAT(run(), ElementsAre("1s freeze client-1", "2s freeze client-1", "4s thaw client-1"));
}

TEST_F(FaultsTest, ARateThatEndsGivesWayToTheOneThatIsStillInForce) {
  Fault first = fault(FaultKind::clock_rate);
  first.ppm = 10;
  first.when = at_time(1s);
  first.length = DurationSpec::constant(5s);
  Fault second = first;
  second.ppm = 20;
  second.when = at_time(2s);
  second.length = DurationSpec::constant(1s);
  start({first, second});
  EXPECT_THAT(run(), ElementsAre("1s rate client-1 10", "2s rate client-1 20",
                                 "3s rate client-1 10", "6s rate client-1 0"));
}

// --- Anchors ----------------------------------------------------------------------------------------

TEST_F(FaultsTest, AFaultStrikesAfterItsEventOnceAndOnlyOfItsNode) {
  Fault step = fault(FaultKind::clock_step);
  step.when = after("client-1", "acquired");
  start({step});
  EXPECT_TRUE(faults_.watches(client_));
  EXPECT_FALSE(faults_.watches(other_client_));
  reach(1s, other_client_, "acquired");
  reach(2s, client_, "released");
  reach(3s, client_, "before acquired");
  reach(4s, client_, "acquired");
  reach(5s, client_, "acquired");
  EXPECT_THAT(run(), ElementsAre("4s step client-1 0s"));
}

TEST_F(FaultsTest, BeforeAnEventIsAnotherPointThanAfterIt) {
  Fault step = fault(FaultKind::clock_step);
  step.when = after("client-1", "write");
  step.when.kind = Anchor::Kind::before;
  start({step});
  reach(1s, client_, "write");
  reach(2s, client_, "before write");
  EXPECT_THAT(run(), ElementsAre("2s step client-1 0s"));
}

TEST_F(FaultsTest, TheNthOccurrenceIsTheOneThatCounts) {
  Fault step = fault(FaultKind::clock_step);
  step.when = after("client-1", "acquired", 3);
  start({step});
  for (int i = 1; i <= 5; ++i) reach(i * 1s, client_, "acquired");
  EXPECT_THAT(run(), ElementsAre("3s step client-1 0s"));
}

TEST_F(FaultsTest, EveryOccurrenceCountsWhenSaidSo) {
  Fault step = fault(FaultKind::clock_step);
  step.when = after("client-1", "acquired", 0);
  start({step});
  for (int i = 1; i <= 3; ++i) reach(i * 1s, client_, "acquired");
  EXPECT_EQ(run().size(), 3U);
  EXPECT_EQ(faults_.strikes(), std::vector<std::uint32_t>{3});
}

TEST_F(FaultsTest, ADelayedStrikeComesThatMuchAfterItsEvent) {
  Fault step = fault(FaultKind::clock_step);
  step.when = after("client-1", "acquired");
  step.when.delay = DurationSpec::constant(500ms);
  start({step});
  reach(2s, client_, "acquired");
  EXPECT_THAT(run(), ElementsAre("2.5s step client-1 0s"));
}

TEST_F(FaultsTest, APeriodicFaultStrikesAgainAndAgainAndKeepsNoRunGoing) {
  Fault step = fault(FaultKind::clock_step);
  step.when = at_time(1s);
  step.when.every = DurationSpec::constant(2s);
  start({step});
  live_until(6s);
  EXPECT_THAT(run(),
              ElementsAre("1s step client-1 0s", "3s step client-1 0s", "5s step client-1 0s"));
}

TEST_F(FaultsTest, AFaultThatNeverStrikesIsCountedAsZero) {
  Fault strikes = fault(FaultKind::clock_step);
  strikes.when = at_time(1s);
  Fault waits = fault(FaultKind::crash);
  waits.when = after("client-1", "acquired", 2);
  Fault searches = fault(FaultKind::lose, {});
  searches.message = {.from = "client-1", .to = "redis-1", .what = "DEL"};
  start({strikes, waits, searches});
  reach(1s, client_, "acquired");
  send(client_, redis_, 'a', "SET");
  run();
  EXPECT_EQ(faults_.strikes(), (std::vector<std::uint32_t>{1, 0, 0}));
}

// --- Draws ------------------------------------------------------------------------------------------

class FaultDraws : public FaultsTest {
 protected:
  static Fault random_step(std::string name) {
    Fault one = fault(FaultKind::clock_step);
    one.name = std::move(name);
    one.when.at = {.kind = DurationSpec::Kind::uniform, .min = 1s, .max = 9s};
    return one;
  }
};

TEST_F(FaultDraws, ARandomTimeLiesWithinItsBoundsAndDependsOnTheSeed) {
  start({random_step("a")});
  std::vector<std::string> times;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    restart(Choices::random(seed));
    const Lines lines = run();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_GE(kernel_.now(), TrueTime{1s});
    EXPECT_LE(kernel_.now(), TrueTime{9s});
    times.push_back(lines.front());
  }
  std::sort(times.begin(), times.end());
  EXPECT_EQ(std::adjacent_find(times.begin(), times.end()), times.end());
  restart(Choices::replay({}));
  EXPECT_THAT(run(), ElementsAre("1s step client-1 0s"));
}

TEST_F(FaultDraws, AFaultMoreLeavesTheOthersDrawsAsTheyWere) {
  start({random_step("a")});
  const Lines alone = run();
  Fault other = random_step("b");
  other.on = {"client-2"};
  start({other, random_step("a")});
  EXPECT_THAT(run(), Contains(alone.front()));
}

TEST_F(FaultDraws, LengthsAndDelaysAreDrawnForEachStrike) {
  Fault pause = random_step("a");
  pause.kind = FaultKind::pause;
  pause.when = after("client-1", "acquired", 0);
  pause.when.delay = {.kind = DurationSpec::Kind::uniform, .min = 1ms, .max = 90ms};
  pause.length = {.kind = DurationSpec::Kind::uniform, .min = 100ms, .max = 900ms};
  start({pause});
  for (int i = 1; i <= 4; ++i) reach(i * 1s, client_, "acquired");
  std::vector<std::string> lengths;
  for (const std::string& line : run()) {
    if (line.find("pause") != std::string::npos) lengths.push_back(line.substr(line.rfind(' ')));
  }
  ASSERT_EQ(lengths.size(), 4U);
  EXPECT_THAT(std::vector(lengths.begin() + 1, lengths.end()), Each(testing::Ne(lengths[0])));
}

}  // namespace
}  // namespace picklock

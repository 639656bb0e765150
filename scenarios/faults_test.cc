// Faults, anchors and partitions, as a scenario file writes them.
#include "scenarios/faults.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "scenarios/loader_fixture.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

Result<LoadedScenario> load_faults(const std::string& faults, const std::string& more = "") {
  return parse_scenario(fmt::format(R"({{ "name": "x", "lock": {{ "algorithm": "redis_token" }},
                      "servers": {{ "count": 5 }}, "clients": {{ "count": 3, "rounds": 2 }},
                      "faults": [ {} ] {} }})",
                                    faults, more),
                        "x.json", sample_vocabulary());
}

std::vector<Fault> faults_of(const std::string& faults) {
  const auto loaded = load_faults(faults);
  EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error().front());
  return loaded ? loaded->scenario.faults : std::vector<Fault>(1);
}

Fault fault_of(const std::string& fault) {
  return faults_of(fault).front();
}

// The only diagnostic of a scenario with these faults: "/pointer: expected ...".
std::string complaint(const std::string& faults, const std::string& more = "") {
  const auto loaded = load_faults(faults, more);
  if (loaded) return "none";
  EXPECT_EQ(loaded.error().size(), 1U) << to_string(loaded.error().back());
  return loaded.error().front().pointer + ": " + loaded.error().front().expected;
}

TEST(Faults, TimeAnchorHasADistributionAndARepetition) {
  const Anchor when =
      fault_of(
          R"({"pause": "client-1", "for": "1s", "at": {"uniform": ["1s", "2s"]}, "every": "5s"})")
          .when;
  EXPECT_EQ(when.kind, Anchor::Kind::time);
  EXPECT_EQ(when.at, (DurationSpec{.kind = DurationSpec::Kind::uniform, .min = 1s, .max = 2s}));
  EXPECT_EQ(when.every, DurationSpec::constant(5s));
}

TEST(Faults, EventAnchorHasAnOccurrenceAndADelay) {
  const Anchor when =
      fault_of(
          R"({"pause": "client-2", "for": "1s", "when": "client-1 acquired", "nth": 2, "delay": "5ms"})")
          .when;
  EXPECT_EQ(when.kind, Anchor::Kind::after);
  EXPECT_EQ(when.node, "client-1");
  EXPECT_EQ(when.point, "acquired");
  EXPECT_EQ(when.nth, 2U);
  EXPECT_EQ(when.delay, DurationSpec::constant(5ms));
  EXPECT_EQ(fault_of(R"({"crash": "client-1", "before": "client-1 write"})").when.kind,
            Anchor::Kind::before);
  EXPECT_EQ(
      fault_of(R"({"crash": "client-1", "before": "client-1 write", "nth": "every"})").when.nth,
      0U);
}

TEST(Faults, StepsOfTheLockAndCommandsOfServersAreAnchors) {
  EXPECT_EQ(fault_of(R"({"pause": "client-1", "for": "1s", "when": "client-1 before the reply"})")
                .when.point,
            "before the reply");
  EXPECT_EQ(fault_of(R"({"pause": "client-1", "for": "1s", "when": "redis-5 SET"})").when.node,
            "redis-5");
  EXPECT_EQ(fault_of(R"({"pause": "client-1", "for": "1s", "when": "resource write"})").when.node,
            "resource");
}

TEST(Faults, ProtocolWithoutListedCommandsTakesAnyWord) {
  Vocabulary vocabulary = sample_vocabulary();
  vocabulary.commands.clear();
  const char* text =
      R"({ "name": "x", "lock": { "algorithm": "redis_token" }, "clients": { "count": 1 },
                          "faults": [ { "pause": "client-1", "for": "1s", "when": "redis-1 ANYTHING" } ] })";
  EXPECT_TRUE(parse_scenario(text, "x.json", vocabulary).has_value());
  EXPECT_FALSE(parse_scenario(text, "x.json", sample_vocabulary()).has_value());
}

TEST(Faults, MessageFaultsCountMessagesAndNeedNoAnchor) {
  const Fault fault = fault_of(
      R"({"delay": "client-1 -> resource write", "by": "500ms", "nth": 3, "count": "all"})");
  EXPECT_EQ(fault.message,
            (MessagePattern{
                .from = "client-1", .to = "resource", .what = "write", .nth = 3, .count = 0}));
  EXPECT_EQ(fault.when, Anchor{});
  EXPECT_EQ(fault.by, 500ms);
  EXPECT_EQ(fault_of(R"({"delay": "* -> client-2", "by": "1s"})").message,
            (MessagePattern{.to = "client-2"}));
  EXPECT_EQ(
      fault_of(R"({"delay": "redis-1 -> * SET", "by": "1s", "when": "client-1 acquired"})").message,
      (MessagePattern{.from = "redis-1", .what = "SET"}));
}

TEST(Faults, DelayBesideAnotherKindBelongsToTheAnchor) {
  const Fault fault = fault_of(
      R"({"clock_step": "redis-1", "by": "30s", "when": "client-1 acquired", "delay": "1s"})");
  EXPECT_EQ(fault.kind, FaultKind::clock_step);
  EXPECT_EQ(fault.when.delay, DurationSpec::constant(1s));
}

TEST(Faults, NamesAreNumberedByKind) {
  const auto faults = faults_of(
      R"({"pause": "client-1", "for": "1s", "at": "1s"}, {"crash": "client-2", "at": "1s"},
                                   {"pause": "client-3", "for": "1s", "at": "1s"}, {"pause": "client-3", "for": "1s", "at": "9s", "name": "GC"})");
  ASSERT_EQ(faults.size(), 4U);
  EXPECT_EQ(faults[0].name, "pause 1");
  EXPECT_EQ(faults[1].name, "crash 1");
  EXPECT_EQ(faults[2].name, "pause 2");
  EXPECT_EQ(faults[3].name, "GC");
}

TEST(Faults, CrashTellsWhatSurvives) {
  const Fault fault = fault_of(
      R"({"crash": "redis-3", "for": "50ms", "power_loss": true, "memory": "lost", "at": "1s"})");
  EXPECT_EQ(fault.length, DurationSpec::constant(50ms));
  EXPECT_TRUE(fault.power_loss);
  EXPECT_TRUE(fault.memory_lost);
  EXPECT_EQ(fault_of(R"({"crash": "redis-3", "at": "1s"})").length,
            DurationSpec::constant(kForever));
}

TEST(Partitions, IsolateCutsOneNodeFromAllOthers) {
  const Fault fault = fault_of(R"({"partition": "isolate redis-2", "at": "1s"})");
  ASSERT_EQ(fault.groups.size(), 2U);
  EXPECT_EQ(fault.groups[0], std::vector<std::string>{"redis-2"});
  EXPECT_EQ(fault.groups[1].size(), 8U);
}

TEST(Partitions, HalvesAndBridgeSplitClientsAndServers) {
  using Groups = std::vector<std::vector<std::string>>;
  EXPECT_EQ(fault_of(R"({"partition": "halves", "at": "1s"})").groups,
            (Groups{{"client-1", "redis-1", "redis-2"},
                    {"client-2", "client-3", "redis-3", "redis-4", "redis-5"}}));
  EXPECT_EQ(
      fault_of(R"({"partition": "bridge", "at": "1s"})").groups,
      (Groups{{"client-1", "redis-1", "redis-2"}, {"client-2", "client-3", "redis-4", "redis-5"}}));
}

TEST(Partitions, MajoritiesRingGivesEachClientAnotherMajority) {
  using Groups = std::vector<std::vector<std::string>>;
  const auto cuts =
      faults_of(R"({"partition": "majorities-ring", "for": "5s", "at": "1s", "name": "ring"})");
  ASSERT_EQ(cuts.size(), 6U);
  EXPECT_EQ(cuts[0].groups, (Groups{{"client-1"}, {"redis-4", "redis-5"}}));
  EXPECT_EQ(cuts[1].groups, (Groups{{"client-2"}, {"redis-5", "redis-1"}}));
  EXPECT_EQ(cuts[2].groups, (Groups{{"client-3"}, {"redis-1", "redis-2"}}));
  EXPECT_EQ(cuts[3].groups, (Groups{{"redis-1"}, {"redis-3", "redis-4"}}));
  EXPECT_EQ(cuts[4].groups, (Groups{{"redis-2"}, {"redis-4", "redis-5"}}));
  EXPECT_EQ(cuts[5].groups, (Groups{{"redis-3"}, {"redis-5"}}));
  EXPECT_EQ(cuts[5].name, "ring.6");
  EXPECT_EQ(
      complaint(
          R"({"partition": "majorities-ring", "for": "5s", "at": {"uniform": ["1s", "2s"]}})"),
      "/faults/0/partition: expected fixed durations beside \"majorities-ring\", got a "
      "distribution");
}

TEST(FaultChecks, OccurrencesOfARestartingClientAreNotCounted) {
  const std::string pause =
      R"({"pause": "client-1", "for": "1s", "when": "client-1 acquired", "nth": 5})";
  EXPECT_EQ(complaint(pause), "/faults/0/nth: expected at most 2, the rounds of client-1, got 5");
  EXPECT_EQ(complaint(pause + R"(, {"crash": "client-1", "for": "1s", "at": "1s"})"), "none");
}

TEST(FaultChecks, RestartedNeedsACrashThatEnds) {
  const std::string pause = R"({"pause": "client-1", "for": "1s", "when": "redis-1 restarted"})";
  EXPECT_EQ(complaint(pause + R"(, {"crash": "redis-1", "for": "1s", "at": "1s"})"), "none");
  EXPECT_NE(complaint(pause + R"(, {"crash": "redis-1", "at": "1s"})"), "none");
  EXPECT_NE(complaint(pause + R"(, {"crash": "redis-2", "for": "1s", "at": "1s"})"), "none");
}

TEST(FaultChecks, NothingOvertakesOnAStreamButADatagramDoes) {
  const std::string reorder = R"({"reorder": "redis-1 -> client-1 SET"})";
  EXPECT_EQ(complaint(reorder), "/faults/0/reorder: expected no \"reorder\" on a stream, got one");
  EXPECT_EQ(complaint(reorder, R"(, "network": {"transport": "datagrams"})"), "none");
}

TEST(FaultChecks, OneMessageMayBeLostOrArriveTwiceOnAStream) {
  for (const char* kind : {"lose", "duplicate"}) {
    EXPECT_EQ(complaint(fmt::format(R"({{"{}": "redis-1 -> client-1 SET"}})", kind)), "none");
  }
}

TEST(FaultChecks, OneMistakeElsewhereIsOneDiagnostic) {
  const std::string pause = R"({"pause": "client-7", "for": "1s", "at": "90s"})";
  EXPECT_EQ(load_faults(pause).error().size(),
            1U);  // the time is looked at when the names are right
  EXPECT_EQ(complaint(R"({"pause": "client-1", "for": "1s", "at": "90s"})", R"(, "duration": 60)"),
            "/duration: expected a duration such as \"500ms\", got 60");
}

TEST(FaultKinds, EveryKindHasItsWordAndALine) {
  const auto kinds = fault_kinds();
  ASSERT_EQ(kinds.size(), 13U);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(kinds[i].first, loading::word_of(static_cast<FaultKind>(i)));
    EXPECT_FALSE(kinds[i].second.empty());
  }
}

}  // namespace
}  // namespace picklock

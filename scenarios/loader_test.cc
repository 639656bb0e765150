#include "scenarios/loader.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "scenarios/loader_fixture.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
namespace fs = std::filesystem;

LoadedScenario load_sample(std::vector<Override> overrides = {}) {
  auto loaded = parse_scenario(sample_text(), "sample.json", sample_vocabulary(), overrides);
  EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error().front());
  return std::move(loaded).value();
}

std::string all_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += to_string(diagnostic) + "\n";
  return text;
}

std::string complaints(const std::string& text, std::vector<Override> overrides = {}) {
  const auto loaded = parse_scenario(text, "x.json", sample_vocabulary(), overrides);
  return loaded ? "none" : all_of(loaded.error());
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char* kSmall =
    R"({ "name": "x", "lock": { "algorithm": "redis_token" }, "clients": { "count": 2 } })";

TEST(Loader, ReadsEverySection) {
  const Scenario scenario = load_sample().scenario;
  EXPECT_EQ(scenario.name, "redis_token_pause_past_ttl");
  EXPECT_EQ(scenario.pitfall, "P14");
  EXPECT_EQ(scenario.lock.algorithm, "redis_token");
  EXPECT_EQ(scenario.lock.ttl, 10s);
  EXPECT_EQ(scenario.servers.kind, "redis");
  EXPECT_EQ(scenario.servers.count, 5U);
  EXPECT_EQ(scenario.servers.aof, AofPolicy::everysec);
  ASSERT_EQ(scenario.clients.size(), 3U);
  EXPECT_EQ(scenario.clients[0].rounds, 2U);
  EXPECT_EQ(scenario.clients[1], (ClientSpec{.start = 5s,
                                             .rounds = 3,
                                             .think = scenario.clients[0].think,
                                             .hold = DurationSpec::constant(1s)}));
  EXPECT_EQ(scenario.clients[2].start, 2ms);
  EXPECT_EQ(scenario.clocks.at("redis-1"), (ClockSpec{.offset = -2s, .ppm = 200}));
  EXPECT_EQ(scenario.resource.initial, 7);
  EXPECT_EQ(scenario.network.loss, Ratio(1, 100));
  EXPECT_TRUE(scenario.network.datagrams);
  EXPECT_EQ(scenario.faults.size(), 14U + 5U);  // the ring of 3 clients and 5 servers has 6 cuts
  EXPECT_EQ(scenario.faults[0].name, "GC");
  EXPECT_EQ(scenario.progress_bound, 20s);
  EXPECT_EQ(scenario.recovery_bound, 15s);
  EXPECT_EQ(scenario.last_seed, 200U);
  EXPECT_EQ(scenario.expect.at("belief-exclusion"), Expected::violated);
  ASSERT_EQ(scenario.fixes.size(), 1U);
  EXPECT_EQ(scenario.fixes[0].set.size(), 3U);
  EXPECT_EQ(scenario.fixes[0].expect.at("no-lost-update"), Expected::holds);
}

TEST(Loader, DefaultsAreThoseOfTheScenario) {
  const auto loaded = parse_scenario(kSmall, "x.json", sample_vocabulary());
  ASSERT_TRUE(loaded.has_value());
  Scenario expected{.name = "x", .clients = std::vector<ClientSpec>(2)};
  expected.lock.algorithm = "redis_token";
  expected.servers.kind = "redis";
  EXPECT_EQ(loaded->scenario, expected);
  EXPECT_EQ(node_names(loaded->scenario),
            (std::vector<std::string>{"client-1", "client-2", "redis-1", "resource"}));
}

TEST(Loader, ASwarmStandsForTheFaults) {
  const auto load = [](const std::string& faults) {
    const std::vector<Override> changes{{"/network/transport", "datagrams"}, {"/faults", faults}};
    auto loaded = parse_scenario(kSmall, "x.json", sample_vocabulary(), changes);
    EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : all_of(loaded.error()));
    return std::move(loaded).value();
  };
  EXPECT_EQ(load("[]").scenario.swarm, std::nullopt);
  EXPECT_EQ(load(R"({ "swarm": {} })").scenario.swarm, SwarmSpec{});
  const LoadedScenario loaded =
      load(R"({ "swarm": { "fewest": 0, "most": 7, "kinds": ["crash", "lose"] } })");
  EXPECT_TRUE(loaded.scenario.faults.empty());
  EXPECT_EQ(loaded.scenario.swarm,
            (SwarmSpec{.fewest = 0, .most = 7, .kinds = {FaultKind::crash, FaultKind::lose}}));
  const auto again = parse_scenario(loaded.json, "again.json", sample_vocabulary());
  ASSERT_TRUE(again.has_value()) << all_of(again.error());
  EXPECT_EQ(again->scenario, loaded.scenario);
}

TEST(Loader, CanonicalJsonLoadsToTheSameScenario) {
  const LoadedScenario loaded = load_sample({{"/lock/ttl", "12s"}, {"/faults/13", "null"}});
  EXPECT_EQ(loaded.scenario.lock.ttl, 12s);
  EXPECT_EQ(loaded.json.find("//"), std::string::npos);
  const auto again = parse_scenario(loaded.json, "again.json", sample_vocabulary());
  ASSERT_TRUE(again.has_value()) << all_of(again.error());
  EXPECT_EQ(again->scenario, loaded.scenario);
  EXPECT_EQ(again->json, loaded.json);
}

TEST(Loader, ExampleOfTheDocumentationLoads) {
  const std::string page = read_file(fs::path(PICKLOCK_SOURCE_DIR) / "docs" / "scenario-format.md");
  const std::string fence = "```jsonc\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const std::string text = page.substr(begin, page.find("```", begin) - begin);
  const auto loaded = parse_scenario(text, "example", sample_vocabulary());
  ASSERT_TRUE(loaded.has_value()) << all_of(loaded.error());
  EXPECT_EQ(loaded->scenario.faults.size(), 1U);
}

TEST(Loader, FilesThatCannotBeReadAreDiagnostics) {
  const Vocabulary vocabulary = sample_vocabulary();
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("picklock_loader_test_{}", ::getpid());
  fs::create_directories(folder);
  EXPECT_EQ(all_of(load_scenario((folder / "none.json").string(), vocabulary).error()),
            (folder / "none.json").string() +
                ": expected a scenario file, got a name that does not exist\n");
  EXPECT_EQ(all_of(load_scenario(folder.string(), vocabulary).error()),
            folder.string() + ": expected a scenario file, got a directory\n");
  const std::string large = (folder / "large.json").string();
  std::ofstream(large).close();
  fs::resize_file(large, 100'000'000);  // sparse
  EXPECT_EQ(all_of(load_scenario(large, vocabulary).error()),
            large + ": expected a file of at most 4 MiB, got a larger one\n");
  std::ofstream(large) << kSmall;
  EXPECT_TRUE(load_scenario(large, vocabulary).has_value());
  fs::remove_all(folder);
}

TEST(Overrides, AreNamedInDiagnosticsInsteadOfALine) {
  EXPECT_EQ(complaints(kSmall, {{"/lock/ttl", "30"}}),
            "--set /lock/ttl: expected a duration such as \"500ms\", got 30 (write \"30ms\" or "
            "\"30s\", with the unit that you mean)\n");
  EXPECT_EQ(complaints(kSmall, {{"/lock", R"({"algorithm": "redis_token", "tll": "1s"})"}}),
            "--set /lock: /lock/tll: expected an option of lock \"redis_token\", got \"tll\" (did "
            "you mean \"ttl\"?)\n");
  EXPECT_EQ(complaints(kSmall, {{"/lokc/ttl", "1s"}}),
            "--set /lokc/ttl: /lokc: expected a key of a scenario, got \"lokc\" (did you mean "
            "\"lock\"?)\n");
  EXPECT_EQ(complaints(kSmall, {{"lock/ttl", "1s"}}),
            "--set lock/ttl: expected a JSON pointer such as \"/lock/ttl\", got \"lock/ttl\"\n");
  EXPECT_EQ(complaints(kSmall, {{"/lock/ttl", "\xff"}}),
            "--set /lock/ttl: expected UTF-8 text, got other bytes\n");
}

TEST(Overrides, ApplyInOrderAndMakeMissingMembers) {
  const std::vector<Override> overrides{
      {"/lock/ttl", "1s"}, {"/lock/ttl", "2s"}, {"/resource/initial", "5"}, {"/seeds", "[3, 4]"}};
  const auto loaded = parse_scenario(kSmall, "x.json", sample_vocabulary(), overrides);
  ASSERT_TRUE(loaded.has_value()) << all_of(loaded.error());
  EXPECT_EQ(loaded->scenario.lock.ttl, 2s);
  EXPECT_EQ(loaded->scenario.resource.initial, 5);
  EXPECT_EQ(loaded->scenario.first_seed, 3U);
}

TEST(Overrides, WhatTheyBreakElsewhereIsReportedThere) {
  EXPECT_EQ(complaints("{ \"name\": \"x\", \"clients\": { \"count\": 2 },\n \"lock\": { "
                       "\"algorithm\": \"redis_token\", \"ttl\": \"1s\" } }",
                       {{"/lock/algorithm", "redis_setnx"}}),
            "x.json:2:40: /lock/ttl: expected an option of lock \"redis_setnx\", got \"ttl\" (use "
            "\"algorithm\", \"call_timeout\", \"wait\", \"retry\" or \"retry_jitter\")\n");
}

TEST(Overrides, ElementsBehindATakenOneKeepTheirPlaces) {
  const char* text =
      R"({ "name": "x", "lock": { "algorithm": "redis_token" }, "clients": { "count": 2 },
"faults": [ { "crash": "client-1", "at": "1s" },
{ "crash": "client-2", "at": "90s" } ] })";
  EXPECT_EQ(complaints(text, {{"/faults/0", "null"}}),
            "x.json:3:30: /faults/1/at: expected a time before the run ends at 1min, got 90s\n");
}

TEST(Fixes, GiveTheScenarioWithTheirChanges) {
  const LoadedScenario loaded = load_sample();
  const auto fixed = apply_fix(loaded, loaded.scenario.fixes[0], sample_vocabulary());
  ASSERT_TRUE(fixed.has_value()) << all_of(fixed.error());
  EXPECT_EQ(fixed->scenario.lock.algorithm, "redis_fenced");
  EXPECT_EQ(fixed->scenario.resource.fencing, Fencing::first_operation);
  EXPECT_EQ(fixed->scenario.faults.size(), loaded.scenario.faults.size() - 1);
  EXPECT_EQ(fixed->scenario.expect.at("no-lost-update"), Expected::holds);
  EXPECT_EQ(fixed->scenario.expect.at("belief-exclusion"), Expected::violated);
  EXPECT_TRUE(fixed->scenario.fixes.empty());
  EXPECT_EQ(parse_scenario(fixed->json, "fixed", sample_vocabulary())->scenario, fixed->scenario);
}

TEST(Fixes, ThatDoNotApplyAreReportedAtTheirPlace) {
  const char* text =
      R"({ "name": "x", "lock": { "algorithm": "redis_token", "ttl": "1s" }, "clients": { "count": 2 },
  "fixes": [ { "name": "other", "set": { "/lock/algorithm": "redis_setnx" } },
             { "name": "number", "set": { "/lock/ttl": 5 } },
             { "name": "nowhere", "set": { "/lock/ttl/x": 5 } } ] })";
  EXPECT_EQ(complaints(text),
            "x.json:2:14: /fixes/0: with this fix, /lock/ttl: expected an option of lock "
            "\"redis_setnx\", got \"ttl\" (use \"algorithm\", \"call_timeout\", \"wait\", "
            "\"retry\" or \"retry_jitter\")\n"
            "x.json:3:56: /fixes/1/set/~1lock~1ttl: with this fix, /lock/ttl: expected a duration "
            "such as \"500ms\", got 5 (write \"5ms\" or \"5s\", with the unit that you mean)\n"
            "x.json:4:44: /fixes/2/set/~1lock~1ttl~1x: expected an object or an array at "
            "\"/lock/ttl\", got \"1s\"\n");
}

TEST(Fixes, DoNotRepeatTheMistakesOfTheirScenario) {
  EXPECT_EQ(
      complaints(
          R"({ "name": "x", "lock": { "algorithm": "redis_token" }, "clients": { "count": 2 }, "duration": 5,
  "fixes": [ { "name": "ttl", "set": { "/lock/ttl": "5s" } } ] })"),
      "x.json:1:95: /duration: expected a duration such as \"500ms\", got 5 (write \"5ms\" or "
      "\"5s\", with the unit that you mean)\n");
}

TEST(BadScenarios, GetExactlyTheirDiagnostics) {
  const fs::path folder = fs::path(PICKLOCK_SOURCE_DIR) / "scenarios" / "bad";
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const auto loaded = parse_scenario(read_file(entry.path()), entry.path().filename().string(),
                                       sample_vocabulary());
    fs::path golden = entry.path();
    golden.replace_extension(".expected");
    EXPECT_FALSE(loaded.has_value()) << entry.path();
    const std::string found = loaded ? "" : all_of(loaded.error());
    EXPECT_EQ(found, read_file(golden)) << entry.path();
  }
  EXPECT_GE(files, 25);
}

// One of several small mutilations, chosen by the number of the case.
std::string mutate(std::string text, std::uint64_t number) {
  static constexpr std::string_view kBytes = "{}[],:\"\\/*0-9.eE \n\tnull\x00\xff\xc3$~"sv;
  std::uint64_t state = mix(number);
  const auto below = [&](std::size_t limit) {
    state = mix(state);
    return static_cast<std::size_t>(state % limit);
  };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(12);
    switch (below(5)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 2:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, length * 4));
        break;
      default:
        text.resize(text.size() - std::min(length, text.size()));
        break;
    }
  }
  return text;
}

TEST(Loader, MutilatedFilesLoadOrSayWhereTheyAreWrong) {
  const Vocabulary vocabulary = sample_vocabulary();
  const std::string sample = sample_text();
  int loads = 0;
  for (std::uint64_t number = 0; number < 5000; ++number) {
    const std::string text = mutate(sample, number);
    const auto loaded = parse_scenario(text, "x.json", vocabulary);
    if (loaded) {
      ++loads;
      EXPECT_TRUE(parse_scenario(loaded->json, "again", vocabulary).has_value()) << text;
      continue;
    }
    for (const Diagnostic& diagnostic : loaded.error()) {
      ASSERT_GE(diagnostic.line, 1) << number << ": " << to_string(diagnostic);
      ASSERT_GE(diagnostic.column, 1) << number << ": " << to_string(diagnostic);
      ASSERT_TRUE(diagnostic.expected.find("expected") != std::string::npos)
          << to_string(diagnostic);
    }
  }
  EXPECT_GT(loads, 0);
  EXPECT_LT(loads, 2500);
}

}  // namespace
}  // namespace picklock

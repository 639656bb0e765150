// Pictures and terminal texts against the files in reports/golden/.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "reports/picture.h"
#include "reports/table.h"
#include "reports/terminal.h"
#include "reports/testing/golden.h"
#include "reports/testing/stories.h"

namespace picklock {
namespace {

using testing::expect_golden;

using Story = std::pair<std::string, RunPicture>;

std::vector<Story> stories() {
  return {{"lost_update_after_pause", testing::lost_update_after_pause()},
          {"fenced_rejection", testing::fenced_rejection()},
          {"redlock_amnesia", testing::redlock_amnesia()},
          {"crash_without_ttl", testing::crash_without_ttl()},
          {"fifty_clients", testing::fifty_clients()},
          {"delayed_write", testing::delayed_write()},
          {"blind_delete", testing::blind_delete()}};
}

TEST(Golden, PicturesOfEveryStoryAtEveryWidth) {
  for (const auto& [name, run] : stories()) {
    for (const int width : {40, 80, 120}) {
      expect_golden(name + "_" + std::to_string(width) + ".txt",
                    draw_picture(run, {.width = width}));
    }
    expect_golden(name + "_ascii.txt", draw_picture(run, {.unicode = false}));
  }
}

TEST(Golden, PicturesFitTheirWidth) {
  for (const auto& [name, run] : stories()) {
    for (int width = 40; width <= 160; width += 3) {
      const std::string text = draw_picture(run, {.width = width});
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(cells(text.substr(at, end - at)), static_cast<std::size_t>(width)) << name;
        at = end + 1;
      }
    }
  }
}

TEST(Golden, AsciiPicturesAreAscii) {
  for (const auto& [name, run] : stories()) {
    for (const char c : draw_picture(run, {.unicode = false})) {
      EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << name;
    }
  }
}

TEST(Golden, ColoursAddNothingButEscapes) {
  for (const auto& [name, run] : stories()) {
    std::string coloured = draw_picture(run, {.colour = true});
    EXPECT_NE(coloured.find("\x1b["), std::string::npos);
    for (std::size_t at = 0; (at = coloured.find("\x1b[", at)) != std::string::npos;) {
      coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    EXPECT_EQ(coloured, draw_picture(run, {})) << name;
  }
}

PropertyResult property(std::string name, std::string id, std::uint64_t violated,
                        std::string expected) {
  PropertyResult result{.name = std::move(name), .id = std::move(id), .runs = 200};
  result.violated_runs = violated;
  result.status = violated > 0 ? Status::violated : Status::holds;
  result.judged = 400;
  result.met = expected.empty() || expected == status_name(result.status);
  result.expected = std::move(expected);
  return result;
}

ScenarioResult broken_scenario() {
  ScenarioResult result{.name = "redis_token_pause_past_ttl", .lock = "redis_token"};
  result.about = "The holder is paused for longer than its lease; it wakes up and writes.";
  result.runs = 200;
  result.planned_runs = 200;
  result.strongest_spec = "M2";
  PropertyResult undecided = property("linearizability", "LIN", 0, "any");
  undecided.status = Status::undecided;
  undecided.undecided_runs = 3;
  PropertyResult vacuous = property("no-oversell", "S5", 0, "");
  vacuous.judged = 0;
  result.properties = {property("server-exclusion", "S1", 0, "holds"),
                       property("belief-exclusion", "S2", 200, "violated"),
                       property("no-lost-update", "S4", 173, "holds"), vacuous, undecided};
  result.expectation_met = false;
  result.first_violation = testing::lost_update_after_pause();
  result.fixes = {
      {.name = "fencing tokens",
       .properties = {property("belief-exclusion", "S2", 200, "violated")},
       .runs = 200},
      {.name = "a lease of 30s", .properties = {property("s", "S4", 0, "")}, .runs = 200},
      {.name = "a watchdog",
       .properties = {property("no-lost-update", "S4", 173, "holds")},
       .met = false,
       .runs = 200}};
  return result;
}

ScenarioResult quiet_scenario() {
  ScenarioResult result{.name = "redis_token_quiet", .lock = "redis_token"};
  result.runs = 12;
  result.planned_runs = 200;
  result.interrupted = true;
  result.strongest_spec = "M0";
  result.properties = {property("server-exclusion", "S1", 0, "holds")};
  result.problems = {"the fault \"pause 1\" never fired", "evil \x1b[31m name\n"};
  result.expectation_met = false;
  return result;
}

TEST(Golden, TerminalTexts) {
  for (const auto& [name, style] : {std::pair<std::string, TerminalStyle>{"80", {}},
                                    {"40_ascii", {.unicode = false, .width = 40}},
                                    {"80_colour", {.colour = true}}}) {
    ResultDocument document{.results = {broken_scenario(), quiet_scenario()}};
    document.wall_seconds = 1.234;
    std::string text;
    for (const ScenarioResult& result : document.results) {
      text += scenario_text(result, style) + "\n";
    }
    for (const ScenarioResult& result : document.results) text += scenario_line(result, style);
    text += summary_text(document, "picklock replay out/trace.json", style);
    expect_golden("terminal_" + name + ".txt", text);
  }
}

TEST(Terminal, EndsWithTheNextCommand) {
  const ResultDocument document{.results = {quiet_scenario()}};
  EXPECT_TRUE(summary_text(document, "picklock lint x", {}).ends_with("→ picklock lint x\n"));
  EXPECT_FALSE(summary_text(document, "", {}).ends_with("→ \n"));
}

TEST(Terminal, ShowsBoundsOfWhatHeldAndRatesOfWhatDidNot) {
  EXPECT_EQ(frequency_text(property("p", "S1", 0, "")), "0 of 200: < 1.5 % (95 %)");
  EXPECT_EQ(frequency_text(property("p", "S1", 50, "")), "50 of 200: 25 %");
  PropertyResult undecided = property("p", "S1", 0, "");
  undecided.undecided_runs = 200;
  EXPECT_EQ(frequency_text(undecided), "0 of 0, 200 undecided");
}

TEST(Terminal, AFixThatLeavesOnlyMistakenBeliefsIsSafe) {
  const std::string text = scenario_text(broken_scenario(), {});
  EXPECT_NE(text.find("✓ fencing tokens  safe in 200 runs: mistaken holders do no harm"),
            std::string::npos);
  EXPECT_NE(text.find("✗ a watchdog      still broken: no-lost-update"), std::string::npos);
}

TEST(Terminal, NoTextFromOutsideCommandsTheTerminal) {
  const std::string text = scenario_text(quiet_scenario(), {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("evil ?[31m name?"), std::string::npos);
}

TEST(Picture, OfAnEmptyHistoryIsStillAPicture) {
  RunPicture run;
  run.history.subject = std::make_shared<Subject>();
  EXPECT_NE(draw_picture(run, {}).find("believers"), std::string::npos);
  run.counterexample.operations = {OpId(7), OpId{}};
  run.counterexample.until = kNever;
  EXPECT_NE(draw_picture(run, {.width = -5}).find("believers"), std::string::npos);
}

TEST(Canvas, WrapsWordsAndCutsLongOnes) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("a bb  ccc", 4), (Lines{"a bb", "ccc"}));
  EXPECT_EQ(wrapped("abcdefg h", 3), (Lines{"abc", "def", "g h"}));
  EXPECT_EQ(wrapped("", 3), (Lines{""}));
  EXPECT_EQ(wrapped("ééé é", 3), (Lines{"ééé", "é"}));
}

TEST(Canvas, ReplacesWhatMustNotBePrinted) {
  EXPECT_EQ(printable("é\x1b\t\xff\xC2\x9B", {}), "é????");
  EXPECT_EQ(printable("é → ✗", {.unicode = false}), "? -> x");
}

}  // namespace
}  // namespace picklock

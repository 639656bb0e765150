#include "reports/trace_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/result.h"
#include "reports/testing/stories.h"

namespace picklock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Trace sample() {
  RunPicture run = testing::lost_update_after_pause();
  Trace trace{.version = "0.1.0", .scenario_name = "pause"};
  trace.scenario_json = R"({"zeta": 1, "alpha": [2]})";
  trace.seed = 18446744073709551615ULL;
  trace.property = "lost-update";
  trace.status = Status::violated;
  trace.counterexample = run.counterexample;
  trace.digest = 0xabcdef;
  trace.choices = {{"delay client-1 -> redis-1", 3, 12345},
                   {"delay redis-1 -> client-1", 0, 18446744073709551615ULL}};
  trace.history = run.history;
  const auto at = [](std::int64_t ns) { return TrueTime{std::chrono::nanoseconds(ns)}; };
  trace.history.messages = {{NodeId(0), NodeId(2), at(1'000), at(2'000), "SET"},
                            {NodeId(2), NodeId(0), at(2'000), kNever, "SET \"x\""}};
  return trace;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> errors_of(const std::string& text) {
  const auto trace = parse_trace(text, "t.json");
  std::vector<std::string> lines;
  if (trace) return lines;
  for (const Diagnostic& diagnostic : trace.error()) lines.push_back(to_string(diagnostic));
  return lines;
}

TEST(TraceJson, ReadsBackWhatItWrites) {
  const Trace trace = sample();
  const std::string text = trace_json(trace);
  const auto read = parse_trace(text, "t.json");
  ASSERT_TRUE(read) << to_string(read.error().front());
  EXPECT_EQ(read->version, trace.version);
  EXPECT_EQ(read->scenario_name, trace.scenario_name);
  EXPECT_EQ(read->seed, trace.seed);
  EXPECT_EQ(read->status, Status::violated);
  EXPECT_EQ(read->property, trace.property);
  EXPECT_EQ(read->counterexample.reason, trace.counterexample.reason);
  EXPECT_EQ(read->counterexample.operations, trace.counterexample.operations);
  EXPECT_EQ(read->counterexample.from, trace.counterexample.from);
  EXPECT_EQ(read->digest, trace.digest);
  EXPECT_EQ(read->choices, trace.choices);
  EXPECT_EQ(read->history.events, trace.history.events);
  EXPECT_EQ(read->history.messages, trace.history.messages);
}

TEST(TraceJson, AMessageOfNobodyOrThatWasEditedIsRefused) {
  const std::string text = trace_json(sample());
  EXPECT_THAT(
      errors_of(replaced(text, "[0, 2, \"SET\", 1000, 2000]", "[0, 77, \"SET\", 1000, 2000]")),
      ElementsAre(HasSubstr("/messages/0: expected [from, to, what, sent, received], got ")));
  EXPECT_THAT(errors_of(replaced(text, "1000, 2000]", "1000, 2001]")),
              ElementsAre(HasSubstr("/events_digest: ")));
}

TEST(TraceJson, IsStableOnceRead) {
  const auto once = parse_trace(trace_json(sample()), "");
  ASSERT_TRUE(once);
  const std::string text = trace_json(*once);
  const auto twice = parse_trace(text, "");
  ASSERT_TRUE(twice);
  EXPECT_EQ(trace_json(*twice), text);
}

TEST(TraceJson, KeepsTheOrderOfTheScenarioKeys) {
  const auto read = parse_trace(trace_json(sample()), "");
  ASSERT_TRUE(read);
  EXPECT_LT(read->scenario_json.find("zeta"), read->scenario_json.find("alpha"));
}

TEST(TraceJson, IsOneJsonDocument) {
  const auto json = nlohmann::json::parse(trace_json(sample()));
  EXPECT_EQ(json["schema"], "picklock-trace-1");
  EXPECT_EQ(json["seed"], "18446744073709551615");
  EXPECT_EQ(json["choices"][0],
            nlohmann::json::parse(R"(["delay client-1 -> redis-1", 3, 12345])"));
  EXPECT_EQ(json["choices"][1][2], "18446744073709551615");
}

TEST(TraceJson, OfAnEmptyRunIsReadToo) {
  Trace trace = sample();
  trace.choices.clear();
  trace.history.events.clear();
  EXPECT_TRUE(parse_trace(trace_json(trace), ""));
}

TEST(TraceJson, CutOffIsSaidSo) {
  const std::string text = trace_json(sample());
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 3}) {
    const auto errors = errors_of(text.substr(0, length));
    ASSERT_EQ(errors.size(), 1U) << length;
    EXPECT_THAT(errors[0], HasSubstr("t.json:"));
  }
  EXPECT_THAT(errors_of(text.substr(0, text.size() - 3)).at(0),
              HasSubstr("expected the rest of a trace, got the end of the file (was it cut off?)"));
}

TEST(TraceJson, EditedEventsAreNoticed) {
  const std::string text =
      replaced(trace_json(sample()), "\"at\":14045000000", "\"at\":14044000000");
  EXPECT_THAT(errors_of(text), ElementsAre(HasSubstr("(the trace was edited)")));
}

TEST(TraceJson, ANewerSchemaIsRefusedBeforeAnythingElse) {
  const std::string text = replaced(trace_json(sample()), "picklock-trace-1", "picklock-trace-2");
  EXPECT_THAT(
      errors_of(text),
      ElementsAre("t.json:2:11: /schema: expected \"picklock-trace-1\", got "
                  "\"picklock-trace-2\" (a newer picklock wrote this trace: use that one)"));
  EXPECT_THAT(errors_of("{\"schema\": \"other\"}"), ElementsAre(HasSubstr("got \"other\"")));
  EXPECT_THAT(errors_of("{}"), ElementsAre(HasSubstr("expected a key \"schema\", got none")));
}

TEST(TraceJson, AnotherVersionIsRead) {
  const auto read = parse_trace(replaced(trace_json(sample()), "\"0.1.0\"", "\"9.9.9\""), "");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, "9.9.9");
}

TEST(TraceJson, EveryMistakeIsNamedAtOnce) {
  std::string text = trace_json(sample());
  text = replaced(text, "\"18446744073709551615\",\n\"property\"",
                  "\"18446744073709551616\",\n\"property\"");
  text = replaced(text, "\"digest\": \"0000000000abcdef\"", "\"digest\": \"ABCDEF\"");
  text = replaced(text, "3, 12345]", "-3, 12345]");
  text = replaced(text, "\"status\": \"violated\"", "\"status\": \"broken\"");
  EXPECT_THAT(errors_of(text),
              ElementsAre(HasSubstr("/seed: expected a whole number below 2^64"),
                          HasSubstr("/status: expected \"holds\", \"violated\""),
                          HasSubstr("/digest: expected 16 lower-case"),
                          HasSubstr("/choices/0: expected [stream, ordinal, value]")));
}

}  // namespace
}  // namespace picklock

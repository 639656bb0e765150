#include "reports/history_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/testing/stories.h"

namespace picklock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHeader =
    R"({"schema":"picklock-history-1","subject":{"nodes":[{"name":"client-1","role":"client"}]},"end_ns":9})"
    "\n";

std::vector<std::string> errors_of(const std::string& text) {
  const auto history = parse_history_jsonl(text, "h.jsonl");
  std::vector<std::string> lines;
  if (history) return lines;
  for (const Diagnostic& diagnostic : history.error()) lines.push_back(to_string(diagnostic));
  return lines;
}

std::vector<std::string> errors_after_header(const std::string& text) {
  return errors_of(std::string(kHeader) + text);
}

TEST(HistoryJsonl, ReadsBackEveryEventAndTheSubject) {
  for (const RunPicture& run : {testing::lost_update_after_pause(), testing::redlock_amnesia(),
                                testing::fifty_clients(), testing::crash_without_ttl()}) {
    const std::string text = history_jsonl(run.history);
    const auto read = parse_history_jsonl(text, "h.jsonl");
    ASSERT_TRUE(read) << to_string(read.error().front());
    EXPECT_EQ(read->events, run.history.events);
    EXPECT_EQ(read->end, run.history.end);
    EXPECT_EQ(history_jsonl(*read), text);
  }
}

TEST(HistoryJsonl, KeepsExtremeValuesAndNames) {
  auto subject = std::make_shared<Subject>();
  subject->nodes = {{"a \"b\"\n\\\xC3\xA9", Role::client}, {"r", Role::resource}};
  subject->rate_error = Ratio(1, 3);
  subject->ttl = Duration{1};
  History history{.subject = subject, .end = kNever, .complete = false};
  for (const EventKind kind : {EventKind::invoke, EventKind::fault, EventKind::paused}) {
    Event event{.at = kNever, .kind = kind, .value = INT64_MIN, .fence = INT64_MAX};
    event.outcome = Outcome::unknown;  // though this kind has none
    event.cause = Cause::lost;
    event.node = NodeId(0);
    if (kind == EventKind::invoke) event.op = OpId(0);
    history.events.push_back(event);
  }
  const auto read = parse_history_jsonl(history_jsonl(history), "");
  ASSERT_TRUE(read) << to_string(read.error().front());
  EXPECT_EQ(read->events, history.events);
  EXPECT_EQ(read->subject->nodes[0].name, subject->nodes[0].name);
  EXPECT_EQ(read->subject->rate_error, subject->rate_error);
  EXPECT_EQ(read->end, kNever);
  EXPECT_FALSE(read->complete);
}

TEST(HistoryJsonl, WritesOneReadableLineAnEvent) {
  const std::string text = history_jsonl(testing::crash_without_ttl().history);
  EXPECT_THAT(text,
              HasSubstr("\n{\"at\":1000000,\"kind\":\"invoke\",\"node\":\"client-1\",\"op\":0,"
                        "\"hold\":0,\"action\":\"acquire\"}\n"));
}

TEST(HistoryJsonl, SaysWhereAnEventIsWrong) {
  EXPECT_THAT(
      errors_after_header("{\"at\":1,\"kind\":\"crashd\",\"node\":\"client-1\"}\n"
                          "\n"
                          "{\"at\":\"2\",\"kind\":\"crashed\",\"node\":\"client-2\",\"x\":1}\n"),
      ElementsAre(
          HasSubstr("h.jsonl:2:16: /kind: expected one of \"invoke\", \"complete\""),
          "h.jsonl:4:7: /at: expected a whole number, got \"2\"",
          "h.jsonl:4:35: /node: expected one of \"client-1\", got \"client-2\" (did you mean "
          "\"client-1\"?)",
          HasSubstr("h.jsonl:4:50: /x: expected no key \"x\" here")));
}

TEST(HistoryJsonl, SaysWhereALineIsNoJson) {
  EXPECT_THAT(errors_after_header("{\"at\":1,\"kin\n"), ElementsAre(HasSubstr("h.jsonl:2:")));
}

TEST(HistoryJsonl, WantsTimeToPassForwards) {
  EXPECT_THAT(errors_after_header("{\"at\":5,\"kind\":\"crashed\",\"node\":\"client-1\"}\n"
                                  "{\"at\":4,\"kind\":\"restarted\",\"node\":\"client-1\"}\n"),
              ElementsAre("h.jsonl:3:7: /at: expected a time of at least 5 ns, that of the event "
                          "before, got 4"));
  EXPECT_THAT(errors_after_header("{\"at\":10,\"kind\":\"crashed\",\"node\":\"client-1\"}\n"),
              ElementsAre(HasSubstr("h.jsonl:1:99: /end_ns: expected a time of at least 10 ns")));
}

TEST(HistoryJsonl, WantsOperationsNumberedByInvocation) {
  EXPECT_THAT(
      errors_after_header("{\"at\":1,\"kind\":\"invoke\",\"node\":\"client-1\",\"op\":4000000000,"
                          "\"action\":\"acquire\"}\n"),
      ElementsAre(HasSubstr("/op: expected operation 0, the next one, got 4000000000")));
  EXPECT_THAT(
      errors_after_header("{\"at\":1,\"kind\":\"aware\",\"node\":\"client-1\",\"hold\":0}\n"),
      ElementsAre(HasSubstr("/hold: expected an operation that was invoked before, got 0")));
}

TEST(HistoryJsonl, WantsTheKeysOfEachKind) {
  EXPECT_THAT(errors_after_header("{\"at\":1,\"kind\":\"complete\",\"node\":\"client-1\"}\n"),
              ElementsAre("h.jsonl:2:1: expected a key \"action\", got none",
                          "h.jsonl:2:1: expected a key \"outcome\", got none"));
}

TEST(HistoryJsonl, RefusesBadHeaders) {
  EXPECT_THAT(errors_of(""),
              ElementsAre(HasSubstr("h.jsonl:1:1: expected the rest of the header")));
  EXPECT_THAT(errors_of("[]\n"),
              ::testing::Contains("h.jsonl:1:1: expected an object, got an array"));
  EXPECT_THAT(errors_of("{\"schema\":\"picklock-history-2\",\"end_ns\":1,\"subject\":{\"nodes\":3,"
                        "\"rate_error\":\"2\",\"quorum\":0}}"),
              ElementsAre(HasSubstr("/schema: expected \"picklock-history-1\""),
                          HasSubstr("/subject/nodes: expected an array of nodes, got 3"),
                          HasSubstr("/subject/rate_error: expected a ratio"),
                          HasSubstr("/subject/quorum: expected at least 1")));
}

TEST(HistoryJsonl, NamesEveryNodeOnce) {
  EXPECT_THAT(
      errors_of("{\"schema\":\"picklock-history-1\",\"end_ns\":1,\"subject\":{\"nodes\":["
                "{\"name\":\"a\",\"role\":\"client\"},{\"name\":\"a\",\"role\":\"server\"}]}}"),
      ElementsAre(HasSubstr("/subject/nodes/1/name: expected a name that no other node has")));
}

TEST(HistoryJsonl, StopsCountingAtFiftyDiagnostics) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "garbage\n";
  EXPECT_EQ(errors_after_header(text).size(), JsonSource::kMost);
}

TEST(Locate, FindsValuesByPointer) {
  constexpr std::string_view kText = R"( {"a": [1, {"b": "x,]}"}, [ ]], "c" : -1.5e3})";
  EXPECT_EQ(kText.substr(locate(kText, "")).front(), '{');
  EXPECT_EQ(kText.substr(locate(kText, "/a/0"), 1), "1");
  EXPECT_EQ(kText.substr(locate(kText, "/a/1/b"), 7), "\"x,]}\"}");
  EXPECT_EQ(kText.substr(locate(kText, "/a/2"), 3), "[ ]");
  EXPECT_EQ(kText.substr(locate(kText, "/c"), 6), "-1.5e3");
  EXPECT_EQ(kText.substr(locate(kText, "/a/7"), 2), "[1");
  EXPECT_EQ(kText.substr(locate(kText, "/z/y")).front(), '{');
}

}  // namespace
}  // namespace picklock

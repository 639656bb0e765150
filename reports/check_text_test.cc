// The text and the JSON of check, byte by byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/check_json.h"
#include "reports/check_text.h"
#include "reports/testing/golden.h"

namespace picklock {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr TerminalStyle kUnicode{.colour = false, .unicode = true, .width = 80};
constexpr TerminalStyle kAscii{.colour = false, .unicode = false, .width = 80};

ShownOperation operation(std::string process, std::string call, std::string answer, int from,
                         int until) {
  ShownOperation shown;
  shown.process = std::move(process);
  shown.call = std::move(call);
  shown.answer = std::move(answer);
  shown.invoked = true_time(std::int64_t{from} * 1'000'000);
  shown.returned = until == 0 ? kNever : true_time(std::int64_t{until} * 1'000'000);
  shown.outcome = until == 0 ? Outcome::unknown : Outcome::ok;
  return shown;
}

CheckResult double_grant() {
  CheckResult result;
  result.file = "orders.jsonl";
  result.format = "picklock operations";
  result.sub_history = {operation("client-1", "acquire", "token 33", 2, 6),
                        operation("client-2", "acquire", "token 34", 8, 10),
                        operation("client-1", "release", "ok", 4012, 4015)};
  for (std::uint32_t i = 0; i < 3; ++i) {
    result.sub_history[i].place = i;
    result.sub_history[i].line = i + 2;
  }
  result.objects = 1;
  result.processes = 2;
  result.unknown = 1;
  result.remarks = {"client-1 is frozen for 4s"};
  Judgement& judged = result.judgement;
  judged.specification = default_specification(SpecificationKind::owner_mutex);
  judged.status = Status::violated;
  judged.operations = 1'234;
  judged.certificate = {CertificateKind::overlap, {0, 1, 2}};
  judged.sub_history = {0, 1, 2};
  judged.is_minimal = true;
  judged.violated_at = true_time(10'000'000);
  judged.prefix = 1;
  judged.reason = "client-2's acquire returned at 10 while client-1 had not invoked release";
  return result;
}

TEST(CheckText, Golden) {
  for (const int width : {40, 80, 120}) {
    testing::expect_golden(fmt::format("check_double_grant_{}.txt", width),
                           check_text(double_grant(), {.width = width}));
  }
  testing::expect_golden("check_double_grant_ascii.txt", check_text(double_grant(), kAscii));
}

TEST(CheckText, FitsEveryWidth) {
  CheckResult many = double_grant();
  for (int i = 0; i < 9; ++i) {
    many.sub_history.push_back(operation("a rather long name of client " + std::to_string(i),
                                         "append \"" + std::string(50, 'x') + "\"", "unknown",
                                         5000 + 10 * i, 0));
  }
  for (int width = 40; width <= 160; width += 3) {
    testing::expect_width(check_text(double_grant(), {.width = width}), width);
    testing::expect_width(check_text(many, {.width = width}), width);
    testing::expect_width(check_line(many, {.width = std::max(width, 80)}), std::max(width, 80));
  }
}

TEST(CheckText, IsAsciiWhereTheTerminalIs) {
  EXPECT_THAT(check_text(double_grant(), kAscii), Each(::testing::Ge(0)));
}

TEST(CheckText, OfOneOperationThatNobodyExplains) {
  CheckResult result = double_grant();
  result.sub_history.resize(1);
  EXPECT_THAT(check_text(result, kUnicode), HasSubstr("nothing explains this operation\n"));
}

TEST(CheckText, ALongSubHistoryIsDrawnAtItsEndAndListedInPart) {
  CheckResult result = double_grant();
  for (int i = 0; i < 40; ++i) {
    result.sub_history.push_back(
        operation("p" + std::to_string(i % 3), "write 1", "ok", 5000 + 10 * i, 5005 + 10 * i));
  }
  const std::string text = check_text(result, kUnicode);
  EXPECT_THAT(text, HasSubstr("of 43:\n"));
  EXPECT_THAT(text, HasSubstr("23 before, and then\n  24  p2"));
}

TEST(CheckText, ControlCharactersDoNotReachTheTerminal) {
  CheckResult result = double_grant();
  result.file = "a\x1b[2J";
  result.sub_history[0].process = "x\x07";
  result.sub_history[0].call = "write \"\x1b\"";
  result.remarks = {"\x1b"};
  const std::string text = check_text(result, kUnicode);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
}

TEST(CheckText, EverySpecificationIsToldInFull) {
  for (const SpecificationEntry& entry : specifications()) {
    Specification specification = default_specification(entry.kind);
    specification.limit = entry.kind == SpecificationKind::reentrant ? 2 : 0;
    specification.ttl = Duration{10'000'000'000};
    const std::string words = in_words(specification);
    EXPECT_THAT(words, HasSubstr(std::string(entry.demands)));
    EXPECT_THAT(words, HasSubstr("refusal"));
    EXPECT_THAT(words, HasSubstr("timed out"));
  }
  Specification lease = default_specification(SpecificationKind::lease);
  lease.ttl = Duration{10'000'000'000};
  EXPECT_THAT(in_words(lease), HasSubstr("lasts 10s"));
  EXPECT_THAT(in_words(default_specification(SpecificationKind::semaphore)),
              HasSubstr("1 permit;"));
}

TEST(CheckLine, SaysTheVerdictAndWhy) {
  EXPECT_EQ(check_line(double_grant(), kUnicode),
            "✗ orders.jsonl  owner-mutex: client-2's acquire returned at 10 while client-1...\n");
  CheckResult holds = double_grant();
  holds.judgement.status = Status::holds;
  holds.file = "/a/very/long/path/to/some/folder/orders.jsonl";
  EXPECT_EQ(check_line(holds, kUnicode),
            "✓ ...h/to/some/folder/orders.jsonl  owner-mutex: 1,234 operations, 1 unknown\n");
}

TEST(CheckSummary, CountsAndEndsWithTheNextCommand) {
  CheckDocument document;
  document.results = {double_grant(), double_grant()};
  document.results[1].judgement.status = Status::undecided;
  EXPECT_EQ(check_summary(document, "picklock check x", kUnicode),
            "\n2 results: 0 hold, 1 violated, 1 undecided\n\n→ picklock check x\n");
}

TEST(CheckJson, HasEverythingAndTimingAlone) {
  CheckDocument document;
  document.results = {double_grant()};
  document.read_seconds = 0.25;
  document.peak_bytes = 1000;
  const auto json = nlohmann::json::parse(check_json(document));
  EXPECT_EQ(json.at("schema"), "picklock-check-1");
  const auto& result = json.at("results").at(0);
  EXPECT_EQ(result.at("file"), "orders.jsonl");
  EXPECT_EQ(result.at("spec").at("name"), "owner-mutex");
  EXPECT_EQ(result.at("spec").at("text"), "owner-mutex:refusals=strict,timeouts=go-on");
  EXPECT_EQ(result.at("verdict"), "violated");
  EXPECT_EQ(result.at("operations"), 1234);
  EXPECT_EQ(result.at("certificate").at("kind"), "overlap");
  EXPECT_EQ(result.at("certificate").at("operations"), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(result.at("reason"), double_grant().judgement.reason);
  EXPECT_EQ(result.at("violation").at("operations").at(2).at("call"), "release");
  EXPECT_EQ(result.at("violation").at("operations").at(0).at("line"), 2);
  EXPECT_EQ(json.at("timing").at("read_seconds"), 0.25);
  EXPECT_EQ(json.at("timing").at("peak_bytes"), 1000);

  CheckDocument later = document;
  later.read_seconds = 7;
  later.peak_bytes = 2;
  auto other = nlohmann::json::parse(check_json(later));
  auto first = json;
  first.erase("timing");
  other.erase("timing");
  EXPECT_EQ(first, other);
}

}  // namespace
}  // namespace picklock

// The picture of a recorded history: which operations, where they take effect, which of them is illegal.
#include "reports/check_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "checker/formats/history_reader.h"
#include "reports/page.h"

namespace picklock {
namespace {

using nlohmann::json;

OperationHistory history_of(const std::string& lines) {
  const std::string text = "{\"schema\":\"picklock-operations-1\",\"times\":\"ns\"}\n" + lines;
  Result<ReadHistory> read = read_history(text, {.file = "h.jsonl"});
  return std::move(read).value().history;
}

std::string operation(const std::string& process, const std::string& f, int invoked, int returned) {
  return "{\"process\":\"" + process + "\",\"f\":\"" + f +
         "\",\"invoked\":" + std::to_string(invoked) + ",\"returned\":" + std::to_string(returned) +
         "}\n";
}

const Specification kMutex = default_specification(SpecificationKind::owner_mutex);

TEST(CheckPicture, PointsLieInTheirOperationsAndFollowOneAnother) {
  OperationHistory history =
      history_of(operation("a", "acquire", 0, 9) + operation("b", "acquire", 1, 30) +
                 operation("a", "release", 10, 20));
  const CheckPicture picture = check_picture(history, judge(history, kMutex), {});
  ASSERT_EQ(picture.bars.size(), 3U);
  EXPECT_TRUE(picture.is_explained);
  std::map<std::size_t, TrueTime> by_rank;
  for (const auto& bar : picture.bars) {
    EXPECT_GE(bar.point, bar.operation.invoked);
    EXPECT_LE(bar.point, bar.operation.returned);
    by_rank[bar.rank] = bar.point;
  }
  ASSERT_EQ(by_rank.size(), 3U);
  EXPECT_LE(by_rank[0], by_rank[1]);
  EXPECT_LE(by_rank[1], by_rank[2]);
  EXPECT_EQ(picture.wrong_at, kNever);
}

TEST(CheckPicture, TheIllegalReturnIsMarkedAndWhatCameBeforeIsExplained) {
  OperationHistory history =
      history_of(operation("a", "acquire", 0, 5) + operation("a", "release", 6, 8) +
                 operation("a", "acquire", 10, 12) + operation("b", "acquire", 11, 20) +
                 operation("c", "acquire", 30, 40));
  const Judgement judgement = judge(history, kMutex);
  ASSERT_EQ(judgement.status, Status::violated);
  const CheckPicture picture = check_picture(history, judgement, {});
  EXPECT_EQ(history.operations.size(), 5U);
  EXPECT_EQ(picture.wrong_at, true_time(20));
  std::size_t illegal = 0;
  for (const auto& bar : picture.bars) {
    EXPECT_LE(bar.operation.invoked, picture.wrong_at);
    if (bar.is_illegal) {
      ++illegal;
      EXPECT_EQ(bar.operation.process, "b");
      EXPECT_NE(bar.number, 0U);
    }
    if (bar.operation.returned <= true_time(12)) {
      EXPECT_NE(bar.point, kNever);
    }
  }
  EXPECT_EQ(illegal, 1U);
  EXPECT_EQ(picture.left_out, 1U);
}

TEST(CheckPicture, OfALongHistoryWhatIsNearTheViolation) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    lines += operation("a", i % 2 == 0 ? "acquire" : "release", 10 * i, 10 * i + 5);
  }
  lines += operation("a", "acquire", 20'000, 20'005) + operation("b", "acquire", 20'010, 20'015);
  OperationHistory history = history_of(lines);
  const CheckPicture picture = check_picture(history, judge(history, kMutex), {});
  EXPECT_EQ(picture.bars.size(), 300U);
  EXPECT_EQ(picture.left_out, 1702U);
  EXPECT_EQ(picture.bars.back().operation.process, "b");
}

TEST(CheckPicture, NothingToDrawIsNothing) {
  OperationHistory history;
  EXPECT_TRUE(check_picture(history, Judgement{}, {}).bars.empty());
  EXPECT_TRUE(check_picture(CheckResult{}).bars.empty());
}

TEST(CheckStory, InstantsArePlacesInOrder) {
  OperationHistory history =
      history_of(operation("a", "acquire", 5, 9) + operation("b", "acquire", 7, 20));
  CheckedHistory checked;
  checked.result = check_result("h.jsonl", "picklock operations", history, judge(history, kMutex));
  checked.picture = check_picture(history, checked.result.judgement, {});
  const json story = json::parse(check_story_json(checked.result, checked.picture).dump());
  EXPECT_EQ(story["status"], "violated");
  EXPECT_EQ(story["times"].size(), 4U);
  EXPECT_EQ(story["times"][0][0], "5ns");
  EXPECT_EQ(story["times"][1][0], "+2ns");
  EXPECT_EQ(story["bars"][0]["from"], 0);
  EXPECT_EQ(story["bars"][1]["until"], story["wrong_at"]);
}

}  // namespace
}  // namespace picklock

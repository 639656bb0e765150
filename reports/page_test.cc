// The page as a file: its size, its data, and that nothing in them can become markup.
#include "reports/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "reports/page_template.h"
#include "reports/testing/stories.h"

namespace picklock {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

Page page_of(RunPicture picture, std::string name = "story") {
  ScenarioResult result;
  result.name = std::move(name);
  result.file = result.name + ".json";
  result.first_violation = std::move(picture);
  Page page{.version = "0.0.0", .command = "picklock run story.json"};
  page.results.results.push_back(std::move(result));
  return page;
}

// What stands in the data element.
std::string data_of(const std::string& html) {
  const std::string before(page_before_data());
  const std::string after(page_after_data());
  EXPECT_TRUE(html.starts_with(before));
  EXPECT_TRUE(html.ends_with(after));
  return html.substr(before.size(), html.size() - before.size() - after.size());
}

TEST(Page, WithoutDataIsSmall) {
  EXPECT_LE(page_before_data().size() + page_after_data().size(), 80U * 1024);
}

TEST(Page, AsksForNothing) {
  const std::string page = std::string(page_before_data()) + std::string(page_after_data());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  // An address, but for the names of namespaces, would be a request.
  EXPECT_FALSE(std::regex_search(
      page, std::regex(R"(https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#))")));
  EXPECT_FALSE(std::regex_search(
      page, std::regex(R"(\b(import|export|fetch|XMLHttpRequest|innerHTML|eval)\b)")));
}

TEST(Page, SamePageSameBytes) {
  EXPECT_EQ(html_page(page_of(testing::redlock_amnesia())),
            html_page(page_of(testing::redlock_amnesia())));
}

TEST(Page, HostileNamesAreData) {
  const std::string hostile = "</script><script>alert(1)</script><!-- --> & \u2028 \"'";
  const std::string html = html_page(page_of(testing::blind_delete(), hostile));
  const std::string data = data_of(html);
  for (const char* raw : {"<", ">", "&", "\u2028"}) EXPECT_THAT(data, Not(HasSubstr(raw)));
  EXPECT_EQ(json::parse(data)["scenarios"][0]["name"], hostile);
}

TEST(Page, NamesThatAreNoUtf8AreReplaced) {
  const json data = json::parse(data_of(html_page(page_of(testing::blind_delete(), "a\xff"))));
  EXPECT_EQ(data["scenarios"][0]["name"], "a\ufffd");
}

TEST(Page, PropertiesOfOneNameHaveIdsOfTheirOwn) {
  Page page = page_of(testing::blind_delete());
  page.results.results.push_back(page.results.results.front());
  const json data = json::parse(data_of(html_page(page)));
  ASSERT_EQ(data["stories"].size(), 2U);
  EXPECT_NE(data["stories"][0]["id"], data["stories"][1]["id"]);
}

json story_data(RunPicture picture) {
  return json::parse(data_of(html_page(page_of(std::move(picture)))));
}

TEST(PageStory, SaysWhoWasMistakenAndWhatWasLost) {
  const json data = story_data(testing::lost_update_after_pause());
  const json& run = data["runs"][0];
  std::size_t mistaken = 0;
  for (const json& hold : run["holds"]) mistaken += hold.value("mistaken", json::array()).size();
  EXPECT_EQ(mistaken, 1U);
  const json& last = run["effects"].back();
  EXPECT_EQ(last["stale"], true);
  EXPECT_TRUE(last.contains("lost"));
  std::size_t wrong = 0;
  for (const json& message : run["messages"]) wrong += message.value("wrong", false) ? 1U : 0U;
  EXPECT_EQ(wrong, 2U) << "the write and its answer";
  EXPECT_LE(data["stories"][0]["steps"].size(), 12U);
  EXPECT_EQ(data["stories"][0]["clients"].size(), 2U);
}

TEST(PageStory, ARefusalIsNoDamage) {
  const json run = story_data(testing::fenced_rejection())["runs"][0];
  bool refused = false;
  for (const json& effect : run["effects"]) {
    refused = refused || effect["outcome"] == "refused";
    EXPECT_FALSE(effect.value("stale", false));
  }
  EXPECT_TRUE(refused);
}

TEST(PageStory, OwnershipNeedsAQuorum) {
  const json run = story_data(testing::redlock_amnesia())["runs"][0];
  EXPECT_EQ(run["quorum"], 3);
  EXPECT_GE(run["namings"].size(), 6U);
  EXPECT_EQ(run["ownerships"].size(), 2U);
}

TEST(PageStory, NeverIsNull) {
  const json run = story_data(testing::crash_without_ttl())["runs"][0];
  EXPECT_TRUE(run["ttl"].is_null());
  bool waits_for_ever = false;
  for (const json& hold : run["holds"]) {
    waits_for_ever = waits_for_ever || hold["waited_until"].is_null();
  }
  EXPECT_TRUE(waits_for_ever);
}

TEST(PageStory, EveryStepLiesInItsWindow) {
  for (const RunPicture& picture :
       {testing::lost_update_after_pause(), testing::fenced_rejection(), testing::redlock_amnesia(),
        testing::crash_without_ttl(), testing::fifty_clients(), testing::delayed_write(),
        testing::blind_delete()}) {
    const json data = story_data(picture);
    const json& story = data["stories"][0];
    EXPECT_FALSE(story["steps"].empty());
    for (const json& step : story["steps"]) {
      EXPECT_GE(step["at"], story["from"]);
      EXPECT_LE(step["at"], story["until"]);
    }
  }
}

}  // namespace
}  // namespace picklock

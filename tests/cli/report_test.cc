// picklock report and -o html=: what they write, and what they refuse.
#include <gmock/gmock.h>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

using ::testing::HasSubstr;

class Report : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    const Finished finished = picklock({"run", "pause.json", "-o", "json=result.json"});
    ASSERT_EQ(finished.code, 0) << finished.err;
  }

  Finished report(const std::string& file) const {
    return picklock({"report", file, "-o", "html=page.html"});
  }
};

TEST_F(Report, OfAStoredResult) {
  const Finished finished = report("result.json");
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_THAT(read("page.html"), HasSubstr("\"id\":\"pause:belief-exclusion\""));
}

TEST_F(Report, IsTheSameEachTime) {
  report("result.json");
  const std::string once = read("page.html");
  report("result.json");
  EXPECT_EQ(read("page.html"), once);
}

TEST_F(Report, RefusesWhatWasCutEditedOrIsNewer) {
  const std::string whole = read("result.json");
  write("cut.json", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(report("cut.json").err, HasSubstr("was it cut off?"));
  std::string edited = whole;
  edited.replace(edited.find("\"outcome\": \"ok\""), 15, "\"outcome\": \"refused\"");
  write("edited.json", edited);
  EXPECT_THAT(report("edited.json").err, HasSubstr("the trace was edited"));
  std::string newer = whole;
  newer.replace(newer.find("picklock-result-1"), 17, "picklock-result-2");
  write("newer.json", newer);
  EXPECT_THAT(report("newer.json").err, HasSubstr("a newer picklock wrote this"));
  for (const char* file : {"cut.json", "edited.json", "newer.json", "missing.json"}) {
    EXPECT_EQ(report(file).code, 3) << file;
  }
  EXPECT_EQ(read("page.html"), "");
}

TEST_F(Report, SaysWhatCannotBeWritten) {
  const Finished finished = picklock({"report", "result.json", "-o", "html=no/such/folder.html"});
  EXPECT_EQ(finished.code, 4);
  EXPECT_THAT(finished.err, HasSubstr("cannot write no/such/folder.html"));
}

}  // namespace
}  // namespace picklock::testing

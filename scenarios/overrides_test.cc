#include "scenarios/overrides.h"

#include <gtest/gtest.h>

namespace picklock::loading {
namespace {

Edit edit() {
  return Edit(Json::parse(
      R"({"lock": {"ttl": "1s"}, "faults": [{"n": 0}, {"n": 1}, {"n": 2}], "a/b": {"~": 1}})"));
}

TEST(Edit, SetsWhatIsThere) {
  Edit change = edit();
  EXPECT_EQ(change.set("/lock/ttl", "2s"), "");
  EXPECT_EQ(change.set("/faults/1/n", 7), "");
  EXPECT_EQ(change.set("/a~1b/~0", 2), "");
  EXPECT_EQ(change.root()["lock"]["ttl"], "2s");
  EXPECT_EQ(change.root()["faults"][1]["n"], 7);
  EXPECT_EQ(change.root()["a/b"]["~"], 2);
}

TEST(Edit, MakesMembersAndTheObjectsAroundThem) {
  Edit change = edit();
  EXPECT_EQ(change.set("/lock/wait", "2s"), "");
  EXPECT_EQ(change.set("/resource/fencing", "none"), "");
  EXPECT_EQ(change.root()["lock"]["wait"], "2s");
  EXPECT_EQ(change.root()["resource"]["fencing"], "none");
}

TEST(Edit, AppendsToArrays) {
  Edit change = edit();
  EXPECT_EQ(change.set("/faults/-", Json{{"n", 3}}), "");
  EXPECT_EQ(change.place(), "/faults/3");
  EXPECT_EQ(change.root()["faults"].size(), 4U);
}

TEST(Edit, TakesAwayByTheIndicesOfTheFile) {
  Edit change = edit();
  EXPECT_EQ(change.set("/faults/0", nullptr), "");
  EXPECT_EQ(change.set("/faults/1", nullptr), "");
  EXPECT_EQ(change.set("/lock/ttl", nullptr), "");
  change.finish();
  EXPECT_EQ(change.root()["faults"], Json::parse(R"([{"n": 2}])"));
  EXPECT_TRUE(change.root()["lock"].empty());
  EXPECT_EQ(change.original("/faults/0/n"), "/faults/2/n");
  EXPECT_EQ(change.original("/lock/ttl"), "/lock/ttl");
}

TEST(Edit, LaterChangeOfATakenElementWins) {
  Edit change = edit();
  EXPECT_EQ(change.set("/faults/0", nullptr), "");
  EXPECT_EQ(change.set("/faults", Json::array({1, 2})), "");
  change.finish();
  EXPECT_EQ(change.root()["faults"], Json::array({1, 2}));
}

TEST(Edit, RefusesWhatItCannotReach) {
  Edit change = edit();
  for (const char* pointer :
       {"", "lock", "/lock~2", "/lock~", "/faults/3", "/faults/01", "/faults/x", "/faults/-/n",
        "/faults/-1", "/lock/ttl/x", "/faults/99999999999999999999"}) {
    EXPECT_NE(change.set(pointer, 1), "") << pointer;
  }
  for (const char* pointer :
       {"/nothing", "/lock/nothing", "/nothing/inside", "/faults/-", "/faults/3"}) {
    EXPECT_NE(change.set(pointer, nullptr), "") << pointer;
  }
  EXPECT_EQ(change.root(), edit().root());
}

TEST(LenientValue, IsJsonOrElseText) {
  EXPECT_EQ(lenient_value("30s"), "30s");
  EXPECT_EQ(lenient_value("\"30s\""), "30s");
  EXPECT_EQ(lenient_value("30"), 30);
  EXPECT_EQ(lenient_value("[1, 2]"), Json::array({1, 2}));
  EXPECT_EQ(lenient_value("null"), nullptr);
  EXPECT_EQ(lenient_value(""), "");
  EXPECT_EQ(lenient_value("{\"a\": 1,}"), "{\"a\": 1,}");
}

}  // namespace
}  // namespace picklock::loading

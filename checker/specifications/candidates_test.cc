#include "checker/specifications/candidates.h"

#include <gtest/gtest.h>

#include "checker/formats/testing/shown_history.h"

namespace picklock {
namespace {

// The candidates' names for operations that are given as "f argument result", one a line.
std::string candidates(std::initializer_list<std::string_view> operations) {
  std::string text = "{\"schema\":\"picklock-operations-1\"}\n";
  int at = 0;
  for (const std::string_view operation : operations) {
    text +=
        fmt::format("{{\"process\":0,{},\"invoked\":{},\"returned\":{}}}\n", operation, at, at + 1);
    at += 2;
  }
  std::string names;
  for (const SpecificationEntry* entry : candidates_of(testing::read_text(text).history)) {
    names += std::string(names.empty() ? "" : " ") + std::string(entry->name);
  }
  return names;
}

TEST(Candidates, DataNeedsNoQuestion) {
  EXPECT_EQ(candidates({R"("f":"read")", R"("f":"write")"}), "register");
  EXPECT_EQ(candidates({R"("f":"read")", R"("f":"cas")"}), "cas-register");
  EXPECT_EQ(candidates({R"("f":"read")", R"("f":"append")"}), "kv");
  EXPECT_EQ(candidates({R"("f":"txn")"}), "multi-register");
  EXPECT_EQ(candidates({R"("f":"add")", R"("f":"read","result":[1])"}), "set");
  EXPECT_EQ(candidates({R"("f":"add")", R"("f":"remove")"}), "set");
  EXPECT_EQ(candidates({R"("f":"add")", R"("f":"read","result":1)"}), "counter");
}

TEST(Candidates, AddsAloneDoNotTell) {
  EXPECT_EQ(candidates({R"("f":"add")"}), "counter set");
}

TEST(Candidates, LocksMustBeAskedAbout) {
  EXPECT_EQ(candidates({R"("f":"acquire")", R"("f":"release")"}),
            "mutex owner-mutex reentrant semaphore lease");
  EXPECT_EQ(candidates({R"("f":"acquire","result":3)"}),
            "mutex owner-mutex reentrant fenced reentrant-fenced semaphore lease");
}

TEST(Candidates, SomeLocksTell) {
  EXPECT_EQ(candidates({R"("f":"acquire")", R"("f":"renew")"}), "lease");
  EXPECT_EQ(candidates({R"("f":"acquire","mode":"shared")", R"("f":"release")"}), "rw-lock");
}

TEST(Candidates, NothingUnderstandsEverything) {
  EXPECT_EQ(candidates({R"("f":"append")", R"("f":"cas")"}), "");
}

TEST(SplitOffData, KeepsTheOrderOfBothParts) {
  OperationHistory history =
      testing::read_text(
          "{:process 1 :type :invoke :f :acquire}\n{:process 2 :type :invoke :f :read}\n"
          "{:process 3 :type :invoke :f :release}\n{:process 4 :type :invoke :f :write}\n")
          .history;
  const std::vector<Operation> data = split_off_data(history);
  ASSERT_EQ(history.operations.size(), 2U);
  EXPECT_EQ(history.operations[1].verb, Verb::release);
  ASSERT_EQ(data.size(), 2U);
  EXPECT_EQ(data[0].verb, Verb::read);
  history.operations = data;
  EXPECT_TRUE(split_off_data(history).empty());
  EXPECT_EQ(history.operations.size(), 2U);
}

}  // namespace
}  // namespace picklock

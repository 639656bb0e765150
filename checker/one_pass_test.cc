#include "checker/one_pass.h"

#include <gtest/gtest.h>

#include <malloc.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checker/formats/testing/shown_history.h"
#include "checker/lock_server_history.h"

namespace picklock {
namespace {

using testing::read_text;
using testing::written_edn;
using testing::written_lines;

Specification specification(const char* text = "owner-mutex") {
  return parse_specification(text).value();
}

OnePass once(const std::string& text, const Specification& by = specification()) {
  return judge_in_one_pass(text, by, {.file = "file"}).value();
}

TEST(OnePass, SaysWhatTheJudgeSays) {
  for (const Injection injection :
       {Injection::none, Injection::double_grant, Injection::free_refusal}) {
    for (const std::uint64_t unknowns : {0U, 20U}) {
      const OperationHistory history = record_lock_server({.clients = 10,
                                                           .operations = 5'000,
                                                           .tries = true,
                                                           .unknowns = unknowns,
                                                           .injection = injection});
      const Judgement expected = judge(history, specification());
      const OnePass found = once(written_lines(history));
      EXPECT_EQ(found.judgement.status, expected.status);
      EXPECT_EQ(found.judgement.operations, expected.operations);
      EXPECT_EQ(found.judgement.violated_at, expected.violated_at);
      EXPECT_EQ(found.judgement.prefix, expected.prefix);
      EXPECT_EQ(found.judgement.reason, expected.reason);
      EXPECT_EQ(found.unknown, unknowns);
      std::vector<std::uint32_t> places;
      for (const std::uint32_t place : found.judgement.sub_history) {
        places.push_back(found.places[place]);
      }
      EXPECT_EQ(places, expected.sub_history);
    }
  }
}

constexpr std::string_view kTwoLocks = R"({"schema":"picklock-operations-1"}
{"process":1,"object":"a","f":"acquire","invoked":1,"returned":2}
{"process":2,"object":"b","f":"acquire","invoked":3,"returned":4}
{"process":3,"object":"b","f":"acquire","invoked":5,"returned":6}
{"process":4,"object":"a","f":"acquire","invoked":7,"returned":8}
)";

TEST(OnePass, ReportsTheEarliestViolationOfAllLocks) {
  const OnePass found = once(std::string(kTwoLocks));
  EXPECT_EQ(found.judgement.status, Status::violated);
  EXPECT_EQ(found.judgement.violated_at, true_time(6));
  EXPECT_EQ(found.read.history.objects[found.judgement.object], "b");
  EXPECT_EQ(found.places, (std::vector<std::uint32_t>{1, 2}));
}

TEST(OnePass, IsUndecidedAboutWhatIsNotInOrder) {
  std::string text(kTwoLocks);
  text += R"({"process":5,"object":"c","f":"acquire","invoked":6,"returned":9})";
  EXPECT_EQ(once(text).judgement.undecided_because,
            "the operation of line 6 was invoked before the one above it, and one pass needs the "
            "order of invocation");
}

TEST(OnePass, IsUndecidedAboutOwnersThatGoOnAfterAnUnknownOutcome) {
  std::string text(kTwoLocks.substr(0, kTwoLocks.find('\n') + 1));
  text += R"({"process":1,"f":"acquire","invoked":1}
{"process":1,"f":"acquire","invoked":3,"returned":4}
)";
  EXPECT_EQ(once(text).judgement.status, Status::undecided);
  EXPECT_EQ(once(text, specification("owner-mutex:timeouts=stop")).judgement.status,
            Status::undecided);
}

TEST(OnePass, RefusesFormatsThatTellAnOperationInTwoPlaces) {
  const std::string edn = written_edn(read_text(kTwoLocks).history);
  EXPECT_FALSE(judge_in_one_pass(edn, specification(), {.file = "file"}));
}

std::size_t bytes_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// An operation takes 72 bytes: the history would take 14 MB.
TEST(OnePass, NeedsMemoryForItsClientsOnly) {
  const std::string text =
      written_lines(record_lock_server({.clients = 50, .operations = 200'000}));
  const std::size_t before = bytes_in_use();
  std::size_t most = before;
  ReadOptions options{.file = "file"};
  options.progress = [&](std::size_t) {
    most = std::max(most, bytes_in_use());
    return true;
  };
  EXPECT_EQ(judge_in_one_pass(text, specification(), options)->judgement.status, Status::holds);
  EXPECT_LT(most - before, 256'000);
}

}  // namespace
}  // namespace picklock

// picklock's own formats, and CSV.
#include <gtest/gtest.h>

#include "checker/formats/testing/shown_history.h"

namespace picklock {
namespace {

using testing::read_text;
using testing::shown;

TEST(OperationLines, EveryField) {
  const ReadHistory read = read_text(R"({"schema":"picklock-operations-1","times":"ns"}
{"process":0,"f":"acquire","outcome":"ok","invoked":10,"returned":20,"result":7,"object":"L","owner":"A"}
{"process":"b","f":"acquire","mode":"shared","argument":2,"outcome":"refused","invoked":11,"returned":12}

{"process":"b","f":"write","argument":["x",null,true,-3],"outcome":"unknown","invoked":15,"more":{}}
{"at":13,"remark":"a \"cut\""}
)");
  EXPECT_EQ(read.format, Format::picklock_operations);
  EXPECT_FALSE(read.history.times_are_positions);
  EXPECT_EQ(shown(read),
            "0/A L.acquire=7 ok 10..20\n"
            "b acquire-shared(2) refused 11..12\n"
            "b write([\"x\" nil true -3]) unknown 15..\n"
            "13 a \"cut\"\n");
  EXPECT_EQ(read.history.operations[2].line, 5U);
}

TEST(OperationLines, AreSortedByInvocation) {
  EXPECT_EQ(shown(read_text("{\"schema\":\"picklock-operations-1\"}\n"
                            "{\"process\":1,\"f\":\"read\",\"invoked\":30,\"returned\":40}\n"
                            "{\"process\":2,\"f\":\"read\",\"invoked\":20}\n")),
            "2 read unknown 20..\n1 read ok 30..40\n");
}

constexpr std::string_view kHeader =
    R"({"schema":"picklock-history-1","subject":{"nodes":[{"name":"client-1","role":"client"}],"faults":["a pause"],"initial":5},"end_ns":100})"
    "\n";

TEST(EventLines, BecomeOperationsOnTheLockAndOnTheResource) {
  const ReadHistory read =
      read_text(std::string(kHeader) +
                R"({"at":1,"kind":"invoke","node":"client-1","op":0,"hold":0,"action":"acquire"}
{"at":2,"kind":"named","node":"redis-1","hold":0}
{"at":3,"kind":"complete","node":"client-1","op":0,"hold":0,"action":"acquire","outcome":"ok","fence":34}
{"at":4,"kind":"invoke","node":"client-1","op":1,"hold":0,"action":"read"}
{"at":5,"kind":"complete","node":"client-1","op":1,"hold":0,"action":"read","outcome":"ok","value":5}
{"at":6,"kind":"paused","node":"client-1","value":14000000000}
{"at":6,"kind":"fault"}
{"at":7,"kind":"invoke","node":"client-1","op":2,"hold":0,"action":"sell","value":4}
{"at":8,"kind":"invoke","node":"client-2","op":3,"hold":3,"action":"acquire"}
{"at":9,"kind":"complete","node":"client-2","op":3,"hold":3,"action":"acquire","outcome":"refused"}
{"at":10,"kind":"complete","node":"client-1","op":2,"hold":0,"action":"sell","outcome":"unknown","value":4}
{"at":11,"kind":"invoke","node":"client-1","op":4,"hold":0,"action":"release"}
{"at":12,"kind":"invoke","node":"client-3","op":5,"hold":5,"action":"run","value":2}
)");
  EXPECT_EQ(read.format, Format::picklock_events);
  EXPECT_EQ(shown(read),
            "(at the start) resource.write(5) ok -1..-1\n"
            "client-1/client-1#0 lock.acquire=34 ok 1..3\n"
            "client-1 resource.read=5 ok 4..5\n"
            "client-1 resource.write(4) unknown 7..\n"
            "client-2/client-2#3 lock.acquire refused 8..9\n"
            "client-1/client-1#0 lock.release unknown 11..\n"
            "6 client-1 is frozen for 14s\n"
            "6 a pause\n"
            "12 client-3 runs the job of slot 2\n");
}

TEST(Csv, ColumnsInAnyOrder) {
  const ReadHistory read = read_text(
      "invoked,returned,process,f,note,result,argument\n"
      "10,20,client 1,acquire,hello,33,\n"
      "12,, \"client \"\"2\"\"\" ,acquire,\"a, b\",,\r\n"
      "30,31,7,cas,,,\"[1, \"\"x\"\"]\"\n"
      "\n");
  EXPECT_EQ(read.format, Format::csv);
  EXPECT_EQ(shown(read),
            "client 1 acquire=33 ok 10..20\n"
            "client \"2\" acquire unknown 12..\n"
            "7 compare-and-set([1 \"x\"]) ok 30..31\n");
}

TEST(Csv, TextsStandAsTheyAre) {
  EXPECT_EQ(shown(read_text("process,f,invoked,returned,argument,outcome,object,owner,mode\n"
                            "0,write,1,2,two words,ok,k,me,exclusive\n"
                            "0,write,3,4,true,refused,k,me,\n"
                            "0,write,5,6,1.5,fail,k,me,\n")),
            "0/me k.write(\"two words\") ok 1..2\n"
            "0/me k.write(true) refused 3..4\n"
            "0/me k.write(\"1.5\") refused 5..6\n");
}

TEST(Memory, AHistoryThatWouldNotFitIsRefusedEarly) {
  std::string text = "{\"schema\":\"picklock-operations-1\"}\n";
  for (int i = 0; text.size() < std::size_t{3} << 20; ++i) {
    text += fmt::format(R"({{"process":{},"f":"read","invoked":{},"returned":{}}})", i, i, i + 1);
    text += '\n';
  }
  std::size_t seen = 0;
  ReadOptions options{.file = "file", .memory_limit = 2'000'000};
  options.progress = [&](std::size_t at) {
    seen = at;
    return true;
  };
  const auto refused = read_history(text, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(seen, 0U);
  EXPECT_NE(refused.error().front().expected.find("needs about 0."), std::string::npos)
      << refused.error().front().expected;
  options.memory_limit = 20'000'000;
  EXPECT_TRUE(read_history(text, options));
  EXPECT_GT(seen, std::size_t{2} << 20);
}

TEST(Progress, CanStopAReader) {
  std::string text;
  while (text.size() < std::size_t{3} << 20) text += "{:process 0 :type :info :f :read}\n";
  ReadOptions options{.file = "file", .progress = [](std::size_t) { return false; }};
  const auto stopped = read_history(text, options);
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->stopped);
}

}  // namespace
}  // namespace picklock

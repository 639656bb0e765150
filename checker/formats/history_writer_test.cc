// What is written is read again, and other tools find what they expect.
#include <gtest/gtest.h>

#include "checker/formats/testing/shown_history.h"

namespace picklock {
namespace {

using testing::read_text;
using testing::shown;
using testing::written_edn;
using testing::written_lines;

// Every verb and outcome, names of both kinds, values of every kind.
constexpr std::string_view kEverything = R"({"schema":"picklock-operations-1","times":"ns"}
{"process":0,"object":"L","f":"acquire","result":7,"outcome":"ok","invoked":-5,"returned":20}
{"process":1,"owner":"B","object":"L","f":"acquire","mode":"shared","argument":2,"outcome":"refused","invoked":11,"returned":12}
{"process":1,"owner":"B","object":"L","f":"renew","outcome":"unknown","invoked":12}
{"process":1,"owner":"B","object":"L","f":"release","outcome":"ok","invoked":13,"returned":20}
{"process":0,"object":"k","f":"write","argument":"a \"b\"\\\u0001\n","outcome":"ok","invoked":20,"returned":20}
{"process":0,"object":"k","f":"read","result":[1,[null,true,"x"],-9],"outcome":"ok","invoked":21,"returned":30}
{"process":5,"object":"k","f":"compare-and-set","argument":[1,2],"outcome":"refused","invoked":22,"returned":30}
{"process":5,"object":"k","f":"append","argument":"ä","outcome":"ok","invoked":31,"returned":32}
{"process":5,"object":"s","f":"add","argument":1,"outcome":"ok","invoked":33,"returned":34}
{"process":5,"object":"s","f":"remove","argument":1,"outcome":"unknown","invoked":35}
{"process":6,"object":"t","f":"transaction","argument":[["read","x",null],["write","y y",2]],"result":[["read","x",0],["write","y y",2]],"outcome":"ok","invoked":36,"returned":37}
{"at":14,"remark":"a \"cut\""}
)";

TEST(WriteLines, GivesTheSameBytes) {
  EXPECT_EQ(written_lines(read_text(kEverything).history), kEverything);
}

TEST(WriteEdn, GivesTheSameOperations) {
  const ReadHistory original = read_text(kEverything);
  ASSERT_EQ(shown(ReadHistory{.malformed = original.malformed}), "");
  const ReadHistory again = read_text(written_edn(original.history));
  // Process 1 goes on after an unknown outcome as process 7. Positions take the place of times.
  EXPECT_EQ(shown(again),
            "0 L.acquire=7 ok 1..7\n"
            "1/B L.acquire-shared(2) refused 2..3\n"
            "1/B L.renew unknown 4..\n"
            "7/B L.release ok 5..9\n"
            "0 k.write(\"a \"b\"\\\x01\n\") ok 8..10\n"
            "0 k.read=[1 [nil true \"x\"] -9] ok 11..13\n"
            "5 k.compare-and-set([1 2]) refused 12..14\n"
            "5 k.append(\"ä\") ok 15..16\n"
            "5 s.add(1) ok 17..18\n"
            "5 s.remove(1) unknown 19..\n"
            "6 t.transaction([[\"read\" \"x\" nil] [\"write\" \"y y\" 2]])"
            "=[[\"read\" \"x\" 0] [\"write\" \"y y\" 2]] ok 20..21\n"
            "6 a \"cut\"\n");
  // From then on nothing changes.
  EXPECT_EQ(shown(read_text(written_edn(again.history))), shown(again));
}

// The regular expressions of Porcupine's reader leave no freedom.
TEST(WriteEdn, KeyValueLinesAreThoseOfPorcupine) {
  constexpr std::string_view kLog =
      R"({:process 6, :type :invoke, :f :append, :key "0", :value "x 6 0 y"}
{:process 8, :type :invoke, :f :get, :key "9", :value nil}
{:process 6, :type :ok, :f :append, :key "0", :value "x 6 0 y"}
{:process 8, :type :ok, :f :get, :key "9", :value ""}
{:process 8, :type :invoke, :f :put, :key "9", :value "z"}
{:process 8, :type :ok, :f :put, :key "9", :value "z"}
)";
  EXPECT_EQ(written_edn(read_text(kLog).history), kLog);
}

TEST(WriteEdn, ALockIsWrittenAsKnossosReadsIt) {
  constexpr std::string_view kLog = R"({:process 0, :type :invoke, :f :acquire, :value nil}
{:process 1, :type :invoke, :f :acquire, :value nil}
{:process 0, :type :ok, :f :acquire, :value nil}
{:process 0, :type :invoke, :f :release, :value nil}
{:process 0, :type :ok, :f :release, :value nil}
{:process 1, :type :info, :f :acquire, :value nil}
)";
  EXPECT_EQ(written_edn(read_text(kLog).history), kLog);
}

TEST(WriteEdn, TouchingOperationsStayConcurrent) {
  const auto rewritten = [](std::initializer_list<std::string_view> operations) {
    std::string text = "{\"schema\":\"picklock-operations-1\"}\n";
    for (const std::string_view operation : operations) {
      text += fmt::format("{{\"f\":\"read\",\"process\":{}}}\n", operation);
    }
    return shown(read_text(written_edn(read_text(text).history)));
  };
  EXPECT_EQ(rewritten({R"(0,"invoked":1,"returned":2)", R"(1,"invoked":2,"returned":3)",
                       R"(0,"invoked":2,"returned":3)"}),
            "0 read ok 1..3\n1 read ok 2..5\n0 read ok 4..6\n");
  // Two that go on at one instant: each of the four touches the two of the other process.
  EXPECT_EQ(rewritten({R"(0,"invoked":1,"returned":2)", R"(1,"invoked":1,"returned":2)",
                       R"(0,"invoked":2,"returned":3)", R"(1,"invoked":2,"returned":3)"}),
            "0 read ok 1..4\n1 read ok 2..6\n2 read ok 3..8\n0 read ok 5..7\n");
  // And one that takes no time between two others of its process.
  EXPECT_EQ(rewritten({R"(0,"invoked":1,"returned":2)", R"(0,"invoked":2,"returned":2)",
                       R"(0,"invoked":2,"returned":3)"}),
            "0 read ok 1..3\n1 read ok 2..6\n0 read ok 4..5\n");
}

}  // namespace
}  // namespace picklock

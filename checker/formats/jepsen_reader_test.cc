// Histories as Jepsen, Knossos, Porcupine and AtlasDB write them.
#include <gtest/gtest.h>

#include "checker/formats/testing/shown_history.h"

namespace picklock {
namespace {

using testing::read_text;
using testing::shown;

TEST(JepsenEdn, PairsCompletionsWithInvocations) {
  const ReadHistory read = read_text(R"([{:process 0, :type :invoke, :f :acquire, :value nil}
{:process 1, :type :invoke, :f :acquire}
{:process 0, :type :ok, :f :acquire, :value nil}
{:process 1, :type :fail, :f :acquire, :error :timeout}
{:process 0, :type :invoke, :f :release}
{:process 0, :type :info, :f :release, :error [:connection "lost"]}])");
  EXPECT_EQ(read.format, Format::edn);
  EXPECT_TRUE(read.history.times_are_positions);
  EXPECT_EQ(shown(read),
            "0 acquire ok 1..3\n"
            "1 acquire refused 2..4\n"
            "0 release unknown 5..\n");
  EXPECT_EQ(read.history.operations[2].line, 5U);
}

TEST(JepsenEdn, TakesListsVectorsAndOneMapALine) {
  const std::string events =
      "{:process 7 :type :invoke :f :read :value nil}\n"
      "{:process 7 :type :ok :f :read :value 3}";
  for (const std::string& text :
       {events, "[" + events + "]", "(" + events + ")", "#tag [" + events + "]\n"}) {
    EXPECT_EQ(shown(read_text(text)), "7 read=3 ok 1..2\n") << text;
  }
}

TEST(JepsenEdn, PassesOverWhatItNeedNotKnow) {
  EXPECT_EQ(shown(read_text(R"(; a comment
#jepsen.history.Op{:index 0, :time 12.5, :type :invoke, :process 0, :f :write, :value 3N,
  :clock-offsets {"n1" 0.25, "n2" -1}, :set #{1 2}, :id #uuid "f81d4fae", :c \c}
#_ {:process 0 :type :ok :f :write} ; not this one
#_#_ 1 {:a 2}
{:process 0, :type #_ :info :ok, :f :write, :value 3, ["a" :list :key] 1, 5 6}
)")),
            "0 write(3) ok 1..2\n");
}

TEST(JepsenEdn, AnUnfinishedOperationIsUnknownAndItsProcessMayGoOn) {
  EXPECT_EQ(shown(read_text("{:process 0 :type :invoke :f :write :value 1}\n"
                            "{:process 0 :type :info :f :write :value :timed-out}\n"
                            "{:process 0 :type :invoke :f :write :value 2}\n")),
            "0 write(1) unknown 1..\n"
            "0 write(2) unknown 3..\n");
}

TEST(JepsenEdn, TheNemesisOnlyRemarks) {
  EXPECT_EQ(shown(read_text("{:process :nemesis :type :info :f :start :value nil}\n"
                            "{:process 0 :type :invoke :f :read}\n"
                            "{:process :nemesis :type :info :f :start :value \"cut off n1\"}\n"
                            "{:process 0 :type :ok :f :read :value nil}\n")),
            "0 read ok 2..4\n"
            "1 nemesis start\n"
            "3 nemesis start cut off n1\n");
}

TEST(JepsenEdn, KeysOfPorcupineAndOfIndependentHistoriesAreObjects) {
  EXPECT_EQ(shown(read_text(R"({:process 1, :type :invoke, :f :append, :key "k", :value "x"}
{:process 2, :type :invoke, :f :get, :key "j", :value nil}
{:process 2, :type :ok, :f :get, :key "j", :value ""}
)")),
            "1 k.append(\"x\") unknown 1..\n"
            "2 j.read=\"\" ok 2..3\n");
  EXPECT_EQ(shown(read_text("{:process 1 :type :invoke :f :write :value [9 1]}\n"
                            "{:process 1 :type :ok :f :write :value [9 1]}\n"
                            "{:process 1 :type :invoke :f :read :value [8 nil]}\n"
                            "{:process 1 :type :ok :f :read :value [8 5]}\n"
                            "{:process 1 :type :invoke :f :cas :value [9 [1 2]]}\n"
                            "{:process 1 :type :fail :f :cas :value [9 [1 2]]}\n")),
            "1 9.write(1) ok 1..2\n"
            "1 8.read=5 ok 3..4\n"
            "1 9.compare-and-set([1 2]) refused 5..6\n");
}

TEST(JepsenEdn, PairsAloneDoNotMakeKeys) {
  EXPECT_EQ(shown(read_text("{:process 1 :type :invoke :f :cas :value [0 2]}\n"
                            "{:process 1 :type :ok :f :cas :value [0 2]}\n")),
            "1 compare-and-set([0 2]) ok 1..2\n");
}

TEST(JepsenEdn, Transactions) {
  EXPECT_EQ(
      shown(read_text("{:process 1 :type :invoke :f :txn :value [[:read :x nil] [:write :y 2]]}\n"
                      "{:process 1 :type :ok :f :txn :value [[:read :x 0] [:write :y 2]]}\n")),
      "1 transaction([[\"read\" \"x\" nil] [\"write\" \"y\" 2]])"
      "=[[\"read\" \"x\" 0] [\"write\" \"y\" 2]] ok 1..2\n");
}

// As Hazelcast's suite writes them: the invocation carries an id, the completion who it was.
TEST(JepsenEdn, OwnersAndTokensInCompletions) {
  EXPECT_EQ(shown(read_text(
                R"({:process 0 :type :invoke :f :acquire :value "u1"}
{:process 0 :type :ok :f :acquire :value {:client "c1" :fence 7 :uid "u1"}}
{:process 0 :type :invoke :f :release :value "u2"}
{:process 0 :type :ok :f :release :value {:client "c1" :fence 0 :uid "u2"}}
{:process 0 :type :invoke :f :acquire :value "u3"}
{:process 3 :type :invoke :f :acquire :value "u4"}
)")),
            "0/c1 acquire=7 ok 1..2\n"
            "0/c1 release ok 3..4\n"
            "0/c1 acquire unknown 5..\n"
            "3 acquire unknown 6..\n");
}

TEST(JepsenEdn, ACompletionThatRepeatsTheInvocationTellsNoToken) {
  EXPECT_EQ(shown(read_text("{:process 0 :type :invoke :f :acquire :value 2}\n"
                            "{:process 0 :type :ok :f :acquire :value 2}\n"
                            "{:process 1 :type :invoke :f :acquire :value 2}\n"
                            "{:process 1 :type :ok :f :acquire :value 33}\n")),
            "0 acquire(2) ok 1..2\n"
            "1 acquire(2)=33 ok 3..4\n");
}

TEST(JepsenJson, IsReadLikeEdn) {
  const ReadHistory read = read_text(R"([
  {"process": 0, "type": "invoke", "f": "write", "value": "\u00e4\ud83d\ude00\n", "time": 1e3},
  {"process": "nemesis", "type": "info", "f": "start", "value": null},
  {"process": 0, "type": "ok", "f": "write", "value": null, "more": {"a": [1, {}]}}
])");
  EXPECT_EQ(read.format, Format::jepsen_json);
  EXPECT_EQ(shown(read), "0 write(\"ä😀\n\") ok 1..3\n2 nemesis start\n");
}

// As AtlasDB's lock tests write them: the value names the lock, and an empty answer is a refusal.
TEST(JepsenJson, EmptyAnswersOfALockAreRefusals) {
  EXPECT_EQ(shown(read_text(R"([{"f":"lock","process":3,"type":"invoke","value":"bob"}
,{"f":"lock","process":3,"type":"ok","value":"","query-params":""}
,{"f":"lock","process":3,"type":"invoke","value":"bob"}
,{"f":"lock","process":3,"type":"ok","value":"Token [id=1]"}
,{"f":"refresh","process":3,"type":"invoke","value":"bob"}
,{"f":"refresh","process":3,"type":"ok","value":"Token [id=1]"}
,{"f":"unlock","process":3,"type":"invoke","value":"bob"}
,{"f":"unlock","process":3,"type":"ok","value":"true"}
,{"f":"unlock","process":3,"type":"invoke","value":"ann"}
,{"f":"unlock","process":3,"type":"ok","value":"false"}])")),
            "3 bob.acquire refused 1..2\n"
            "3 bob.acquire ok 3..4\n"
            "3 bob.renew ok 5..6\n"
            "3 bob.release ok 7..8\n"
            "3 ann.release refused 9..10\n");
}

TEST(JepsenLog, LinesOfOtherPartsArePassedOver) {
  const ReadHistory read = read_text(
      "INFO  jepsen.core - hello\n"
      "INFO  jepsen.util - 4\t:invoke\t:cas\t[2 4]\n"
      "INFO [2024-01-01] jepsen.util - :nemesis\t:info\t:start\tnil\n"
      "INFO  jepsen.util - 4\t:info\t:cas\t:timed-out\n"
      "INFO  jepsen.util - 9   :invoke   :read   nil\n"
      "INFO  jepsen.util - 9   :ok   :read   3\t some words\n");
  EXPECT_EQ(read.format, Format::jepsen_log);
  EXPECT_EQ(shown(read),
            "4 compare-and-set([2 4]) unknown 1..\n"
            "9 read=3 ok 4..5\n"
            "2 nemesis start\n");
  EXPECT_EQ(read.history.operations[1].line, 5U);
}

TEST(JepsenLog, HistoryTxt) {
  EXPECT_EQ(shown(read_text("0\t:invoke\t:acquire\tnil\n"
                            ":nemesis\t:info\t:stop\tnil\n"
                            "0\t:ok\t:acquire\tnil\n")),
            "0 acquire ok 1..3\n2 nemesis stop\n");
}

}  // namespace
}  // namespace picklock

// What cannot be read is explained with its place, and the rest is read.
#include <gtest/gtest.h>

#include "checker/formats/testing/shown_history.h"

namespace picklock {
namespace {

using testing::read_text;
using testing::shown;

struct Case {
  std::string_view text;
  std::string_view complaints;  // as shown() gives them, without the operations
};

std::string complaints_of(const ReadHistory& read) {
  ReadHistory only;
  only.malformed = read.malformed;
  return shown(only);
}

// Around each bad line stand two good ones, which must be read.
void expect_complaints(const std::vector<Case>& cases, const std::string& before,
                       const std::string& after) {
  for (const Case& one : cases) {
    const ReadHistory read = read_text(before + std::string(one.text) + after);
    EXPECT_EQ(complaints_of(read), one.complaints) << one.text;
    EXPECT_GE(read.history.malformed, 1U);
    EXPECT_GE(read.history.operations.size(), 1U) << one.text;
    EXPECT_EQ(read.history.processes.front(), "8") << one.text;
  }
}

TEST(Malformed, Edn) {
  expect_complaints(
      {{"{:process 1 :type :invoke :f",
        "file:2:1: expected an event that ends, got the end of the file inside of it\n"},
       {"{:process 1 :type :begin :f :read}",
        "file:2:19: expected invoke, ok, fail or info, got `:begin`\n"},
       {"{:process 1 :type :ok :f :read}",
        "file:2:1: expected an invocation of process 1 first, got the completion of one that is "
        "not "
        "there\n"},
       {"{:process 8 :type :ok :f :write}",
        "file:2:1: expected the completion of the read that process 8 invoked in line 1, got that "
        "of "
        "a write\n"},
       {"{:process 8 :type :invoke :f :read}",
        "file:2:1: expected the completion of what process 8 invoked in line 1, got another "
        "invocation\n"},
       {"{:type :invoke :f :read}", "file:2:1: expected an event with a :process, got none\n"},
       {"{:process 1 :f :read}",
        "file:2:1: expected an event with a :type of invoke, ok, fail or info, got another\n"},
       {"{:process 1 :type :invoke}", "file:2:1: expected an event with an :f, got none\n"},
       {"  {:process 1 :type :invoke :f :aquire}",
        "file:2:3: expected an operation such as acquire, release, read, write or cas, got "
        "\"aquire\" "
        "(did you mean \"acquire\"?)\n"},
       {"{:process 1 :type :invoke :f :read :value [1 2}}", "file:2:47: expected ], got `}`\n"},
       {"{:process 1 :type :invoke :f :read :value (1]}", "file:2:45: expected ), got `]`\n"},
       {"{:process 1 :type}", "file:2:18: expected invoke, ok, fail or info, got `}`\n"},
       {"{:process 1 : 2}", "file:2:13: expected a name behind the colon, got `: 2}`\n"},
       {"hello",
        "file:2:1: expected an event such as {:process 0, :type :invoke, :f :acquire}, got "
        "`hello`\n"},
       {"{:process #_ } 1", "file:2:14: expected a value behind #_, got `} 1`\n"}},
      "{:process 8 :type :invoke :f :read}\n", "\n{:process 8 :type :ok :f :read :value 1}\n");
}

TEST(Malformed, Json) {
  expect_complaints(
      {{R"({"process":1,"type":"invoke","f":"read",)",
        "file:2:1: expected an event that ends, got the end of the file inside of it\n"},
       {R"({"process":1,"type":"invoke","f":"re)",
        "file:2:34: expected a text that ends on its line, got `\"re`\n"},
       {R"({"process":1,"type":invoke})",
        "file:2:21: expected invoke, ok, fail or info, got `invoke`\n"},
       {R"({"process" 1})", "file:2:12: expected a colon behind the key, got `1`\n"},
       {R"({"process":"\u12"})",
        "file:2:13: expected four hexadecimal digits behind \\u, got `\\u12\"}`\n"},
       {"17",
        "file:2:1: expected an event such as {:process 0, :type :invoke, :f :acquire}, got "
        "`17`\n"}},
      R"({"process":8,"type":"invoke","f":"read"})"
      "\n",
      "\n"
      R"({"process":8,"type":"ok","f":"read"})"
      "\n");
}

TEST(Malformed, TextsWithoutAnEnd) {
  const std::string good = "[{:process 8 :type :invoke :f :read}\n";
  EXPECT_EQ(complaints_of(read_text(good)),
            "file:2:1: expected the bracket that ends the history, got the end\n");
  EXPECT_EQ(complaints_of(read_text(good + "{:process 1 :type \"invo")),
            "file:2:1: expected an event that ends, got the end of the file inside of it\n");
  // A bracket that swallows everything behind it is tried a few times only.
  std::string many = good;
  for (int i = 0; i < 100'000; ++i) many += "{:more [\n";
  EXPECT_EQ(read_text(many).history.malformed, 8U);
}

TEST(Malformed, DeepNesting) {
  const std::string deep = std::string(1'000'000, '[');
  for (const std::string& text : {"{:process 0 :value " + deep + "}", "{:process 0 :other " + deep,
                                  std::string("{:process 0}\n") + deep}) {
    EXPECT_GE(read_text(text).history.malformed, 1U);
  }
  std::string discards = "{:process 0 :type ";
  for (int i = 0; i < 300'000; ++i) discards += "#_";
  EXPECT_GE(read_text(discards).history.malformed, 1U);
}

TEST(Malformed, Log) {
  expect_complaints(
      {{"INFO jepsen.util - 3\t:begin\t:read\tnil",
        "file:2:22: expected :invoke, :ok, :fail or :info, got `:begin`\n"},
       {"INFO jepsen.util - 3\t:invoke", "file:2:29: expected a value, got the end\n"},
       {"INFO jepsen.util - 3\t:invoke\t:cas\t[1 2", "file:2:39: expected a value, got the end\n"},
       {"INFO jepsen.util - 3\t:invoke\t:drain\tnil",
        "file:2:20: expected an operation such as acquire, release, read, write or cas, got "
        "\"drain\"\n"}},
      "INFO jepsen.util - 8\t:invoke\t:read\tnil\n", "\nINFO jepsen.util - 8\t:ok\t:read\t1\n");
}

TEST(Malformed, OperationLines) {
  expect_complaints(
      {{"{\"process\":1", "file:3:13: expected a key or }, got the end\n"},
       {"[1]", "file:3:1: expected an operation, which begins with {, got `[`\n"},
       {R"({"f":"read","invoked":1})",
        "file:3:1: expected a name or a number as process, got nil\n"},
       {R"({"process":1,"f":"raed","invoked":1})",
        "file:3:1: expected an operation such as acquire, release, read, write or cas, got "
        "\"raed\" "
        "(did you mean \"read\"?)\n"},
       {R"({"process":1,"f":"read","invoked":1,"outcome":"good"})",
        "file:3:1: expected ok, refused or unknown as outcome, got \"good\"\n"},
       {R"({"process":1,"f":"read","invoked":"now"})",
        "file:3:1: expected a whole number as invoked, got \"now\"\n"},
       {R"({"process":1,"f":"read","invoked":1,"outcome":"ok"})",
        "file:3:1: expected a whole number as returned, got nil\n"},
       {R"({"process":1,"f":"read","invoked":5,"returned":4})",
        "file:3:1: expected at least 5 as returned, got 4\n"},
       {R"({"process":1,"f":"acquire","invoked":5,"mode":"both"})",
        "file:3:1: expected exclusive or shared as mode, got \"both\"\n"},
       {R"({"process":8,"f":"read","invoked":2,"returned":9})",
        "file:3:1: expected one operation of process 8 at a time, got one that is invoked before "
        "that of line 2 returns\n"},
       {R"({"process":1,"f":"read","invoked":5} more)",
        "file:3:38: expected the end of the line, got `more`\n"}},
      "{\"schema\":\"picklock-operations-1\"}\n"
      R"({"process":8,"f":"read","invoked":1,"returned":3})"
      "\n",
      "\n"
      R"({"process":8,"f":"read","invoked":10,"returned":11})"
      "\n");
}

TEST(Malformed, Csv) {
  expect_complaints(
      {{"1,read,3", "file:3:1: expected 4 cells, got 3\n"},
       {"1,read,3,4,5", "file:3:1: expected 4 cells, got 5\n"},
       {"1,\"read,3,4",
        "file:3:1: expected the quote that ends a cell, got the end of "
        "the line\n"},
       {"[1 2,read,3,4", "file:3:1: expected a value in column 1, got [1 2\n"},
       {"1,read,soon,4", "file:3:1: expected a whole number as invoked, got \"soon\"\n"}},
      "process,f,invoked,returned\n8,read,1,2\n", "\n8,read,3,4\n");
}

TEST(Malformed, AtMostFiftyAreExplained) {
  std::string text = "{:process 8 :type :invoke :f :read}\n";
  for (int i = 0; i < 1000; ++i) text += "{:process 1 :type 5}\n";
  const ReadHistory read = read_text(text);
  EXPECT_EQ(read.history.malformed, 1000U);
  EXPECT_EQ(read.malformed.size(), 50U);
}

TEST(Malformed, NoHistoryAtAll) {
  EXPECT_EQ(complaints_of(read_text(" \n\n")), "file: expected a history, got an empty file\n");
  for (const std::string_view text :
       {"hello", "<html>", "a,b,c\n1,2,3", "{1 2", "\"text\"", "42"}) {
    EXPECT_EQ(recognise(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace picklock

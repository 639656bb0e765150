#include "scenarios/positions.h"

#include <gtest/gtest.h>

namespace picklock::loading {
namespace {

Document read(const std::string& text) {
  Diagnostics problems;
  auto document = read_document(text, problems);
  EXPECT_TRUE(problems.empty()) << to_string(problems.front());
  return std::move(document).value();
}

Diagnostic only_problem(const std::string& text) {
  Diagnostics problems;
  EXPECT_FALSE(read_document(text, problems).has_value());
  EXPECT_EQ(problems.size(), 1U);
  return problems.empty() ? Diagnostic{} : problems.front();
}

constexpr Place at(int line, int column) {
  return Place{.line = line, .column = column};
}

TEST(Positions, KeysAndValuesOfAllTypesHaveTheirPlaces) {
  const Document document =
      read("{ \"a\": 12,\n  \"b\": [true, \"x\", null],\n\"c\": {\"d\": -1.5e3}}");
  const Positions& places = document.positions;
  EXPECT_EQ(places.of_value(""), at(1, 1));
  EXPECT_EQ(places.of_key("/a"), at(1, 3));
  EXPECT_EQ(places.of_value("/a"), at(1, 8));
  EXPECT_EQ(places.of_value("/b"), at(2, 8));
  EXPECT_EQ(places.of_value("/b/0"), at(2, 9));
  EXPECT_EQ(places.of_value("/b/1"), at(2, 15));
  EXPECT_EQ(places.of_value("/b/2"), at(2, 20));
  EXPECT_EQ(places.of_key("/c/d"), at(3, 7));
  EXPECT_EQ(places.of_value("/c/d"), at(3, 12));
  EXPECT_EQ(places.of_key("/b/0"), std::nullopt);
  EXPECT_EQ(places.of_value("/e"), std::nullopt);
}

TEST(Positions, ColumnsCountBytes) {
  const Document document = read("\t{\"\xc3\xa9\": \"\xe2\x82\xac\", \"a\": 1}");
  EXPECT_EQ(document.positions.of_value(""), at(1, 2));
  EXPECT_EQ(document.positions.of_value("/\xc3\xa9"), at(1, 9));
  EXPECT_EQ(document.positions.of_key("/a"), at(1, 16));
}

TEST(Positions, CommentsAndLineEndsAreSkipped) {
  const Document document = read(
      "// \"a\": 0, {\r\n{ /* \"a\": [\n */ \"a\" /**/ : // 1\n  /* , */ 2 , /* \"x\" */ \"b\":3}");
  EXPECT_EQ(document.positions.of_value(""), at(2, 1));
  EXPECT_EQ(document.positions.of_key("/a"), at(3, 5));
  EXPECT_EQ(document.positions.of_value("/a"), at(4, 11));
  EXPECT_EQ(document.positions.of_key("/b"), at(4, 25));
  EXPECT_EQ(document.value, Json({{"a", 2}, {"b", 3}}));
}

TEST(Positions, EscapesInKeysAndStringsAreFollowed) {
  const Document document = read(R"({ "a\"}": "\\", "\u0062\ud83d\ude00": "{\"[", "c": 1 })");
  EXPECT_EQ(document.positions.of_value("/a\"}"), at(1, 11));
  EXPECT_EQ(document.positions.of_key("/b\xf0\x9f\x98\x80"), at(1, 17));
  EXPECT_EQ(document.positions.of_key("/c"), at(1, 47));
}

TEST(Positions, TildeAndSlashAreEscapedInPointers) {
  const Document document = read(R"({ "a/b": { "~": 1, "~1": 2 } })");
  EXPECT_EQ(document.positions.of_value("/a~1b/~0"), at(1, 17));
  EXPECT_EQ(document.positions.of_value("/a~1b/~01"), at(1, 26));
}

TEST(Positions, ByteOrderMarkIsNoColumn) {
  EXPECT_EQ(read("\xef\xbb\xbf{\"a\":1}").positions.of_value("/a"), at(1, 6));
}

TEST(Positions, RepeatedKeyIsReportedWithoutStopping) {
  Diagnostics problems;
  const auto document =
      read_document("{\"a\": 1,\n\"b\": {\"a\": 2},\n \"a\": 3, \"a\": 4}", problems);
  ASSERT_TRUE(document.has_value());
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].line, 3);
  EXPECT_EQ(problems[0].column, 2);
  EXPECT_EQ(problems[0].pointer, "/a");
  EXPECT_EQ(problems[0].hint, "it stands in line 1 already");
  EXPECT_EQ(problems[1].column, 10);
}

TEST(Positions, DepthIsLimitedWithoutRecursion) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(read(nested(kDeepest)).positions.size(), kDeepest);
  const Diagnostic problem = only_problem(nested(kDeepest + 1));
  EXPECT_EQ(problem.column, static_cast<int>(kDeepest) + 1);
  EXPECT_EQ(only_problem(nested(2'000'000)).column, static_cast<int>(kDeepest) + 1);
}

TEST(Positions, NumberOfValuesIsLimited) {
  std::string text = "[0";
  for (std::size_t i = 0; i < kMostValues; ++i) text += ",0";
  EXPECT_NE(only_problem(text + "]").expected.find("at most 100000 values"), std::string::npos);
}

struct Wrong {
  const char* text;
  int line;
  int column;
  const char* expected;
};

class SyntaxErrors : public testing::TestWithParam<Wrong> {};

TEST_P(SyntaxErrors, AreExplainedWhereTheyStand) {
  const Diagnostic problem = only_problem(GetParam().text);
  EXPECT_EQ(problem.line, GetParam().line);
  EXPECT_EQ(problem.column, GetParam().column);
  EXPECT_EQ(problem.expected, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, SyntaxErrors,
    testing::Values(
        Wrong{"  ", 1, 3, "expected a JSON object, got an empty file"},
        Wrong{"[1,]", 1, 3, "expected no \",\" before ']'"},
        Wrong{"[1,,2]", 1, 4, "expected a value, got ','"},
        Wrong{"[,1]", 1, 2, "expected a value or \"]\", got ','"},
        Wrong{"{,}", 1, 2, "expected a key in double quotes or \"}\", got ','"},
        Wrong{"{\"a\":1,,}", 1, 8, "expected a key in double quotes, got ','"},
        Wrong{"{\"a\"::1}", 1, 6, "expected a value, got ':'"},
        Wrong{"{\"a\" 1}", 1, 6, "expected \":\" after the key, got 1"},
        Wrong{"{\"a\":}", 1, 6, "expected a value, got '}'"},
        Wrong{"[1 2]", 1, 4, "expected \",\" or \"]\" after the value, got 2"},
        Wrong{"[1}", 1, 3, "expected \",\" or \"]\" after the value, got '}'"},
        Wrong{"{\"a\":[1}", 1, 8, "expected \",\" or \"]\" after the value, got '}'"},
        Wrong{"[+1]", 1, 2, "expected a value or \"]\", got +1"},
        Wrong{"[1.]", 1, 2, "expected a value or \"]\", got 1."},
        Wrong{"[-]", 1, 2, "expected a value or \"]\", got -"},
        Wrong{"[0x10]", 1, 3, "expected \",\" or \"]\" after the value, got x10"},
        Wrong{"[truth]", 1, 2, "expected a value or \"]\", got truth"},
        Wrong{"[-Infinity]", 1, 2, "expected a value or \"]\", got -Infinity"},
        Wrong{"[-1e999]", 1, 2, "expected a number that fits 64 bits, got -1e999"},
        Wrong{"{} {}", 1, 4, "expected the end of the file, got '{'"},
        Wrong{"[1] / 2", 1, 5, "expected the end of the file, got '/'"},
        Wrong{"[\"\t\"]", 1, 3, "expected no control character in a string, got the byte 0x09"},
        Wrong{"[\"\\ud800x\"]", 1, 3, "expected a character, got half a surrogate pair \\ud800"},
        Wrong{"[\"\\u12g4\"]", 1, 3, "expected one of the escapes of JSON strings, got \\u"},
        Wrong{"[\"abc", 1, 2,
              "expected a string that ends with a double quote, got the end of the file"},
        Wrong{"[\"a\\", 1, 4, "expected one of the escapes of JSON strings, got \\"},
        Wrong{"[\n\"a\xff\"]", 2, 3, "expected UTF-8 text, got the byte 0xff"},
        Wrong{"[\"\xed\xa0\x80\"]", 1, 3, "expected UTF-8 text, got the byte 0xed"},
        Wrong{"[\"\xc0\xaf\"]", 1, 3, "expected UTF-8 text, got the byte 0xc0"}));

}  // namespace
}  // namespace picklock::loading

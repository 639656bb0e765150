#include <gtest/gtest.h>

#include "scenarios/decoder.h"

namespace picklock::loading {
namespace {

using namespace std::chrono_literals;
using SpecKind = DurationSpec::Kind;

template <class T>
std::optional<T> read(const Kind<T>& kind, const char* json) {
  Issues issues;
  const Json value = Json::parse(json);
  const auto result = kind.read(Cursor(value, "", issues));
  EXPECT_NE(result.has_value(), !issues.list().empty()) << json;
  return result;
}

std::string complaint(const Kind<DurationSpec>& kind, const char* json) {
  Issues issues;
  const Json value = Json::parse(json);
  EXPECT_FALSE(kind.read(Cursor(value, "", issues)).has_value()) << json;
  EXPECT_EQ(issues.list().size(), 1U) << json;
  if (issues.list().empty()) return {};
  const Issue& issue = issues.list().front();
  return issue.pointer + ": " + issue.expected +
         (issue.hint.empty() ? "" : " (" + issue.hint + ")");
}

TEST(ADuration, IsATextWithAUnit) {
  EXPECT_EQ(read(a_duration(0s), R"("1.5s")"), 1500ms);
  EXPECT_EQ(read(a_duration(-1h), R"("-30s")"), -30s);
  EXPECT_EQ(read(a_duration(0s), R"("250us")"), 250us);
  for (const char* wrong : {"500", "\"500\"", "\"5 s\"", "\"s\"", "\"0.1ns\"", "\"1e3s\"",
                            "\"999999d\"", "null", "true", "[]", "\"forever\""}) {
    EXPECT_EQ(read(a_duration(0s), wrong), std::nullopt) << wrong;
  }
}

TEST(ADuration, StaysWithinItsBounds) {
  EXPECT_EQ(read(a_duration(1s, 2s), R"("1s")"), 1s);
  EXPECT_EQ(read(a_duration(1s, 2s), R"("2s")"), 2s);
  EXPECT_EQ(read(a_duration(1s, 2s), R"("999ms")"), std::nullopt);
  EXPECT_EQ(read(a_duration(1s, 2s), R"("2001ms")"), std::nullopt);
  EXPECT_EQ(read(a_duration(0s), R"("3650d")"), kLongestDuration);
  EXPECT_EQ(read(a_duration(0s), R"("3651d")"), std::nullopt);
}

TEST(ADuration, BareNumberIsAnErrorWithAHint) {
  EXPECT_EQ(complaint(a_spread(), "500"),
            ": expected a duration such as \"500ms\", got 500 (write \"500ms\" or \"500s\", with "
            "the unit that you mean)");
}

TEST(ASpread, ReadsEveryDistribution) {
  const auto spread = a_spread();
  EXPECT_EQ(read(spread, R"("5ms")"), DurationSpec::constant(5ms));
  EXPECT_EQ(read(spread, R"({"uniform": ["1ms", "3ms"]})"),
            (DurationSpec{.kind = SpecKind::uniform, .min = 1ms, .max = 3ms}));
  EXPECT_EQ(read(spread, R"({"exponential": {"min": "1ms", "mean": "2ms", "max": "1s"}})"),
            (DurationSpec{.kind = SpecKind::exponential, .min = 1ms, .max = 1s, .mean = 2ms}));
  EXPECT_EQ(read(spread, R"({"exponential": {"mean": "2ms"}})"),
            (DurationSpec{.kind = SpecKind::exponential, .max = kForever, .mean = 2ms}));
  EXPECT_EQ(read(spread, R"({"log_normal": {"median": "1ms", "sigma": "0.6"}})"),
            (DurationSpec{.kind = SpecKind::log_normal, .mean = 1ms, .shape_thousandths = 600}));
  EXPECT_EQ(
      read(spread, R"({"pareto": {"min": "50ms", "alpha": "1.5", "max": "30s"}})"),
      (DurationSpec{.kind = SpecKind::pareto, .min = 50ms, .max = 30s, .shape_thousandths = 1500}));
  const DurationSpec histogram{
      .kind = SpecKind::histogram, .max = 1s, .buckets = {{1ms, 90}, {10ms, 9}, {1s, 1}}};
  EXPECT_EQ(read(spread, R"({"histogram": [["1ms", 90], ["10ms", 9], ["1s", 1]]})"), histogram);
}

TEST(ASpread, RefusesWhatIsNoDistributionWithOneIssue) {
  const auto spread = a_spread();
  for (const char* wrong : {R"({})",
                            R"({"uniform": ["1ms"]})",
                            R"({"uniform": ["3ms", "1ms"]})",
                            R"({"uniform": "1ms"})",
                            R"({"normal": ["1ms", "3ms"]})",
                            R"({"uniform": ["1ms", "3ms"], "pareto": {}})",
                            R"({"uniform": [1, "3ms"]})",
                            R"({"exponential": {}})",
                            R"({"exponential": {"mean": "0s"}})",
                            R"({"exponential": {"mean": "1s", "mena": "1s"}})",
                            R"({"exponential": {"min": "2s", "mean": "1s", "max": "1s"}})",
                            R"({"log_normal": {"median": "1ms"}})",
                            R"({"log_normal": {"median": "1ms", "sigma": 0.6}})",
                            R"({"log_normal": {"median": "1ms", "sigma": "0.6s"}})",
                            R"({"log_normal": {"median": "1ms", "sigma": "0.0001"}})",
                            R"({"log_normal": {"median": "1ms", "sigma": "-1"}})",
                            R"({"pareto": {"min": "1ms", "alpha": "0"}})",
                            R"({"pareto": {"min": "0s", "alpha": "1"}})",
                            R"({"histogram": []})",
                            R"({"histogram": [["1ms"]]})",
                            R"({"histogram": [["1ms", 0]]})",
                            R"({"histogram": [["1ms", 1], ["1ms", 1]]})",
                            R"({"histogram": [["0s", 1]]})"}) {
    complaint(spread, wrong);
  }
}

TEST(ASpread, KeepsToItsShortestDuration) {
  EXPECT_EQ(read(a_spread(1ms), R"({"uniform": ["1ms", "3ms"]})")->min, 1ms);
  EXPECT_EQ(read(a_spread(1ms), R"({"uniform": ["0s", "3ms"]})"), std::nullopt);
}

TEST(ALength, MayBeForever) {
  EXPECT_EQ(read(a_length(), R"("forever")"), DurationSpec::constant(kForever));
  EXPECT_EQ(read(a_length(), R"("0s")"), std::nullopt);
}

TEST(Integers, DoNotWrap) {
  EXPECT_EQ(read(an_integer(-5, 5), "-5"), -5);
  for (const char* wrong : {"6", "-6", "1.0", "\"1\"", "18446744073709551615", "1e2"}) {
    EXPECT_EQ(read(an_integer(-5, 5), wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(read(a_seed(), "18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(read(a_seed(), "18446744073709551616"), std::nullopt);
  EXPECT_EQ(read(a_seed(), "-1"), std::nullopt);
}

TEST(Ratios, AreTexts) {
  EXPECT_EQ(read(a_ratio(), R"("1%")"), Ratio(1, 100));
  EXPECT_EQ(read(a_ratio(), "0.5"), std::nullopt);
  EXPECT_EQ(read(a_ratio(), R"("3/2")"), std::nullopt);
}

}  // namespace
}  // namespace picklock::loading

#include "sim/choices.h"

#include <gtest/gtest.h>

#include <vector>

namespace picklock {
namespace {

std::vector<std::uint64_t> draws(Choices& choices, Stream& stream, int count) {
  std::vector<std::uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(choices.draw(stream));
  return values;
}

TEST(Choices, KnownAnswers) {
  // Published so that another implementation can check itself; they must never change.
  Choices choices = Choices::random(1);
  Stream stream("delay client-1 -> redis-1");
  EXPECT_EQ(choices.draw(stream), mix(mix(mix(1) ^ hash_text("delay client-1 -> redis-1")) + 0));
  EXPECT_EQ(mix(0), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(mix(1), 0x910a2dec89025cc1ULL);
}

TEST(Choices, ADrawDependsOnSeedAndLabelOnly) {
  Choices alone = Choices::random(7);
  Stream one("one");
  const auto expected = draws(alone, one, 5);
  Choices together = Choices::random(7);
  Stream same("one");
  Stream other("other");
  std::vector<std::uint64_t> interleaved;
  for (int i = 0; i < 5; ++i) {
    draws(together, other, 3);
    interleaved.push_back(together.draw(same));
  }
  EXPECT_EQ(interleaved, expected);
}

TEST(Choices, AnotherSeedGivesOtherDraws) {
  Choices a = Choices::random(1);
  Choices b = Choices::random(2);
  Stream in_a("s");
  Stream in_b("s");
  EXPECT_NE(draws(a, in_a, 3), draws(b, in_b, 3));
}

TEST(Choices, ARecordedRunReplays) {
  Choices random = Choices::random(3);
  random.record();
  Stream stream("s");
  const auto expected = draws(random, stream, 10);
  Choices replay = Choices::replay(random.recorded());
  stream.rewind();
  EXPECT_EQ(draws(replay, stream, 10), expected);
}

TEST(Choices, WhatIsNotNamedInAReplayIsDull) {
  Stream stream("s");
  Choices replay = Choices::replay({{stream.key(), 2, 99}});
  EXPECT_EQ(draws(replay, stream, 4), (std::vector<std::uint64_t>{0, 0, 99, 0}));
}

TEST(Choices, TheDullAnswerIsThatNothingHappens) {
  Choices dull = Choices::replay({});
  Stream stream("loss");
  EXPECT_FALSE(dull.happens(stream, Ratio(999, 1000)));
}

TEST(Choices, HappensAboutAsOftenAsAsked) {
  Choices choices = Choices::random(5);
  Stream stream("loss");
  int happened = 0;
  for (int i = 0; i < 100'000; ++i) happened += choices.happens(stream, Ratio(1, 10)) ? 1 : 0;
  EXPECT_NEAR(happened, 10'000, 400);
  EXPECT_FALSE(choices.happens(stream, Ratio(0, 1)));
}

}  // namespace
}  // namespace picklock

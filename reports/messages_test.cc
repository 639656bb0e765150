#include "reports/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "reports/testing/stories.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

std::vector<Message> messages_in(const History& history) {
  return messages_of(Facts(history), history);
}

const Message& first(const std::vector<Message>& messages, const std::string& label) {
  const auto found = std::ranges::find(messages, label, &Message::label);
  EXPECT_NE(found, messages.end()) << label;
  return *found;
}

TEST(Messages, WithoutRecordsTheEventsGiveAwayThoseThatHadAnEffect) {
  const RunPicture run = testing::redlock_amnesia();
  const std::vector<Message> messages = messages_in(run.history);
  EXPECT_FALSE(messages.empty());
  for (const Message& message : messages) EXPECT_FALSE(message.op.is_none());
}

TEST(Messages, ARecordSaysWhenTheRequestOfAnEffectWasSent) {
  RunPicture run = testing::lost_update_after_pause();
  const Message guessed = first(messages_in(run.history), "acquire");
  run.history.messages = {
      {guessed.from, guessed.to, guessed.sent + 100us, guessed.received, "SET"}};
  const std::vector<Message> messages = messages_in(run.history);
  const Message known = first(messages, "acquire");
  EXPECT_EQ(known.sent, guessed.sent + 100us);
  EXPECT_EQ(known.received, guessed.received);
  EXPECT_TRUE(known.sent_is_known);
  EXPECT_EQ(known.op, guessed.op);
  EXPECT_EQ(std::ranges::count(messages, "SET", &Message::label), 0);
}

TEST(Messages, ARecordOfWhatNoEventSpeaksOfIsShownAsItWasSent) {
  RunPicture run = testing::lost_update_after_pause();
  const Message guessed = first(messages_in(run.history), "acquire");
  const std::size_t before = messages_in(run.history).size();
  run.history.messages = {{guessed.from, guessed.to, guessed.sent + 1us, kNever, "SET"},
                          {guessed.to, guessed.from, guessed.sent + 2us, kNever, "SET"}};
  const std::vector<Message> messages = messages_in(run.history);
  EXPECT_EQ(messages.size(), before + 2);
  const Message& lost = first(messages, "SET");
  EXPECT_TRUE(lost.op.is_none());
  EXPECT_FALSE(lost.is_answer);
  EXPECT_EQ(lost.received, kNever);
  EXPECT_TRUE(first(messages, "").is_answer);
}

}  // namespace
}  // namespace picklock

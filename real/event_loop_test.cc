#include "real/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

namespace picklock {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class EventLoopTest : public ::testing::Test {
 protected:
  ~EventLoopTest() override {
    for (const int file : files_) ::close(file);
  }

  auto note(int number) {
    return [this, number] { happened_.push_back(number); };
  }
  int ready_file() {
    files_.push_back(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
    return files_.back();
  }

  std::unique_ptr<ClockPage> page_ = std::make_unique<ClockPage>();
  EventLoop loop_{*page_};
  std::vector<int> happened_;
  std::vector<int> files_;
};

TEST_F(EventLoopTest, TimersFireOnceTheirTimeHasComeInTheirOrder) {
  loop_.at(TrueTime{2ms}, note(3));
  loop_.at(TrueTime{1ms}, note(1));
  loop_.at(TrueTime{1ms}, note(2));
  EXPECT_FALSE(loop_.run_ready());
  EXPECT_EQ(loop_.next_due(), TrueTime{1ms});
  page_->move_to(TrueTime{1ms});
  EXPECT_TRUE(loop_.run_ready());
  EXPECT_THAT(happened_, ElementsAre(1, 2));
  page_->move_to(TrueTime{2ms});
  loop_.run_ready();
  EXPECT_THAT(happened_, ElementsAre(1, 2, 3));
  EXPECT_EQ(loop_.next_due(), kNever);
}

TEST_F(EventLoopTest, FireFirstCallsOneTimerAlone) {
  loop_.at(TrueTime{}, note(1));
  loop_.at(TrueTime{}, note(2));
  loop_.fire_first();
  EXPECT_THAT(happened_, ElementsAre(1));
}

TEST_F(EventLoopTest, WhatATimerAddsForNowWaitsForTheNextTurn) {
  loop_.at(TrueTime{}, [this] { loop_.at(TrueTime{}, note(1)); });
  loop_.run_ready();
  EXPECT_THAT(happened_, IsEmpty());
  loop_.run_ready();
  EXPECT_THAT(happened_, ElementsAre(1));
}

TEST_F(EventLoopTest, CancelledTimersDoNotFireNorDoThoseThatWerePutOffYet) {
  const EventLoop::Timer gone = loop_.at(TrueTime{}, note(1));
  loop_.at(TrueTime{1ms}, note(2));
  loop_.cancel(gone);
  loop_.cancel(gone);
  Duration late = 5ms;
  loop_.put_off_by([&late] { return std::exchange(late, Duration{}); });
  page_->move_to(TrueTime{5ms});
  loop_.run_ready();
  EXPECT_THAT(happened_, IsEmpty());
  EXPECT_EQ(loop_.next_due(), TrueTime{6ms});
  loop_.cancel_all();
  EXPECT_EQ(loop_.next_due(), kNever);
}

// Both are ready in the same look; the first that is handled removes the other.
TEST_F(EventLoopTest, FileThatWasRemovedMeanwhileIsNotHandled) {
  const int one = ready_file();
  const int other = ready_file();
  loop_.watch(one, EPOLLIN, [&](std::uint32_t) {
    happened_.push_back(1);
    loop_.watch(other, 0);
  });
  loop_.watch(other, EPOLLIN, [&](std::uint32_t) {
    happened_.push_back(1);
    loop_.watch(one, 0);
  });
  EXPECT_TRUE(loop_.handle_files());
  EXPECT_THAT(happened_, ElementsAre(1));
}

TEST_F(EventLoopTest, SleepSeesThatAFileIsReadyAndHandlesNothing) {
  EXPECT_FALSE(loop_.sleep(Duration{}));
  loop_.watch(ready_file(), EPOLLIN, [this](std::uint32_t) { happened_.push_back(1); });
  EXPECT_TRUE(loop_.sleep());
  EXPECT_THAT(happened_, IsEmpty());
}

}  // namespace
}  // namespace picklock

#include "sim/kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <coroutine>
#include <functional>
#include <string>
#include <vector>

#include "algorithms/task.h"
#include "sim/testing/event_log.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kPlenty = 1'000'000;

class KernelTest : public testing::Test {
 protected:
  KernelTest() {
    node_ = kernel_.add_node("client-1", Role::client, Duration{}, 0);
    other_ = kernel_.add_node("client-2", Role::client, Duration{}, 0);
    kernel_.reset(Choices::random(1), true);
  }

  Kernel::Ticket push(Duration at, char name, std::uint8_t flags = 0) {
    return kernel_.push(TrueTime{at}, handler_, node_, LoggingHandler::letter(name, flags));
  }
  Kernel::Ticket push_global(Duration at, char name, std::uint8_t flags = 0) {
    return kernel_.push_global(TrueTime{at}, handler_, LoggingHandler::letter(name, flags));
  }
  // A timer of the node's monotonic clock.
  void push_timer(Duration after, char name) {
    const TrueTime at = kernel_.after_monotonic(kernel_.node(node_), after);
    kernel_.push(at, handler_, node_, LoggingHandler::letter(name, Kernel::on_monotonic));
  }
  // Does `what` at this time, between the events of the nodes.
  void at(Duration time, std::function<void()> what) {
    actions_.push_back(std::move(what));
    Kernel::Payload payload;
    payload.slot = static_cast<std::uint32_t>(actions_.size() - 1);
    kernel_.push_global(TrueTime{time}, actor_, payload);
  }
  Lines run() {
    EXPECT_TRUE(kernel_.run(kNever, kPlenty));
    return handler_.log.take();
  }
  Duration monotonic() const {
    return kernel_.node(node_).monotonic.at(kernel_.now()).time_since_epoch();
  }

  class Actor final : public Handler {
   public:
    explicit Actor(KernelTest& test) : test_(test) {}
    void fire(const Kernel::Payload& payload) override { test_.actions_.at(payload.slot)(); }

   private:
    KernelTest& test_;
  };

  Kernel kernel_;
  LoggingHandler handler_{kernel_};
  Actor actor_{*this};
  std::vector<std::function<void()>> actions_;
  NodeId node_;
  NodeId other_;
};

TEST_F(KernelTest, EventsFireInTheOrderOfTime) {
  push(3ms, 'c');
  push(1ms, 'a');
  push_global(2ms, 'b');
  EXPECT_THAT(run(), ElementsAre("1ms a", "2ms b", "3ms c"));
}

TEST_F(KernelTest, EventsOfOneTimeFireInTheOrderOfInsertionWhoeverOwnsThem) {
  push(1ms, 'a');
  push_global(1ms, 'b');
  kernel_.push(TrueTime{1ms}, handler_, other_, LoggingHandler::letter('c'));
  push(1ms, 'd');
  EXPECT_THAT(run(), ElementsAre("1ms a", "1ms b", "1ms c", "1ms d"));
}

TEST_F(KernelTest, AnEventThatIsPushedForNowFiresAfterThoseThatAlreadyWait) {
  handler_.then = [this](const Kernel::Payload& payload) {
    if (payload.slot == 'a') push(1ms, 'c');
  };
  push(1ms, 'a');
  push(1ms, 'b');
  EXPECT_THAT(run(), ElementsAre("1ms a", "1ms b", "1ms c"));
}

TEST_F(KernelTest, ACancelledTimerNeverFires) {
  const Kernel::Ticket ticket = push(1ms, 'a');
  push(2ms, 'b');
  kernel_.cancel(ticket);
  EXPECT_THAT(run(), ElementsAre("2ms b"));
}

TEST_F(KernelTest, CancellingTwiceOrTooLateHarmsNobody) {
  const Kernel::Ticket fired = push(1ms, 'a');
  const Kernel::Ticket cancelled = push(1ms, 'b');
  kernel_.cancel(cancelled);
  kernel_.cancel(cancelled);
  at(2ms, [=, this] {
    push(3ms, 'c');  // may use the storage of either
    push(3ms, 'd');
    kernel_.cancel(fired);
    kernel_.cancel(cancelled);
    kernel_.cancel(Kernel::Ticket{});
  });
  EXPECT_THAT(run(), ElementsAre("1ms a", "3ms c", "3ms d"));
  EXPECT_EQ(kernel_.foreground(), 0U);
}

TEST_F(KernelTest, ARunEndsWhenOnlyTheBackgroundIsLeft) {
  push(1ms, 'a', Kernel::background);
  push(2ms, 'b');
  push(3ms, 'c', Kernel::background);
  EXPECT_THAT(run(), ElementsAre("1ms a", "2ms b"));
  EXPECT_EQ(kernel_.now(), TrueTime{2ms});
}

TEST_F(KernelTest, CancellingTheLastForegroundEventEndsTheRun) {
  const Kernel::Ticket ticket = push(5ms, 'a');
  push(9ms, 'b', Kernel::background);
  at(1ms, [=, this] { kernel_.cancel(ticket); });
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(kernel_.now(), TrueTime{1ms});
}

TEST_F(KernelTest, WhatLiesAfterTheEndDoesNotFire) {
  push(10ms, 'a');
  push(10ms + 1ns, 'b');
  EXPECT_TRUE(kernel_.run(TrueTime{10ms}, kPlenty));
  EXPECT_THAT(handler_.log.take(), ElementsAre("10ms a"));
}

TEST_F(KernelTest, TheBudgetOfEventsIsKeptToTheEvent) {
  push(1ms, 'a');
  push(2ms, 'b');
  push(3ms, 'c');
  EXPECT_FALSE(kernel_.run(kNever, 2));
  EXPECT_THAT(handler_.log.take(), ElementsAre("1ms a", "2ms b"));
  EXPECT_EQ(kernel_.events(), 2U);
}

TEST_F(KernelTest, ABudgetThatIsJustEnoughIsNotExhausted) {
  push(1ms, 'a');
  push(2ms, 'b');
  EXPECT_TRUE(kernel_.run(kNever, 2));
}

TEST_F(KernelTest, StopEndsTheRunAfterTheEventInWhichItIsCalled) {
  push(1ms, 'a');
  push(2ms, 'b');
  handler_.then = [this](const Kernel::Payload&) { kernel_.stop(); };
  EXPECT_THAT(run(), ElementsAre("1ms a"));
}

TEST_F(KernelTest, EventsOfAPausedNodeWaitInOrderWhileOthersGoOn) {
  kernel_.pause(node_);
  push(1ms, 'a');
  push(2ms, 'b');
  kernel_.push(TrueTime{3ms}, handler_, other_, LoggingHandler::letter('c'));
  at(9ms, [this] { kernel_.resume(node_); });
  push(20ms, 'd');
  EXPECT_THAT(run(), ElementsAre("3ms c", "9ms a", "9ms b", "20ms d"));
}

TEST_F(KernelTest, EachPauseNeedsItsResume) {
  kernel_.pause(node_);
  kernel_.pause(node_);
  push(1ms, 'a');
  at(2ms, [this] { kernel_.resume(node_); });
  at(3ms, [this] { kernel_.resume(node_); });
  EXPECT_THAT(run(), ElementsAre("3ms a"));
}

TEST_F(KernelTest, APausedClockRunsOn) {
  kernel_.pause(node_);
  at(5ms, [this] { EXPECT_EQ(monotonic(), 5ms); });
  run();
}

TEST_F(KernelTest, WhatIsPendingForACrashedNodeIsDropped) {
  push(2ms, 'a');
  at(1ms, [this] { kernel_.crash(node_); });
  EXPECT_THAT(run(), ElementsAre("2ms no a"));
}

TEST_F(KernelTest, ARestartDoesNotBringBackWhatTheEarlierLifeHadPending) {
  push(5ms, 'a');
  at(1ms, [this] { kernel_.crash(node_); });
  at(2ms, [this] {
    kernel_.restart(node_);
    push(6ms, 'b');
  });
  EXPECT_THAT(run(), ElementsAre("5ms no a", "6ms b"));
}

TEST_F(KernelTest, WhatWaitedForAPausedNodeIsDroppedWhenItCrashes) {
  kernel_.pause(node_);
  push(1ms, 'a');
  at(3ms, [this] { kernel_.crash(node_); });
  at(4ms, [this] {
    kernel_.restart(node_);
    push(5ms, 'b');  // the next life is not paused
  });
  EXPECT_THAT(run(), ElementsAre("3ms no a", "5ms b"));
}

TEST_F(KernelTest, AMonotonicTimerCountsTheNodesOwnTime) {
  kernel_.set_clock_rate(node_, 1'000'000);  // twice as fast
  push_timer(10ms, 'a');
  EXPECT_THAT(run(), ElementsAre("5ms a"));
}

TEST_F(KernelTest, AChangeOfRateMovesTheTimersThatArePending) {
  push_timer(10ms, 'a');
  push(10ms, 'b');  // of true time: stays
  at(4ms, [this] { kernel_.set_clock_rate(node_, -500'000); });
  EXPECT_THAT(run(), ElementsAre("10ms b", "16ms a"));
}

TEST_F(KernelTest, AChangeOfRateMovesNobodyElsesTimers) {
  kernel_.push(TrueTime{10ms}, handler_, other_, LoggingHandler::letter('a', Kernel::on_monotonic));
  at(4ms, [this] { kernel_.set_clock_rate(node_, -500'000); });
  EXPECT_THAT(run(), ElementsAre("10ms a"));
}

TEST_F(KernelTest, ATimerThatFollowsAClockNeverFiresEarlyOnIt) {
  for (const std::int32_t ppm : {-900'000, -333'333, -7, 0, 7, 333'333, 900'000}) {
    kernel_.reset(Choices::random(1), true);
    push_timer(10ms, 'a');
    at(3ms, [=, this] { kernel_.set_clock_rate(node_, ppm); });
    run();
    EXPECT_GE(monotonic(), 10ms) << ppm;
    EXPECT_LE(monotonic(), 10ms + 2ns) << ppm;
  }
}

TEST_F(KernelTest, AStepOfTheWallClockMovesNoTimer) {
  push_timer(10ms, 'a');
  at(1ms, [this] { kernel_.node(node_).wall.step(kernel_.now(), 1h); });
  at(2ms, [this] { kernel_.node(node_).wall.set_frozen(kernel_.now(), true); });
  EXPECT_THAT(run(), ElementsAre("10ms a"));
}

TEST_F(KernelTest, ASuspendedMonotonicClockStandsStillAndItsTimersMove) {
  push_timer(10ms, 'a');
  push(10ms, 'b');
  at(4ms, [this] { kernel_.suspend_clock(node_, 7ms); });
  at(11ms, [this] {
    EXPECT_EQ(monotonic(), 4ms);
    EXPECT_EQ(kernel_.node(node_).suspended, 7ms);
  });
  EXPECT_THAT(run(), ElementsAre("10ms b", "17ms a"));
}

// A clock that is slow or fast shows the same when its machine wakes as when it fell asleep.
TEST_F(KernelTest, NoRateMakesASuspendMoveTheMonotonicClock) {
  for (const std::int32_t ppm : {-500'000, -100, 100, 500'000}) {
    kernel_.reset(Choices::random(1), true);
    kernel_.set_clock_rate(node_, ppm);
    Duration before{};
    Duration boot_before{};
    at(4ms, [&, this] {
      before = monotonic();
      boot_before = before + kernel_.node(node_).suspended;
      push_timer(10ms, 'a');
      kernel_.suspend_clock(node_, 8ms);
    });
    at(12ms, [&, this] {
      EXPECT_EQ(monotonic(), before) << ppm;
      const Duration slept = Duration{8ms} * (1'000'000 + ppm) / 1'000'000;
      EXPECT_EQ(monotonic() + kernel_.node(node_).suspended - boot_before, slept) << ppm;
    });
    run();
    EXPECT_GE(monotonic() - before, 10ms) << ppm;
    EXPECT_LE(monotonic() - before, 10ms + 2ns) << ppm;
  }
}

TEST_F(KernelTest, AMachineThatSleepsForeverHasNoTimersAndItsClockStands) {
  push_timer(10ms, 'a');
  at(4ms, [this] { kernel_.suspend_clock(node_, kForever); });
  EXPECT_TRUE(kernel_.run(TrueTime{24h}, kPlenty));
  EXPECT_THAT(handler_.log.take(), IsEmpty());
  EXPECT_EQ(monotonic(), 4ms);
}

TEST_F(KernelTest, ATimerThatIsNeverDueStaysSoUnderEveryChangeOfClocks) {
  EXPECT_EQ(kernel_.after_monotonic(kernel_.node(node_), kForever), kNever);
  push_timer(kForever, 'a');
  at(1ms, [this] { kernel_.set_clock_rate(node_, 500'000); });
  at(2ms, [this] {
    kernel_.suspend_clock(node_, 1s);
    EXPECT_LT(monotonic(), 0ms);
    EXPECT_EQ(kernel_.after_monotonic(kernel_.node(node_), kForever), kNever);
    EXPECT_LT(kernel_.after_monotonic(kernel_.node(node_), 20ms), kNever);
  });
  EXPECT_TRUE(kernel_.run(TrueTime{24h}, kPlenty));
  EXPECT_THAT(handler_.log.take(), IsEmpty());
}

TEST_F(KernelTest, ATimerOfNoDurationIsDueAtOnce) {
  EXPECT_EQ(kernel_.after_monotonic(kernel_.node(node_), 0ms), kernel_.now());
  EXPECT_EQ(kernel_.after_monotonic(kernel_.node(node_), -5ms), kernel_.now());
}

// A coroutine that logs its steps; each wait ends by the event of the same letter.
class Waits {
 public:
  explicit Waits(std::vector<std::coroutine_handle<>>& waiters) : waiters_(waiters) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) { waiters_.push_back(waiter); }
  void await_resume() const noexcept {}

 private:
  std::vector<std::coroutine_handle<>>& waiters_;
};

Task<void> log_around_a_wait(EventLog& log, std::vector<std::coroutine_handle<>>& waiters) {
  log.at("starts");
  co_await Waits(waiters);
  log.at("goes on");
}

TEST_F(KernelTest, ACoroutineRunsAfterTheHandlerThatWokeItAndBeforeTheNextEvent) {
  std::vector<std::coroutine_handle<>> waiters;
  Task<void> task = log_around_a_wait(handler_.log, waiters);
  task.start(kernel_.trampoline());
  handler_.then = [&](const Kernel::Payload& payload) {
    if (payload.slot != 'a') return;
    kernel_.trampoline().enqueue(waiters.front());
    handler_.log.at("woke it");
  };
  push(1ms, 'a');
  push(1ms, 'b');
  EXPECT_THAT(run(), ElementsAre("0s starts", "1ms a", "1ms woke it", "1ms goes on", "1ms b"));
  EXPECT_TRUE(task.is_done());
}

TEST_F(KernelTest, AResetLeavesNothingBehind) {
  std::vector<std::coroutine_handle<>> waiters;
  Task<void> task = log_around_a_wait(handler_.log, waiters);
  push(5ms, 'a');
  push(6ms, 'b', Kernel::background);
  push(1ms, 'c');
  kernel_.run(TrueTime{2ms}, kPlenty);
  kernel_.pause(node_);
  kernel_.crash(other_);
  kernel_.set_clock_rate(node_, 5);
  kernel_.node(node_).wall.step(kernel_.now(), 1s);
  kernel_.suspend_clock(node_, 1s);
  kernel_.recorder().add({.kind = EventKind::crashed});
  kernel_.stop();
  task.start(kernel_.trampoline());
  handler_.log.take();

  kernel_.reset(Choices::random(1), true);
  EXPECT_EQ(kernel_.now(), TrueTime{});
  EXPECT_EQ(kernel_.events(), 0U);
  EXPECT_EQ(kernel_.foreground(), 0U);
  EXPECT_FALSE(kernel_.node(node_).is_paused());
  EXPECT_TRUE(kernel_.node(other_).is_up);
  EXPECT_EQ(kernel_.node(node_).wall.at(TrueTime{1s}), local_time(1'000'000'000));
  EXPECT_EQ(kernel_.node(node_).monotonic.at(TrueTime{1s}), local_time(1'000'000'000));
  EXPECT_EQ(kernel_.node(node_).suspended, 0s);
  EXPECT_EQ(kernel_.recorder().digest(), Recorder{}.digest());
  EXPECT_THAT(kernel_.recorder().events(), IsEmpty());
  push(1ms, 'd');
  EXPECT_THAT(run(), ElementsAre("1ms d"));
}

TEST_F(KernelTest, TheDigestTellsTwoOrdersApart) {
  const auto digest_of = [this](char first, char second) {
    kernel_.reset(Choices::random(1), true);
    Kernel::Payload payload;
    payload.kind = static_cast<std::uint8_t>(first);
    kernel_.push(TrueTime{1ms}, handler_, node_, payload);
    payload.kind = static_cast<std::uint8_t>(second);
    kernel_.push(TrueTime{1ms}, handler_, node_, payload);
    run();
    return kernel_.recorder().digest();
  };
  const std::uint64_t digest = digest_of('a', 'b');
  EXPECT_NE(digest, digest_of('b', 'a'));
  EXPECT_EQ(digest, digest_of('a', 'b'));
}

}  // namespace
}  // namespace picklock

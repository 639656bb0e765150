// Facts about waits in a process whose clocks are the test's: the shim is loaded into the test itself.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "real/frozen_clock.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

constexpr timespec kInFiveSeconds{.tv_sec = 5, .tv_nsec = 0};

class ClockShim : public ::testing::Test {
 protected:
  using TimedWait = int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*);

  void SetUp() override {
    auto clock = FrozenClock::create(1'700'000'000'000);
    ASSERT_TRUE(clock);
    clock_.emplace(std::move(clock).value());
    std::string library;
    for (const std::string& variable : clock_->all_clocks("ticker")) {
      const std::size_t equals = variable.find('=');
      const std::string name = variable.substr(0, equals);
      const std::string value = variable.substr(equals + 1);
      if (name == "LD_PRELOAD") {
        library = value;
      } else {
        ::setenv(name.c_str(), value.c_str(), 1);
        variables_.push_back(name);
      }
    }
    // One look at the environment: a library that is loaded anew takes another.
    library_ = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library_, nullptr) << ::dlerror();
    wait_ = reinterpret_cast<TimedWait>(::dlsym(library_, "pthread_cond_timedwait"));
    ASSERT_NE(wait_, nullptr);
  }
  void TearDown() override {
    if (library_ != nullptr) ::dlclose(library_);
    for (const std::string& name : variables_) ::unsetenv(name.c_str());
  }

  int wait_until(timespec instant) {
    ::pthread_mutex_lock(&mutex_);
    waits_ = true;
    const int ended = wait_(&condition_, &mutex_, &instant);
    waits_ = false;
    ::pthread_mutex_unlock(&mutex_);
    return ended;
  }

  // What the page says while a thread of this name waits: one that has let go of the mutex, and does not get it.
  Duration awaited_by(const char* name) {
    Duration awaited{};
    std::thread waiting([this, name] {
      ::pthread_setname_np(::pthread_self(), name);
      while (!seen_) wait_until(kInFiveSeconds);
    });
    while (!seen_) {
      ::pthread_mutex_lock(&mutex_);
      awaited = clock_->awaited();
      seen_ = waits_;
      ::pthread_mutex_unlock(&mutex_);
    }
    waiting.join();
    return awaited;
  }

  std::optional<FrozenClock> clock_;

 private:
  std::vector<std::string> variables_;  // of the environment, until the library has looked
  void* library_ = nullptr;
  TimedWait wait_ = nullptr;
  bool waits_ = false;
  std::atomic<bool> seen_ = false;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition_ = PTHREAD_COND_INITIALIZER;
};

// What was signalled while the wait let its mutex go is seen only by a caller who may look.
TEST_F(ClockShim, WaitThatIsNotDueComesBackToItsCaller) {
  EXPECT_EQ(wait_until(kInFiveSeconds), 0);
}

TEST_F(ClockShim, WaitThatIsDueTimesOut) {
  clock_->advance(5s);
  EXPECT_EQ(wait_until(kInFiveSeconds), ETIMEDOUT);
}

TEST_F(ClockShim, TickerSaysUntilWhenItWaitsWhileItDoes) {
  EXPECT_EQ(awaited_by("ticker of three"), 5s);
  EXPECT_EQ(clock_->awaited(), 0s);
}

TEST_F(ClockShim, OtherThreadsSayNothing) {
  EXPECT_EQ(awaited_by("ticke"), 0s);
}

}  // namespace
}  // namespace picklock

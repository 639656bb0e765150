// The clocks of a child process, in the hands of its parent: a library for LD_PRELOAD.
//
// Built as a shared library of its own (PICKLOCK_CLOCK_SHIM); in every other build this file is empty.
// PICKLOCK_CLOCK_PAGE names the file of a ClockPage, PICKLOCK_CLOCK_NODE the node whose clocks the process
// is to see. CLOCK_REALTIME is replaced always, CLOCK_MONOTONIC only where PICKLOCK_CLOCK_MONOTONIC or
// PICKLOCK_CLOCK_STEPS is set: else timers and poll loops run on as they are. With the latter it goes in steps, and
// rand() says what the page says. With the former, waits on condition variables end by the clock
// that is shown: that is how a Java machine sleeps. The kernel does not know that clock, so such a wait ends
// after kLook of real time, at the latest: before its time it is a spurious wakeup, as any wait may have.
// (To wait on without asking the caller would lose what was signalled while the mutex was let go.) Until when the thread
// waits whose name begins as PICKLOCK_CLOCK_TICKER says, the page shows to the parent.
//
// No allocation and no dlsym() here: redis-server's allocator asks for the time while it starts, and
// would wait for itself. System calls are made directly for the same reason.
#ifdef PICKLOCK_CLOCK_SHIM

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "real/clock_page.h"
#include "real/shim_memory.h"

namespace {

using picklock::ClockPage;

constexpr std::int64_t kBillion = 1'000'000'000;
constexpr std::int64_t kLook = 2'000'000;  // ns

constinit picklock::MemoryOfParent<ClockPage> clock_page("PICKLOCK_CLOCK_PAGE");

ClockPage* page() {
  return clock_page.get();
}

// Read once: a process that writes its title does so over its environment.
std::size_t read_node() {
  const char* const number = std::getenv("PICKLOCK_CLOCK_NODE");
  return number == nullptr ? 0
                           : static_cast<std::size_t>(std::atoi(number)) % ClockPage::kMostNodes;
}

std::size_t node() {
  static const std::size_t the_node = read_node();
  return the_node;
}

bool replaces_monotonic() {
  static const bool replaces = std::getenv("PICKLOCK_CLOCK_MONOTONIC") != nullptr;
  return replaces;
}

bool goes_in_steps() {
  static const bool steps = std::getenv("PICKLOCK_CLOCK_STEPS") != nullptr;
  return steps;
}

// Asked each time: a thread is named after it has begun.
bool counts_ticks() {
  static const char* const ticker = std::getenv("PICKLOCK_CLOCK_TICKER");
  if (ticker == nullptr) return false;
  std::array<char, 16> name{};  // prctl(2)
  ::prctl(PR_GET_NAME, name.data());
  return std::string_view(name.data()).starts_with(ticker);
}

std::int64_t in_ns(const timespec& time) {
  return time.tv_sec * kBillion + time.tv_nsec;
}

std::int64_t kernel_ns() {
  timespec now{};
  ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return in_ns(now);
}

timespec timespec_of(std::int64_t ns) {
  return {.tv_sec = ns / kBillion, .tv_nsec = ns % kBillion};
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const bool monotonic = (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE) &&
                         (replaces_monotonic() || goes_in_steps());
  const ClockPage* const shown = wall || monotonic ? page() : nullptr;
  if (shown == nullptr) return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  *time = timespec_of(wall              ? shown->unix_ns(node())
                      : goes_in_steps() ? shown->steps_ns[node()].load()
                                        : shown->monotonic_ns(node()));
  return 0;
}

// An instant of the wall clock is in this century, one of the monotonic clock is soon after its start.
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
  ClockPage* const shown = page();
  const bool wall = until->tv_sec >= kBillion;
  if (shown == nullptr || !replaces_monotonic()) {
    return ::pthread_cond_clockwait(condition, mutex, wall ? CLOCK_REALTIME : CLOCK_MONOTONIC,
                                    until);
  }
  const auto left = [&] {
    return in_ns(*until) - (wall ? shown->unix_ns(node()) : shown->monotonic_ns(node()));
  };
  // Due already: the mutex is let go for a moment all the same, as by any wait.
  const std::int64_t most = std::clamp<std::int64_t>(left(), 0, kLook);
  const timespec look = timespec_of(kernel_ns() + most);
  const bool is_told = !wall && counts_ticks();
  if (is_told) shown->awaited_ns[node()] = in_ns(*until);
  const int ended = ::pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &look);
  if (is_told) shown->awaited_ns[node()] = 0;
  return ended == ETIMEDOUT && left() > 0 ? 0 : ended;
}

int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

int rand() noexcept {
  const ClockPage* const shown = goes_in_steps() ? page() : nullptr;
  return static_cast<int>(shown == nullptr ? ::random() : shown->dice[node()].load());
}

time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"

#endif

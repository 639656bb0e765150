// The wall clock of a child process, in the hands of its parent: a library for LD_PRELOAD.
//
// Built as a shared library of its own (PICKLOCK_CLOCK_SHIM); in every other build this file is empty.
// PICKLOCK_CLOCK_PAGE names the file of a ClockPage, PICKLOCK_CLOCK_NODE the node whose wall clock the
// process is to see. Only CLOCK_REALTIME is replaced; monotonic clocks run on, so timers and poll loops do.
//
// No allocation and no dlsym() here: redis-server's allocator asks for the time while it starts, and
// would wait for itself. System calls are made directly for the same reason.
#ifdef PICKLOCK_CLOCK_SHIM

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "real/clock_page.h"

namespace {

using picklock::ClockPage;

constexpr std::int64_t kBillion = 1'000'000'000;

const ClockPage* mapped_page() {
  const char* const path = std::getenv("PICKLOCK_CLOCK_PAGE");
  if (path == nullptr) return nullptr;
  const auto handle =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
  if (handle < 0) return nullptr;
  void* const memory = ::mmap(nullptr, sizeof(ClockPage), PROT_READ, MAP_SHARED, handle, 0);
  ::syscall(SYS_close, handle);
  return memory == MAP_FAILED ? nullptr : static_cast<const ClockPage*>(memory);
}

// Two threads may map the page at once; both mappings show the same.
const ClockPage* page() {
  static std::atomic<const ClockPage*> the_page{nullptr};
  static std::atomic<bool> tried{false};
  const ClockPage* known = the_page.load(std::memory_order_acquire);
  if (known != nullptr || tried.load(std::memory_order_acquire)) return known;
  known = mapped_page();
  the_page.store(known, std::memory_order_release);
  tried.store(true, std::memory_order_release);
  return known;
}

std::size_t node() {
  static const char* const number = std::getenv("PICKLOCK_CLOCK_NODE");
  return number == nullptr ? 0
                           : static_cast<std::size_t>(std::atoi(number)) % ClockPage::kMostNodes;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const ClockPage* const shown = wall ? page() : nullptr;
  if (shown == nullptr) return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  const std::int64_t now = shown->unix_ns(node());
  time->tv_sec = now / kBillion;
  time->tv_nsec = now % kBillion;
  return 0;
}

int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"

#endif

// The wall clock of a child process, in the hands of its parent: a library for LD_PRELOAD.
//
// Built as a shared library of its own (PICKLOCK_CLOCK_SHIM); in every other build this file is empty.
// The page named by PICKLOCK_CLOCK_PAGE holds one 64-bit number: the time since 1970 in nanoseconds,
// or a negative one for "the true clock". Only CLOCK_REALTIME is replaced; monotonic clocks run on, so
// timers and poll loops do.
//
// No allocation and no dlsym() here: redis-server's allocator asks for the time while it starts, and
// would wait for itself. System calls are made directly for the same reason.
#ifdef PICKLOCK_CLOCK_SHIM

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <ctime>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr std::int64_t kBillion = 1'000'000'000;

// Two threads may map the page at once; both mappings show the same number.
const std::atomic<std::int64_t>* page() {
  static std::atomic<const std::atomic<std::int64_t>*> the_page{nullptr};
  static std::atomic<bool> tried{false};
  const auto* known = the_page.load(std::memory_order_acquire);
  if (known != nullptr || tried.load(std::memory_order_acquire)) return known;
  const char* const path = std::getenv("PICKLOCK_CLOCK_PAGE");
  if (path == nullptr) {
    tried.store(true, std::memory_order_release);
    return nullptr;
  }
  const auto handle =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0));
  if (handle >= 0) {
    void* const memory = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, handle, 0);
    ::syscall(SYS_close, handle);
    if (memory != MAP_FAILED) {
      the_page.store(static_cast<const std::atomic<std::int64_t>*>(memory),
                     std::memory_order_release);
    }
  }
  tried.store(true, std::memory_order_release);
  return the_page.load(std::memory_order_acquire);
}

// Nanoseconds, or a negative number when the true clock is wanted.
std::int64_t frozen() {
  const std::atomic<std::int64_t>* const shown = page();
  return shown == nullptr ? -1 : shown->load(std::memory_order_acquire);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const std::int64_t now = wall ? frozen() : -1;
  if (now < 0) return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
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

#include "real/frozen_clock.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace picklock {

Result<FrozenClock> FrozenClock::create(const std::string& shim, std::int64_t unix_ms) {
  using Failed = Result<FrozenClock>;
  if (::access(shim.c_str(), R_OK) != 0) {
    return Failed::failure("expected the clock shim at " + shim + ": " + std::strerror(errno));
  }
  FrozenClock clock;
  clock.shim_ = shim;
  clock.path_ = std::filesystem::temp_directory_path() / "picklock-clock-XXXXXX";
  const int handle = ::mkstemp(clock.path_.data());
  if (handle < 0 || ::ftruncate(handle, sizeof(std::int64_t)) != 0) {
    return Failed::failure("expected to create the file " + clock.path_ + ": " +
                           std::strerror(errno));
  }
  void* const page =
      ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
  ::close(handle);
  if (page == MAP_FAILED) {
    return Failed::failure("expected to map the file " + clock.path_ + ": " + std::strerror(errno));
  }
  clock.nanoseconds_ = static_cast<std::int64_t*>(page);
  clock.set(unix_ms);
  return Failed(std::move(clock));
}

FrozenClock::FrozenClock(FrozenClock&& other) noexcept
    : shim_(std::move(other.shim_)),
      path_(std::exchange(other.path_, {})),
      nanoseconds_(std::exchange(other.nanoseconds_, nullptr)) {}

FrozenClock::~FrozenClock() {
  if (nanoseconds_ != nullptr) ::munmap(nanoseconds_, sizeof(std::int64_t));
  if (!path_.empty()) ::unlink(path_.c_str());
}

void FrozenClock::set(std::int64_t unix_ms) {
  std::atomic_ref<std::int64_t>(*nanoseconds_).store(unix_ms * 1'000'000);
}

std::vector<std::string> FrozenClock::environment() const {
  return {"LD_PRELOAD=" + shim_, "PICKLOCK_CLOCK_PAGE=" + path_};
}

}  // namespace picklock

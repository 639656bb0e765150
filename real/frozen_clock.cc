#include "real/frozen_clock.h"

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <new>
#include <span>

#include "real/clock_shim_bytes.h"

namespace picklock {
namespace {

// The shim as a file that children inherit; it has no name on any disk. -1: there is no such file.
int shim_file() {
  static const int the_file = [] {
    const std::span<const unsigned char> bytes = clock_shim_bytes();
    const int file = ::memfd_create("picklock-clock-shim", 0);
    std::size_t written = 0;
    while (file >= 0 && written < bytes.size()) {
      const ssize_t wrote = ::write(file, bytes.data() + written, bytes.size() - written);
      if (wrote <= 0) return -1;
      written += static_cast<std::size_t>(wrote);
    }
    return file;
  }();
  return the_file;
}

}  // namespace

std::vector<std::string> shim_environment(const SharedMemory& memory, std::size_t node) {
  if (shim_file() < 0) return {};
  return {"LD_PRELOAD=/proc/self/fd/" + std::to_string(shim_file()),
          "PICKLOCK_CLOCK_PAGE=" + memory.path(), "PICKLOCK_CLOCK_NODE=" + std::to_string(node)};
}

std::vector<std::string> full_shim_environment(const SharedMemory& memory, std::size_t node,
                                               const std::string& ticker) {
  std::vector<std::string> variables = shim_environment(memory, node);
  if (variables.empty()) return variables;
  variables.emplace_back("PICKLOCK_CLOCK_MONOTONIC=1");
  if (!ticker.empty()) variables.emplace_back("PICKLOCK_CLOCK_TICKER=" + ticker);
  return variables;
}

std::vector<std::string> stepping_shim_environment(const SharedMemory& memory, std::size_t node) {
  std::vector<std::string> variables = shim_environment(memory, node);
  if (!variables.empty()) variables.emplace_back("PICKLOCK_CLOCK_STEPS=1");
  return variables;
}

Result<FrozenClock> FrozenClock::create(std::int64_t unix_ms) {
  Result<SharedMemory> memory = SharedMemory::create("picklock-clock", sizeof(ClockPage));
  if (!memory) return Result<FrozenClock>(memory.error());
  auto* const page = ::new (memory->data()) ClockPage;
  page->nodes[0].update([](NodeClocks::Values& clocks) {
    clocks.wall.set_frozen(TrueTime{}, true);
    clocks.monotonic.set_frozen(TrueTime{}, true);
  });
  FrozenClock clock(std::move(memory).value());
  clock.set(unix_ms);
  return Result<FrozenClock>(std::move(clock));
}

void FrozenClock::set(std::int64_t unix_ms) {
  auto* const page = static_cast<ClockPage*>(memory_.data());
  page->nodes[0].update([unix_ms](NodeClocks::Values& clocks) {
    const LocalTime shown{std::chrono::milliseconds(unix_ms)};
    clocks.wall.step(TrueTime{}, shown - clocks.wall.at(TrueTime{}));
  });
}

void FrozenClock::advance(Duration by) {
  auto* const page = static_cast<ClockPage*>(memory_.data());
  page->nodes[0].update(
      [by](NodeClocks::Values& clocks) { clocks.monotonic.step(TrueTime{}, by); });
}

std::vector<std::string> FrozenClock::all_clocks(const std::string& ticker) const {
  return full_shim_environment(memory_, 0, ticker);
}

Duration FrozenClock::awaited() const {
  return Duration(static_cast<const ClockPage*>(memory_.data())->awaited_ns[0]);
}

std::vector<std::string> FrozenClock::environment() const {
  return shim_environment(memory_, 0);
}

}  // namespace picklock

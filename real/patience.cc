#include "real/patience.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <thread>

namespace picklock {
namespace {

using RealClock = std::chrono::steady_clock;

std::size_t runnable_now() {
  std::ifstream file("/proc/loadavg");
  std::string line;
  std::getline(file, line);
  return runnable_threads(line).value_or(1);
}

}  // namespace

Patience::Patience(std::chrono::nanoseconds most) : most_(most), last_look_(RealClock::now()) {}

bool Patience::is_over() {
  // The file is read this often at the most, however often is asked.
  constexpr std::chrono::milliseconds kBetween(1);
  const RealClock::time_point now = RealClock::now();
  if (now - last_look_ >= kBetween || most_ < kBetween) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    counted_ += share_of(now - last_look_, runnable_now(), cores);
    last_look_ = now;
  }
  return counted_ >= most_;
}

bool becomes_true(const std::function<bool()>& is_true, std::chrono::nanoseconds patience) {
  Patience left(patience);
  while (!is_true()) {
    if (left.is_over()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::chrono::nanoseconds share_of(std::chrono::nanoseconds elapsed, std::size_t runnable,
                                  std::size_t cores) {
  const auto all = static_cast<std::chrono::nanoseconds::rep>(std::max(runnable, cores));
  return elapsed / all * static_cast<std::chrono::nanoseconds::rep>(cores);
}

std::optional<std::size_t> runnable_threads(std::string_view loadavg) {
  for (int i = 0; i < 3; ++i) {
    const std::size_t space = loadavg.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    loadavg.remove_prefix(space + 1);
  }
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(loadavg.data(), loadavg.data() + loadavg.size(), count);
  const bool has_slash =
      error == std::errc() && end != loadavg.data() + loadavg.size() && *end == '/';
  return has_slash ? std::optional(count) : std::nullopt;
}

}  // namespace picklock

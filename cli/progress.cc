#include "cli/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <utility>

#include "cli/program.h"
#include "reports/canvas.h"

namespace picklock::cli {
namespace {

constexpr double kSilentSeconds = 2;
constexpr double kSecondsBetweenLines = 0.2;

std::string span_text(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  return fmt::format("{:.0f} h", seconds / kHour);
}

}  // namespace

Progress::Progress(std::string what, std::string unit, Total meaning)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      meaning_(meaning),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      started_(wall_seconds()) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  if (!is_terminal_) return;
  const double now = wall_seconds();
  if (now - started_ < kSilentSeconds || now - last_ < kSecondsBetweenLines) return;
  last_ = now;
  shown_ = true;
  const double rate = static_cast<double>(done) / (now - started_);
  std::string line = fmt::format("{}: {}", what_, grouped(done));
  if (meaning_ == Total::exact) line += " of " + grouped(total);
  line += fmt::format(" {}, {} {}/s", unit_, grouped(static_cast<std::uint64_t>(rate)), unit_);
  if (meaning_ != Total::unknown) {
    const double left = static_cast<double>(total - std::min(done, total)) / std::max(rate, 1e-9);
    line += fmt::format(", {}{} left (Ctrl-C keeps what is done)",
                        meaning_ == Total::at_most ? "at most " : "", span_text(left));
  }
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
}

CountedProgress::CountedProgress(std::string what, std::string unit,
                                 const std::atomic<std::uint64_t>& done, std::uint64_t at_most)
    : progress_(std::move(what), std::move(unit), at_most == 0 ? Total::unknown : Total::at_most),
      thread_([this, &done, at_most](const std::stop_token& ended) {
        std::mutex mutex;
        std::condition_variable_any ticks;
        std::unique_lock lock(mutex);
        const auto tick = std::chrono::duration<double>(kSecondsBetweenLines);
        while (!ticks.wait_for(lock, ended, tick, [&] { return ended.stop_requested(); })) {
          progress_.show(done.load(std::memory_order_relaxed), at_most);
        }
      }) {}

}  // namespace picklock::cli

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

bool Progress::is_due() {
  if (!is_terminal_) return false;
  const double now = wall_seconds();
  if (now - started_ < kSilentSeconds || now - last_ < kSecondsBetweenLines) return false;
  last_ = now;
  return true;
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  if (!is_due()) return;
  const double rate = static_cast<double>(done) / (last_ - started_);
  std::string line = fmt::format("{}: {}", what_, grouped(done));
  if (meaning_ == Total::exact) line += " of " + grouped(total);
  line += fmt::format(" {}, {} {}/s", unit_, grouped(static_cast<std::uint64_t>(rate)), unit_);
  if (meaning_ != Total::unknown) {
    const double left = static_cast<double>(total - std::min(done, total)) / std::max(rate, 1e-9);
    line +=
        fmt::format(", {}{} left", meaning_ == Total::at_most ? "at most " : "", span_text(left));
  }
  show_line(line);
}

// What is wider than the terminal would not be taken back with the line.
void Progress::show_line(std::string_view line) {
  const auto width = static_cast<std::size_t>(terminal_width(STDERR_FILENO));
  constexpr std::string_view kHelp = " (Ctrl-C keeps what is done)";
  std::string text(line);
  if (meaning_ != Total::unknown && text.size() + kHelp.size() < width) text += kHelp;
  if (text.size() >= width) text = wrapped(text, width - 1).front();
  shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}", text);
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

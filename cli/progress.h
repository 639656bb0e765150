// One line on the standard error when it is a terminal, for work that takes longer than two seconds.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace picklock::cli {

// What `total` means: that much is to be done, at most that much, or nobody knows (0).
enum class Total : std::uint8_t { exact, at_most, unknown };

class Progress {
 public:
  explicit Progress(std::string what, std::string unit = "runs", Total meaning = Total::exact);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(std::uint64_t done, std::uint64_t total = 0);
  // For a line of somebody else's: whether it is time for one, and the line.
  bool is_due();
  double seconds() const { return last_ - started_; }  // when it was last time for one
  void show_line(std::string_view line);

 private:
  std::string what_;
  std::string unit_;
  Total meaning_;
  bool is_terminal_ = false;
  bool shown_ = false;
  double started_ = 0;
  double last_ = 0;
};

// Shows the progress of work that only counts, from a thread of its own.
class CountedProgress {
 public:
  // `at_most` 0: nobody knows how much there is to do.
  CountedProgress(std::string what, std::string unit, const std::atomic<std::uint64_t>& done,
                  std::uint64_t at_most = 0);

 private:
  Progress progress_;
  std::jthread thread_;
};

}  // namespace picklock::cli

// How long this program waits for a process of this machine before it says that nothing comes.
//
// A process that gets no core is not one that hangs. So what counts is not the time that passes but the share of it
// that a process could have had: with twice as many runnable threads as cores, half of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace picklock {

class Patience {
 public:
  explicit Patience(std::chrono::nanoseconds most);
  // Counts the time since the last look. Does not wait.
  bool is_over();

 private:
  std::chrono::nanoseconds most_;
  std::chrono::nanoseconds counted_{};
  std::chrono::steady_clock::time_point last_look_;
};

// Looks each millisecond. False: it never was, and patience is over.
bool becomes_true(const std::function<bool()>& is_true,
                  std::chrono::nanoseconds patience = std::chrono::seconds(30));

// The part of `elapsed` that each of so many threads could have had.
std::chrono::nanoseconds share_of(std::chrono::nanoseconds elapsed, std::size_t runnable,
                                  std::size_t cores);

// From a line as in /proc/loadavg (proc(5)): its fourth field, before the slash. Nothing: there is none.
std::optional<std::size_t> runnable_threads(std::string_view loadavg);

}  // namespace picklock

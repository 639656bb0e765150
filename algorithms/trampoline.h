// The run queue of a world. A coroutine is never resumed from inside another one: whoever completes a
// wait puts the waiter here, and the world's loop resumes it. The stack stays flat at any depth and on
// any compiler (symmetric transfer overflows it on GCC without optimisation).
#pragma once

#include <coroutine>
#include <cstddef>
#include <vector>

namespace picklock {

class Trampoline {
 public:
  void enqueue(std::coroutine_handle<> handle) { queue_.push_back(handle); }

  // Resumes in the order of arrival until nothing is left to resume.
  void run() {
    for (std::size_t next = 0; next < queue_.size(); ++next) queue_[next].resume();
    queue_.clear();
  }

  void clear() { queue_.clear(); }

 private:
  std::vector<std::coroutine_handle<>> queue_;
};

}  // namespace picklock

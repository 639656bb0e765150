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
  void enqueue(std::coroutine_handle<> handle) {
    if (waiting_ == queue_.size()) [[unlikely]]
      grow();
    queue_[waiting_++] = handle;
  }

  // Resumes in the order of arrival until nothing is left to resume.
  void run() {
    for (std::size_t next = 0; next < waiting_; ++next) queue_[next].resume();
    waiting_ = 0;
  }

  void clear() { waiting_ = 0; }

 private:
  // Apart, so that those who enqueue are short.
  [[gnu::noinline]] void grow() { queue_.resize(queue_.size() * 2 + 16); }

  std::vector<std::coroutine_handle<>> queue_;  // of which the first so many wait
  std::size_t waiting_ = 0;
};

}  // namespace picklock

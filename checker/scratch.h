// Memory for one judgement: from the stack while it lasts, then from the heap.
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <vector>

namespace picklock {

class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::pmr::memory_resource* memory() { return &memory_; }

 private:
  alignas(std::max_align_t) std::array<std::byte, 8192> buffer_;
  std::pmr::monotonic_buffer_resource memory_{buffer_.data(), buffer_.size()};
};

template <class T>
using ScratchVector = std::pmr::vector<T>;

}  // namespace picklock

// Memory that several processes see, and that outlives each of them: an anonymous file, mapped.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace picklock {

class SharedMemory {
 public:
  // All zero. Pages cost nothing until they are touched.
  static Result<SharedMemory> create(const char* name, std::size_t size);

  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();

  void* data() const { return data_; }
  // Where a child that inherited the file finds it.
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }
  int file() const { return file_; }

 private:
  SharedMemory() = default;

  int file_ = -1;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace picklock

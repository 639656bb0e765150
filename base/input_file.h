// A file's bytes, without a copy: mapped where the system can, read where it cannot (pipes).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace picklock {

class InputFile {
 public:
  // Fails with one diagnostic: there is no such file, it is a folder, it cannot be read.
  static Result<InputFile> open(const std::string& path);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  // Valid as long as the file.
  std::string_view text() const { return {data_, size_}; }

  // What lies before `offset` will hardly be read again: its pages need not stay in memory. They come
  // back from the file when they are read all the same.
  void release_before(std::size_t offset);

 private:
  InputFile() = default;

  std::string owned_;  // of a pipe
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t released_ = 0;
  bool mapped_ = false;
};

}  // namespace picklock

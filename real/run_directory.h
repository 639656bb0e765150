// A temporary directory that goes away with the processes that use it, however they end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"
#include "real/child.h"

namespace picklock {

// A small process of its own waits until this one and every process that inherited lifeline() are gone,
// and removes the directory then: SIGKILL of picklock leaves nothing behind.
class RunDirectory {
 public:
  // What a run may need: the error names the place when less is free there.
  static constexpr std::uintmax_t kNeeded = std::uintmax_t{64} << 20;
  static Result<RunDirectory> create(std::uintmax_t needed = kNeeded);

  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&&) = delete;
  ~RunDirectory();  // removes it, unless a child that is still alive uses it: then that child's end does

  const std::filesystem::path& path() const { return path_; }
  // A short name for it, in this process and in those that inherited file(): the path of a socket has 107
  // characters at most.
  std::filesystem::path short_path() const { return "/proc/self/fd/" + std::to_string(file_); }
  int file() const { return file_; }
  // Children hold it open as long as they live.
  int lifeline() const { return lifeline_; }

 private:
  RunDirectory() = default;

  std::filesystem::path path_;
  int file_ = -1;
  int lifeline_ = -1;
  pid_t janitor_ = -1;
};

}  // namespace picklock

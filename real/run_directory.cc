#include "real/run_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace picklock {
namespace {

// Its own session: no signal of a terminal, and none for picklock's process group, reaches it.
[[noreturn]] void clean_up_after(int lifeline, const std::filesystem::path& path) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, file);
  ::dup2(lifeline, STDERR_FILENO + 1);
  ::close_range(STDERR_FILENO + 2, UINT_MAX, 0);
  char byte = 0;
  while (::read(STDERR_FILENO + 1, &byte, 1) < 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
  ::_exit(0);
}

}  // namespace

Result<RunDirectory> RunDirectory::create(std::uintmax_t needed) {
  using Failed = Result<RunDirectory>;
  std::error_code error;
  std::string pattern = std::filesystem::temp_directory_path(error) / "picklock-real-XXXXXX";
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    return Failed::failure("expected to create the directory " + pattern + ": " +
                           (error ? error.message() : std::strerror(errno)));
  }
  RunDirectory directory;
  directory.path_ = pattern;
  const std::filesystem::space_info space = std::filesystem::space(pattern, error);
  if (error || space.available < needed) {
    std::filesystem::remove(pattern, error);
    return Failed::failure(
        fmt::format("expected {} MiB free in {}, got {}: set TMPDIR to another directory",
                    needed >> 20, directory.path_.parent_path().string(), space.available >> 20));
  }
  directory.file_ = ::open(pattern.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    return Failed::failure(std::string("expected a pipe: ") + std::strerror(errno));
  }
  directory.lifeline_ = ends[1];
  directory.janitor_ = ::fork();
  if (directory.janitor_ == 0) {
    ::close(ends[1]);
    clean_up_after(ends[0], directory.path_);
  }
  ::close(ends[0]);
  if (directory.janitor_ < 0) {
    return Failed::failure(std::string("expected to start a process: ") + std::strerror(errno));
  }
  return Failed(std::move(directory));
}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      file_(std::exchange(other.file_, -1)),
      lifeline_(std::exchange(other.lifeline_, -1)),
      janitor_(std::exchange(other.janitor_, -1)) {}

RunDirectory::~RunDirectory() {
  for (const int file : {file_, lifeline_}) {
    if (file >= 0) ::close(file);
  }
  if (janitor_ > 0) {
    while (::waitpid(janitor_, nullptr, 0) < 0 && errno == EINTR) {
    }
  } else if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace picklock

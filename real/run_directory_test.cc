#include "real/run_directory.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace picklock {
namespace {

TEST(RunDirectory, GoesAwayWithWhatItHolds) {
  std::filesystem::path path;
  {
    const Result<RunDirectory> directory = RunDirectory::create();
    ASSERT_TRUE(directory);
    path = directory->path();
    std::filesystem::create_directory(path / "server");
    std::ofstream(path / "server" / "log") << "something";
    EXPECT_TRUE(std::filesystem::exists(directory->short_path() / "server" / "log"));
    EXPECT_LT(directory->short_path().string().size(), 40U) << "the path of a socket is short";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

// As it is when picklock is killed: no destructor runs, and the ends of the lifeline close.
TEST(RunDirectory, GoesAwayWhenItsProcessDies) {
  std::array<int, 2> path_pipe{};
  ASSERT_EQ(::pipe(path_pipe.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Result<RunDirectory> directory = RunDirectory::create();
    const std::string path = directory ? directory->path().string() : "";
    const bool sent = ::write(path_pipe[1], path.data(), path.size()) > 0;
    ::_exit(sent ? 0 : 1);
  }
  ::close(path_pipe[1]);
  std::string path(200, '\0');
  const ssize_t got = ::read(path_pipe[0], path.data(), path.size());
  ::close(path_pipe[0]);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_GT(got, 0) << status;
  path.resize(static_cast<std::size_t>(got));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::filesystem::exists(path) && std::chrono::steady_clock::now() < deadline) {
    ::poll(nullptr, 0, 1);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace picklock

// The fixture of commands that work on real servers: with a directory for temporary files, and an eye on what is left.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "real/testing/needs.h"
#include "tests/cli/fixture.h"

namespace picklock::testing {

class Real : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    std::filesystem::create_directories(folder_ / "tmp");
    PICKLOCK_NEEDS(::access("/usr/bin/redis-server", X_OK) == 0, "apt-get install redis-server");
  }

  static bool has_zookeeper() {
    return std::filesystem::exists("/usr/share/java/zookeeper.jar") &&
           ::access("/usr/bin/java", X_OK) == 0;
  }

  // With a directory for temporary files of its own.
  Start prepared_real(std::vector<std::string> arguments) const {
    Start start = prepared(std::move(arguments));
    start.environment.push_back("TMPDIR=" + (folder_ / "tmp").string());
    return start;
  }

  // Processes at work in this test's folder: the program, what it started, and what that started.
  std::vector<std::string> processes() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::error_code error;
      const auto place = std::filesystem::read_symlink(entry.path() / "cwd", error).string();
      if (!error && place.starts_with(folder_.string())) found.push_back(entry.path().string());
    }
    return found;
  }
  // The number of one of them that executes this program; 0 when there is none.
  pid_t process_called(const std::string& name) const {
    for (const std::string& process : processes()) {
      std::ifstream file(process + "/comm");
      std::string command;
      std::getline(file, command);
      if (command == name) return std::stoi(std::filesystem::path(process).filename());
    }
    return 0;
  }
  bool is_clean() const {
    return processes().empty() && std::filesystem::is_empty(folder_ / "tmp");
  }
  // The end of a process is no event for us: it is looked for until it is there.
  bool becomes_clean() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_clean() && std::chrono::steady_clock::now() < deadline) poll(nullptr, 0, 5);
    return is_clean();
  }

  // Runs until at least a server and two clients are there, sends a signal, and waits for the end.
  Finished interrupted_by(int signal) const {
    Start start = prepared_real({"real", "pause.json", "--repeat", "1000000", "--no-fixes"});
    start.while_running = [this, signal](pid_t process) {
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      while (processes().size() < 5 && std::chrono::steady_clock::now() < deadline) {
        poll(nullptr, 0, 1);
      }
      ::kill(process, signal);
    };
    return run_program(start);
  }
};

}  // namespace picklock::testing

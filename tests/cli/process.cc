#include "tests/cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace picklock::testing {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
  return {ends[0], ends[1]};
}

// In the child, between fork and exec.
[[noreturn]] void become(const Start& start, const Pipe& out, const Pipe& err) {
  int target = out.write;
  if (!start.out.empty()) target = open(start.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int nothing = open("/dev/null", O_RDONLY);
  if (target < 0 || chdir(start.folder.c_str()) != 0) _exit(126);
  dup2(nothing, STDIN_FILENO);
  dup2(target, STDOUT_FILENO);
  dup2(err.write, STDERR_FILENO);
  for (const std::string& variable : start.environment) {
    const std::size_t equals = variable.find('=');
    setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> arguments;
  for (const std::string& argument : start.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

// Takes what there is; false at the end.
bool drain(int pipe, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(pipe, buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

void collect(pid_t child, const Pipe& out, const Pipe& err, Finished& finished) {
  const auto deadline = Clock::now() + std::chrono::minutes(2);
  std::array<pollfd, 2> watched{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (Clock::now() > deadline) kill(child, SIGKILL);
    if (poll(watched.data(), watched.size(), 1000) <= 0) continue;
    if (watched[0].revents != 0 && !drain(out.read, finished.out)) watched[0].fd = -1;
    if (watched[1].revents != 0 && !drain(err.read, finished.err)) watched[1].fd = -1;
  }
}

// A line of /proc/<pid>/status: SigCgt has a bit for each signal that is caught.
bool catches(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (!line.starts_with("SigCgt:")) continue;
    const unsigned long long mask = std::stoull(line.substr(7), nullptr, 16);
    return (mask >> (signal - 1) & 1U) != 0;
  }
  return false;
}

// Processor time of the whole process. /proc/<pid>/stat: the fields 14 and 15, in ticks; the second
// field is in brackets and may contain anything.
long long computed_ms(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::stringstream stat;
  stat << file.rdbuf();
  const std::string text = stat.str();
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  long long user = 0;
  long long system = 0;
  fields >> user >> system;
  return (user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

bool has_ended(pid_t process) {
  siginfo_t info{};
  const int found = waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT);
  return found != 0 || info.si_pid != 0;
}

}  // namespace

Finished run_program(const Start& start) {
  const Pipe out = make_pipe();
  const Pipe err = make_pipe();
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) become(start, out, err);
  close(out.write);
  close(err.write);
  if (start.while_running) start.while_running(child);
  Finished finished;
  collect(child, out, err, finished);
  close(out.read);
  close(err.read);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

bool wait_until_busy(pid_t process, int signal, int milliseconds) {
  const auto deadline = Clock::now() + std::chrono::minutes(1);
  while (Clock::now() < deadline && !has_ended(process)) {
    if (catches(process, signal) && computed_ms(process) >= milliseconds) return true;
    poll(nullptr, 0, 5);
  }
  return false;
}

}  // namespace picklock::testing

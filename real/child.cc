#include "real/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "real/patience.h"

namespace picklock {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

// In the child. Only async-signal-safe calls.
void belong_to(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before the line above
  ::setpgid(0, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);  // a broken connection is news, no death
}

// In the child, as above.
bool print_to(const char* path) {
  const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  return file >= 0 && ::dup2(file, STDOUT_FILENO) >= 0 && ::dup2(file, STDERR_FILENO) >= 0;
}

void close_all_but(const std::vector<int>& keep) {
  std::vector<int> kept = keep;
  std::ranges::sort(kept);
  unsigned from = STDERR_FILENO + 1;
  for (const int file : kept) {
    const auto number = static_cast<unsigned>(file);
    if (number > from) ::close_range(from, number - 1, 0);
    from = std::max(from, number + 1);
  }
  ::close_range(from, UINT_MAX, 0);
}

Result<Child> no_process() {
  return Result<Child>::failure(std::string("expected to start a process: ") +
                                std::strerror(errno));
}

}  // namespace

Result<Child> Child::run(std::vector<std::string> words,
                         const std::vector<std::string>& environment, const std::string& output) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  variables.insert(variables.end(), environment.begin(), environment.end());
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return no_process();
  if (child > 0) return Child(child);
  belong_to(parent);
  if (!output.empty() && !print_to(output.c_str())) ::_exit(127);
  ::execvpe(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Result<Child> Child::fork(const std::vector<int>& keep, const std::function<int()>& body) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return no_process();
  if (child > 0) return Child(child);
  belong_to(parent);
  close_all_but(keep);
  ::_exit(body());  // not exit(): buffers and destructors are the parent's
}

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, -1)), status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  kill();
  process_ = std::exchange(other.process_, -1);
  status_ = other.status_;
  return *this;
}

void Child::stop() {
  if (ended()) return;
  ::kill(process_, SIGSTOP);
  int status = 0;
  while (::waitpid(process_, &status, WUNTRACED) < 0 && errno == EINTR) {
  }
  if (WIFSTOPPED(status)) return;
  status_ = status;
  process_ = -1;
}

void Child::go_on() {
  if (process_ > 0) ::kill(process_, SIGCONT);
}

void Child::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
  process_ = -1;
}

std::optional<int> Child::ended() {
  if (process_ <= 0) return status_;
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  process_ = -1;
  status_ = status;
  return status_;
}

std::optional<int> Child::ends_within(std::chrono::milliseconds patience) {
  becomes_true([this] { return ended().has_value(); }, patience);
  return ended();
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

bool is_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0;
  const char* const variable = std::getenv("PATH");
  std::string path = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!path.empty()) {
    const std::size_t colon = path.find(':');
    if (::access((path.substr(0, colon) + "/" + name).c_str(), X_OK) == 0) return true;
    path = colon == std::string::npos ? std::string() : path.substr(colon + 1);
  }
  return false;
}

}  // namespace picklock

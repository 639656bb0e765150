// A process that this one started: it dies with us, whatever ends us, and Ctrl-C does not reach it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace picklock {

class Child {
 public:
  // Starts a program with these words, looked up in PATH, with "NAME=value" in addition to our own
  // environment. It inherits every file that is not closed on exec(). What it prints goes to the file `output`,
  // which is created; empty: where ours goes.
  static Result<Child> run(std::vector<std::string> words,
                           const std::vector<std::string>& environment,
                           const std::string& output = {});
  // Forks and calls `body` in the child, whose result is its exit code. All files but the standard
  // ones and `keep` are closed there. This process must have one thread only.
  static Result<Child> fork(const std::vector<int>& keep, const std::function<int()>& body);

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child() { kill(); }

  pid_t process() const { return process_; }
  // SIGSTOP, and waits until it took: not one instruction is executed until go_on().
  void stop();
  void go_on();
  void kill();  // SIGKILL, and waits for its end
  // How it ended, as waitpid() says it; nothing while it lives. Does not wait.
  std::optional<int> ended();
  // The same, and waits so long for it: a dying process closes its files before it has ended.
  std::optional<int> ends_within(std::chrono::milliseconds patience);

 private:
  explicit Child(pid_t process) : process_(process) {}

  pid_t process_ = -1;  // -1: reaped
  std::optional<int> status_;
};

// "ended with exit code 1", "was ended by signal 11"
std::string describe_end(int status);

// Whether a program of this name, or path, can be executed.
bool is_program(const std::string& name);

}  // namespace picklock

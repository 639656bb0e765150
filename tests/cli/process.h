// Runs a program as a user would, and keeps what it printed.
#pragma once

#include <sys/types.h>
#include <functional>
#include <string>
#include <vector>

namespace picklock::testing {

struct Finished {
  int code = 0;  // exit code; 128 + the signal's number for a program that a signal ended
  std::string out;
  std::string err;
};

struct Start {
  std::vector<std::string> arguments;        // [0] is the program's path
  std::vector<std::string> environment;      // "NAME=value", on top of this process's own
  std::string folder = ".";                  // to run in
  std::string out;                           // file to send the standard output to; empty: keep it
  std::function<void(pid_t)> while_running;  // called once, just after the start
};

// Waits until the program has ended; after two minutes it is killed, which shows as code 137. Throws
// std::system_error when it cannot be started.
Finished run_program(const Start& start);

// Waits, a minute at most, until the process catches `signal` and has computed for this long.
// Returns false if it ended before.
bool wait_until_busy(pid_t process, int signal, int milliseconds);

}  // namespace picklock::testing

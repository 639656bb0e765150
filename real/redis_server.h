// A redis-server of our own: a child process on a free loopback port with a directory that goes with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "real/child.h"

namespace picklock {

class RedisServerProcess {
 public:
  struct Options {
    std::string binary = "redis-server";   // looked up in PATH
    std::vector<std::string> arguments;    // after our own: no persistence, DEBUG allowed locally
    std::vector<std::string> environment;  // "NAME=value", in addition to this process's own
    std::string parent;  // the directory to make its own in; empty: that of temporary files
  };

  // Starts the server and waits until it answers PING (at most ten seconds). The error names the
  // package to install when there is no such binary, or how the server ended and its last words.
  static Result<RedisServerProcess> start(const Options& options);
  static Result<RedisServerProcess> start() { return start(Options{}); }

  RedisServerProcess(RedisServerProcess&& other) noexcept;
  RedisServerProcess& operator=(RedisServerProcess&& other) noexcept;
  ~RedisServerProcess();  // kills the child, waits for it and removes its directory

  // Starts it again after a crash, on the same port and with what its directory holds; waits as start()
  // does. Empty: it answers.
  Diagnostics restart();
  void crash() { child_->kill(); }
  // Removes what its directory holds. Only while it is down.
  void forget_everything();

  std::uint16_t port() const { return port_; }
  Child& child() { return *child_; }
  const std::string& directory() const { return directory_; }

 private:
  explicit RedisServerProcess(Options options) : options_(std::move(options)) {}
  void stop();

  Options options_;
  std::optional<Child> child_;
  std::uint16_t port_ = 0;
  std::string directory_;
};

}  // namespace picklock

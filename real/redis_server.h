// A redis-server of our own: a child process on a free loopback port with a directory that goes with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace picklock {

class RedisServerProcess {
 public:
  struct Options {
    std::string binary = "redis-server";   // looked up in PATH
    std::vector<std::string> arguments;    // after our own: no persistence, DEBUG allowed locally
    std::vector<std::string> environment;  // "NAME=value", in addition to this process's own
  };

  // Starts the server and waits until it answers PING (at most ten seconds). The error names the
  // package to install when there is no such binary. The child dies with this process (Linux).
  static Result<RedisServerProcess> start(const Options& options);
  static Result<RedisServerProcess> start() { return start(Options{}); }

  RedisServerProcess(RedisServerProcess&& other) noexcept;
  RedisServerProcess& operator=(RedisServerProcess&& other) noexcept;
  ~RedisServerProcess();  // kills the child, waits for it and removes its directory

  std::uint16_t port() const { return port_; }
  pid_t process() const { return process_; }
  const std::string& directory() const { return directory_; }

 private:
  RedisServerProcess() = default;
  void stop();

  pid_t process_ = -1;
  std::uint16_t port_ = 0;
  std::string directory_;
};

}  // namespace picklock

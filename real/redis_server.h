// A redis-server of our own: a child process on a free loopback port with a directory that goes with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "real/server_home.h"
#include "scenarios/scenario.h"

namespace picklock {

// The arguments under which a redis-server keeps what it was told, by this policy.
std::vector<std::string> persistence_arguments(AofPolicy policy);

bool answers_ping(std::uint16_t port);

class RedisServerProcess {
 public:
  struct Options {
    std::string binary = "redis-server";   // looked up in PATH
    std::vector<std::string> arguments;    // after our own: no persistence, DEBUG allowed locally
    std::vector<std::string> environment;  // "NAME=value", in addition to this process's own
    std::string parent;  // the directory to make its own in; empty: that of temporary files
  };

  // Starts the server and waits until it answers PING (at most twenty seconds of real time). The error names the
  // package to install when there is no such binary, or how the server ended and its last words.
  static Result<RedisServerProcess> start(const Options& options);
  static Result<RedisServerProcess> start() { return start(Options{}); }

  // Starts it again after a crash, on the same port and with what its directory holds; waits as start()
  // does. Empty: it answers.
  Diagnostics restart();
  void crash() { home_.child().kill(); }
  // Removes what its directory holds. Only while it is down.
  void forget_everything();

  std::uint16_t port() const { return home_.port(); }
  Child& child() { return home_.child(); }
  const std::string& directory() const { return home_.directory(); }

 private:
  RedisServerProcess(Options options, ServerHome home)
      : options_(std::move(options)), home_(std::move(home)) {}

  Options options_;
  ServerHome home_;
};

}  // namespace picklock

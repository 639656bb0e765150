// What all servers of our own have in common: a child process, its port and its directory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "real/child.h"

namespace picklock {

// Another process may take a port between our look and the child's: so often another one is tried.
inline constexpr int kServerStartTries = 5;

// Where one server lives. Whoever drops it kills the child, waits for it and removes the directory.
class ServerHome {
 public:
  // A port of 127.0.0.1 that is free now, and a new directory "picklock-<name>-..." in `parent`; empty: where
  // temporary files go.
  static Result<ServerHome> make(const std::string& parent, const std::string& name);

  ServerHome(ServerHome&& other) noexcept;
  ServerHome& operator=(ServerHome&& other) noexcept;
  ~ServerHome();

  struct Start {
    std::vector<std::string> command;
    std::vector<std::string> environment;  // "NAME=value", in addition to this process's own
    std::function<bool()> is_ready;        // asked every few milliseconds
    std::string promise;                   // "redis-server to answer PING": what is expected of it
    std::string log;                       // a file of the directory
  };
  // Starts the child and waits until it is ready, at most twenty seconds of real time. Empty: it is; else how
  // it ended, and its last words.
  Diagnostics start(const Start& how);
  // The two halves of it, so that several children start side by side.
  Diagnostics launch(const Start& how);
  Diagnostics await(const Start& how);

  std::uint16_t port() const { return port_; }
  const std::string& directory() const { return directory_; }
  Child& child() { return *child_; }

 private:
  ServerHome() = default;
  void stop();

  std::optional<Child> child_;
  std::uint16_t port_ = 0;
  std::string directory_;
};

}  // namespace picklock

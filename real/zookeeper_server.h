// A ZooKeeper of our own: one Java process on a free loopback port with a directory that goes with it. Alone, or one
// node of an ensemble.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "real/server_home.h"

namespace picklock {

class ZooKeeperServerProcess {
 public:
  // Where Debian's package `zookeeper` puts it; its manifest names all else that it needs.
  static constexpr const char* kJar = "/usr/share/java/zookeeper.jar";
  // A session may ask for as much as this many seconds: not 20 ticks, so that one that only looks on survives
  // whatever is done to the server. Clients keep to 20 ticks by themselves.
  static constexpr std::chrono::seconds kLongestSession{2'000'000};

  // Where a node of an ensemble listens for the others, on the loopback interface.
  struct Peer {
    std::uint16_t quorum_port = 0;
    std::uint16_t election_port = 0;
  };

  struct Options {
    Duration tick = std::chrono::seconds(2);
    std::vector<std::string> environment;  // "NAME=value", in addition to this process's own
    std::string parent;  // the directory to make its own in; empty: that of temporary files
    std::string java = "java";
    std::string jar = kJar;
    std::vector<Peer>
        ensemble{};         // all of its nodes, in the order of their numbers; empty: it is alone
    std::size_t place = 0;  // its own among them
  };

  // Starts the server and waits until it serves (at most twenty seconds of real time). The error names the
  // package to install when something is missing, or how the server ended and its last words.
  static Result<ZooKeeperServerProcess> start(const Options& options);
  // One that is ready to be started, by restart() or launch().
  static Result<ZooKeeperServerProcess> prepare(const Options& options);

  // Starts it again after a crash, on the same port and with what its directory holds; waits as start() does.
  // Empty: it serves; a node of an ensemble takes connections, whoever leads.
  Diagnostics restart();
  // The two halves of it.
  Diagnostics launch();
  Diagnostics await();
  void crash() { home_.child().kill(); }
  // Removes the znodes and sessions that it keeps. Only while it is down.
  void forget_everything();
  // What is on its disk, and that again. It does not write meanwhile.
  Diagnostics keep_data() const { return copy_data("/data", "/kept"); }
  Diagnostics restore_data() const { return copy_data("/kept", "/data"); }

  std::uint16_t port() const { return home_.port(); }
  Child& child() { return home_.child(); }

 private:
  ZooKeeperServerProcess(Options options, ServerHome home)
      : options_(std::move(options)), home_(std::move(home)) {}
  bool write_configuration() const;
  Diagnostics copy_data(const char* from, const char* to) const;
  std::vector<std::string> command_line() const;
  ServerHome::Start how_to_start();
  bool is_ready() const;

  Options options_;
  ServerHome home_;
};

}  // namespace picklock

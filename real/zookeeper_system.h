// The system as ZooKeeper's C client library sees it. The library's object code has other names for what it calls
// (real/CMakeLists.txt), and these are answered here:
//
// * Its connections are those that its user makes, so they may be sockets of any kind.
// * Each frame goes out whole, behind the user's envelope.
// * Its clock stands still, and goes on when its user says so.
// * Its numbers of requests begin at 1, not at the time of day.
#pragma once

#include <ctime>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace picklock {

class ZooKeeperSystem {
 public:
  struct Options {
    std::function<int()> connect;  // a file that is connected to the service; -1: there is none
    std::function<std::string()> envelope;  // in front of the next frame
  };
  explicit ZooKeeperSystem(Options options) : options_(std::move(options)) {}

  // The library is at work on this thread, and asks this system.
  class Use {
   public:
    explicit Use(ZooKeeperSystem& system);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

   private:
    ZooKeeperSystem* before_;
  };

  void let_pass(int milliseconds);
  std::timespec now() const { return now_; }
  std::uint64_t connections() const { return connections_; }  // that were asked for
  std::uint64_t frames() const { return frames_; }            // that were written

  int connect();
  void write(int file, std::string_view bytes);

 private:
  Options options_;
  std::timespec now_{.tv_sec = 1, .tv_nsec = 0};
  std::uint64_t connections_ = 0;
  std::uint64_t frames_ = 0;
  std::string head_;  // of the frame that is being written
};

}  // namespace picklock

// A line in front of a real server that is far away: every byte takes its time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "real/real_time_loop.h"

namespace picklock {

// Takes connections on a port of 127.0.0.1 of its own, and hands what comes on to a server and back, in order. It is
// no relay: it knows no messages, and breaks nothing.
class DelayLine {
 public:
  struct Options {
    std::uint16_t server = 0;  // a port of 127.0.0.1
    Duration each_way{};
    std::function<void(std::string_view)> on_request = {};  // the bytes to the server as they come
  };

  // `loop` outlives the line.
  DelayLine(RealTimeLoop& loop, Options options);
  DelayLine(const DelayLine&) = delete;
  DelayLine& operator=(const DelayLine&) = delete;
  ~DelayLine();

  std::uint16_t port() const { return port_; }  // 0: there is none, out of files or ports

 private:
  struct Connection;
  using ConnectionRef = std::shared_ptr<Connection>;
  void accept_one();
  void pass_on(const ConnectionRef& connection, bool is_request);

  RealTimeLoop& loop_;
  Options options_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::vector<std::weak_ptr<Connection>> connections_;
};

}  // namespace picklock

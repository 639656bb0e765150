// A real sentinel: a `redis-server --sentinel` on a free port of 127.0.0.1 with a directory of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "real/redis_connection.h"
#include "real/server_home.h"

namespace picklock {

class SentinelProcess {
 public:
  static constexpr const char* kWatched = "picklock";  // what it calls the primary

  static Result<SentinelProcess> make(const std::string& parent,
                                      std::vector<std::string> environment);

  // Starts it anew with this configuration, to which its port and directory are added.
  Diagnostics start(const std::vector<std::string>& configuration);
  // Starts it again with what its file holds.
  Diagnostics restart();
  void crash();

  // Waits until it has done what there was to do, and has said what there was to say. Where it says that the
  // primary is: a port of 127.0.0.1; 0: it has ended.
  std::uint16_t settle() const;
  // Since which promotion.
  std::uint32_t term() const;
  void execute(const RedisCommand& command, RedisReply& reply) const {
    connection_->execute(command, reply);
  }

  std::uint16_t port() const { return home_.port(); }
  Child& child() { return home_.child(); }

 private:
  SentinelProcess(ServerHome home, std::vector<std::string> environment)
      : home_(std::move(home)), environment_(std::move(environment)) {}
  std::string file() const { return home_.directory() + "/sentinel.conf"; }

  ServerHome home_;
  std::vector<std::string> environment_;
  std::optional<RedisConnection> connection_;
};

}  // namespace picklock

// Where a Redis server is, and who we are there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace picklock {

struct RedisAddress {
  RedisAddress() = default;
  // One of our own: a port of 127.0.0.1.
  RedisAddress(std::uint16_t loopback_port)
      : port(loopback_port) {}  // NOLINT(google-explicit-constructor)

  std::string host = "127.0.0.1";  // a name, or an address without brackets
  std::uint16_t port = 6379;
  std::string user;      // empty: the default user
  std::string password;  // empty: nobody logs in
};

// "127.0.0.1:6379": without the password, for messages.
std::string to_string(const RedisAddress& address);

// "redis://[[USER]:PASSWORD@]HOST[:PORT][,...]"; each part of the list may repeat the scheme. USER and PASSWORD may hold
// %XX. The error says what was expected, and never repeats a password.
Result<std::vector<RedisAddress>> parse_redis_urls(std::string_view text);

}  // namespace picklock

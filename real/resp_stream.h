// Cuts a stream of RESP2 bytes into messages, without looking into them further than it must.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "algorithms/redis_client.h"

namespace picklock {

class RespStream {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole message, valid until the next call of any function; nothing when more is needed.
  std::optional<std::string_view> next();
  // The bytes are no RESP2: nothing will come from here any more.
  bool is_broken() const { return broken_; }

 private:
  // Where the element that begins at `at` ends; 0 when it is not whole yet.
  std::size_t end_of(std::size_t at);

  std::string buffer_;
  std::size_t taken_ = 0;
  bool broken_ = false;
};

// The bytes of a command, as a client sends it.
void append_resp(const RedisCommand& command, std::string& to);
// Reads a whole message that is a command; false when it is none.
bool read_resp(std::string_view message, RedisCommand& command);

}  // namespace picklock

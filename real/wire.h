// What goes over the wire between a client process and the supervisor beside the protocol itself.
//
// The supervisor stands between clients and servers, and must know under which operation each request was
// sent: a client puts an envelope in front of every command, which the supervisor takes off again.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "algorithms/redis_client.h"
#include "base/ids.h"
#include "sim/rpc.h"

namespace picklock {

inline constexpr std::string_view kEnvelope = "picklock-caller";

inline void write_envelope(const Caller& caller, RedisCommand& envelope) {
  envelope.assign(kEnvelope, caller.client.value(), caller.op.value(), caller.hold.value());
}

template <class Number>
Number read_number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// False when it is none.
inline bool read_envelope(const RedisCommand& command, Caller& caller) {
  if (command.size() != 4 || command[0] != kEnvelope) return false;
  const auto number = [&](std::size_t i) { return read_number<std::uint32_t>(command[i]); };
  caller = {NodeId(number(1)), OpId(number(2)), OpId(number(3))};
  return true;
}

}  // namespace picklock

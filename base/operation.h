// What clients do to locks and to the resource that a lock protects: the words that workloads,
// histories and judges share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace picklock {

enum class Action : std::uint8_t {
  acquire,  // of the lock
  release,  // of the lock
  read,     // of the protected resource; completes with the value read
  write,    // sets the resource to a value
  sell,     // a write that takes one piece of the stock: sets the resource to what is left
  run,      // executes the job of one time slot
};

enum class Outcome : std::uint8_t {
  ok,
  refused,  // it had no effect: somebody else holds the lock, or the resource rejected the fence
  unknown,  // it may take effect at any later time, or never
};

enum class Workload : std::uint8_t {
  counter,     // read, then write one more: every acknowledged increment must be found at the end
  flash_sale,  // read the stock, then sell one if there is any: never more than there were
  scheduled_job,  // run the job of the present slot: at most once a slot
  none,           // hold the lock, and nothing else
};

// How the protected resource checks fencing tokens.
enum class Fencing : std::uint8_t {
  none,
  on_write,  // a write with a token below the highest *written* one is rejected; reads are not
  first_operation,  // sealed by the first operation of a hold: reads carry the token and raise the bar too
  equality,         // wrong, kept to teach: the first token locks the resource for every other one
};

constexpr std::string_view to_string(Action action) {
  constexpr std::array<std::string_view, 6> kNames{"acquire", "release", "read",
                                                   "write",   "sell",    "run"};
  return kNames.at(static_cast<std::size_t>(action));
}
constexpr std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "refused", "unknown"};
  return kNames.at(static_cast<std::size_t>(outcome));
}
constexpr std::string_view to_string(Workload workload) {
  constexpr std::array<std::string_view, 4> kNames{"counter", "flash_sale", "scheduled_job",
                                                   "none"};
  return kNames.at(static_cast<std::size_t>(workload));
}
constexpr std::string_view to_string(Fencing fencing) {
  constexpr std::array<std::string_view, 4> kNames{"none", "on_write", "first_operation",
                                                   "equality"};
  return kNames.at(static_cast<std::size_t>(fencing));
}

}  // namespace picklock

// Small integer names that cannot be mixed up: a NodeId is not an OpId.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace picklock {

template <class Tag>
class Id {
 public:
  constexpr Id() = default;  // "none"
  constexpr explicit Id(std::uint32_t value) : value_(value) {}

  constexpr std::uint32_t value() const { return value_; }
  constexpr bool is_none() const { return value_ == kNone; }

  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t value_ = kNone;
};

// A participant of a run: a client process, a server, or the protected resource.
using NodeId = Id<struct NodeTag>;
// An operation of a history (an acquire, a write, ...), numbered in the order of invocation.
using OpId = Id<struct OpTag>;

}  // namespace picklock

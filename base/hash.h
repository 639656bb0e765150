// Portable hashing: equal on every compiler, machine and build. Never std::hash, never addresses.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace picklock {

// A bijection on 64 bits in which every input bit moves about half of the output bits.
// Source: the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Hash of a name: FNV-1a, then mixed. Names, not positions, feed it, so adding one disturbs no other. A
// name that is given in pieces has the hash of the whole.
template <std::convertible_to<std::string_view>... Pieces>
constexpr std::uint64_t hash_text(const Pieces&... pieces) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto feed = [&hash](std::string_view piece) {
    for (const char c : piece) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  (feed(pieces), ...);
  return mix(hash);
}

// The rolling 64-bit digest of a run: order matters, and equal digests mean equal histories but for
// a chance of 2^-64. It detects divergence; it is no protection against an adversary.
class Digest {
 public:
  constexpr void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9fb21c651e98df25ULL;
    state_ ^= state_ >> 32;
  }
  constexpr std::uint64_t value() const { return mix(state_); }

  friend constexpr bool operator==(Digest, Digest) = default;

 private:
  std::uint64_t state_ = 0x2545f4914f6cdd1dULL;
};

}  // namespace picklock

// Every nondeterministic decision of a run is one draw from here, under a local label: "the third
// message from client-2 to redis-1" is stream "delay client-2 -> redis-1", ordinal 2.
//
// A draw is a 64-bit number, and 0 is always the dull answer: the shortest delay, no loss. A random
// draw is hash(seed, label), never "the next number", so that removing one decision, adding a client or
// changing the lock leaves every other draw as it was. A run is a function of (scenario, choices), and
// a counterexample is the dull run plus a short list of deviations.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/ratio.h"
#include "base/wide.h"

namespace picklock {

// One source of draws, named once and counted from 0 in each run.
class Stream {
 public:
  Stream() = default;
  // Named by these pieces, one after the other.
  template <std::convertible_to<std::string_view>... Pieces>
  requires(sizeof...(Pieces) > 0) explicit Stream(const Pieces&... name)
      : key_(hash_text(name...)) {}

  std::uint64_t key() const { return key_; }
  std::uint32_t ordinal() const { return ordinal_; }
  void rewind() { ordinal_ = 0; }
  void skip() { ++ordinal_; }  // counts without drawing

 private:
  friend class Choices;
  std::uint64_t key_ = 0;
  std::uint64_t base_ = 0;  // of this run: a cache of Choices::base()
  std::uint32_t ordinal_ = 0;
};

// A draw that was not dull.
struct Choice {
  std::uint64_t stream = 0;  // key of its stream
  std::uint32_t ordinal = 0;
  std::uint64_t value = 0;
  friend auto operator<=>(const Choice&, const Choice&) = default;
};

class Choices {
 public:
  // Random from a seed.
  static Choices random(std::uint64_t seed);
  // Each stream at one pace: a random value that changes at `changes` random draws of its first hundred, so that a
  // link is slow, or fast, for a while. Source: PCT (Burckhardt et al., ASPLOS 2010), with links as the threads.
  static Choices paced(std::uint64_t seed, std::uint64_t changes);
  // These values where they are named, the dull answer everywhere else.
  static Choices replay(const std::vector<Choice>& deviations);

  // From now on random from this seed, whatever came before.
  void continue_randomly(std::uint64_t seed);

  std::uint64_t draw(Stream& stream) {
    const std::uint32_t ordinal = stream.ordinal_++;
    std::uint64_t value = 0;
    if (kind_ == Kind::random) {
      if (ordinal == 0) stream.base_ = mix(seed_ ^ stream.key_);
      value = mix(stream.base_ + ordinal);
    } else {
      value = value_of(stream.key_, ordinal);
    }
    if (recording_ && value != 0) keep({stream.key_, ordinal, value});
    return value;
  }

  // True with this probability; the dull answer is false.
  bool happens(Stream& stream, Ratio probability) {
    if (probability.is_zero()) return false;
    const std::uint64_t value = draw(stream);
    // 0 must mean "no": the event happens in the topmost part of the range.
    const auto scaled = static_cast<Uint128>(~value) * probability.denominator() >> 64;
    return static_cast<std::uint64_t>(scaled) < probability.numerator() && value != 0;
  }

  // From now on keeps every draw that is not dull, in the order of drawing.
  void record() { recording_ = true; }
  const std::vector<Choice>& recorded() const { return recorded_; }

 private:
  // `continued`: random, but the bases that streams cache are of an earlier seed.
  enum class Kind : std::uint8_t { random, replay, continued, paced };
  [[gnu::noinline]] std::uint64_t value_of(std::uint64_t stream, std::uint32_t ordinal) const;
  [[gnu::noinline]] void keep(const Choice& choice);
  std::uint64_t at_pace(std::uint64_t stream, std::uint32_t ordinal) const;
  std::uint64_t replayed(std::uint64_t stream, std::uint32_t ordinal) const;

  Kind kind_ = Kind::random;
  bool recording_ = false;
  std::uint64_t seed_ = 0;
  std::uint64_t changes_ = 0;  // of a pace
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> deviations_;
  std::vector<Choice> recorded_;
};

}  // namespace picklock

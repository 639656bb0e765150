// What a script has done that only compares values, so that Lua need not be asked the next time.
//
// Such a script (literals_of_comparing_script) cannot see what a value is, only which are equal. So what it calls, and what
// it returns, are values that it was given, and which ones depends on what is equal alone (data independence: Wolper, POPL
// 1986). Its paths are a tree: from which words are equal, call by call, by the kind of each answer and by what that is
// equal to. Lua says what is not known yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/redis_client.h"
#include "sim/servers/redis_scripts.h"

namespace picklock {

class RedisScriptPaths final : public RedisScriptHost {
 public:
  explicit RedisScriptPaths(std::vector<std::string> literals);

  // Carries the script out as far as its path is known, with words[first ..) as KEYS, of which there are `keys`, and ARGV.
  // True: to its end; `reply` is what it returns. False: Lua has to run it, with this object as its host: that answers the
  // calls that have been executed already, hands on the others, and learns.
  bool follow(const RedisCommand& words, std::size_t first, std::size_t keys, bool read_only,
              RedisScriptHost& host, RedisReply& reply);
  void call_from_script(const RedisCommand& command, bool read_only, RedisReply& reply) override;
  // What the script has returned when Lua ran it. Not told of an error.
  void returned(const RedisReply& reply);

 private:
  static constexpr std::size_t kMostCalls = 8;    // on a path
  static constexpr std::size_t kMostSteps = 256;  // of all paths
  static constexpr std::size_t kMostWords = 15;
  static constexpr std::size_t kMostValues = 48;
  static constexpr std::uint32_t kLost = 0xffffffff;  // beyond what is remembered
  using Value = std::uint8_t;                         // a place in values_

  // An answer: its kind, and the first value that it is equal to; by itself when there is none.
  struct Answer {
    RedisReply::Kind kind{};
    Value equal = 0;
    friend bool operator==(const Answer&, const Answer&) = default;
  };
  using Turn = std::pair<Answer, std::uint32_t>;  // to this step
  // How the words begin: the number of keys and that of words, and for each word the first value like it.
  using Words = std::array<Value, kMostWords + 2>;
  using Start = std::pair<Words, std::uint32_t>;
  enum class What : std::uint8_t { unknown, call, end };
  struct Step {
    What what = What::unknown;
    RedisReply::Kind kind{};    // of what is returned
    std::vector<Value> values;  // the words of the call, or what is returned
    std::vector<Turn> then;
  };

  // Whether so many words, and the answers to what is called, have a place beside the literals.
  bool has_room_for(std::size_t words) const {
    return words <= kMostWords && literals_.size() + words + kMostCalls <= kMostValues;
  }
  void begin(const RedisCommand& words, std::size_t first, std::size_t keys);
  std::uint32_t add_step();
  // The first value like this; count_ when there is none.
  Value place_of(std::string_view text) const;
  void execute(const RedisCommand& command, bool read_only);
  void go_on(const RedisReply& answer);
  std::string_view text_of(const RedisReply& answer);
  void give(const Step& end, RedisReply& reply) const;

  std::vector<std::string> literals_;
  std::vector<Step> steps_;
  std::vector<Start> starts_;
  // Of the run:
  RedisScriptHost* host_ = nullptr;
  std::array<std::string_view, kMostValues> values_;  // the literals, the words, the answers
  std::size_t count_ = 0;                             // of them
  std::array<RedisReply, kMostCalls> answers_;
  std::array<std::array<char, 20>, kMostCalls> digits_{};  // of those that are integers
  std::size_t answered_ = 0;
  std::size_t repeated_ = 0;  // to Lua
  std::uint32_t step_ = kLost;
  RedisCommand command_;
};

}  // namespace picklock

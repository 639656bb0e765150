// Random Redis commands for differential tests: every family of commands, few keys of many types, good
// and bad arguments, and scripts in the style of well-known lock libraries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/redis_client.h"

namespace picklock {

class RedisFuzz {
 public:
  enum class Times : std::uint8_t {
    absolute,  // deadlines at least 1000 s away in either direction: the clock's speed does not matter
    any,  // also relative ones, TTL, TIME, and deadlines on, before and after the present moment
  };

  RedisFuzz(std::uint64_t seed, Times times) : seed_(seed), times_(times) {}

  // The next command; equal seeds and instants give equal commands. `now` in Unix milliseconds.
  void next(std::int64_t now, RedisCommand& command);
  // A number below `bound`, from the same stream.
  std::uint64_t below(std::uint64_t bound);

  static const std::vector<std::string>& scripts();
  // Whether the order of the reply's elements is arbitrary (SMEMBERS, KEYS).
  static bool is_unordered(const RedisCommand& command);

 private:
  using Words = std::vector<std::string>;

  std::string pick(std::initializer_list<const char*> choices);
  std::string key();
  std::string value();
  std::string integer();
  std::string score();
  std::string bound();
  std::string deadline();  // absolute, in milliseconds
  std::string duration();  // relative, in milliseconds
  Words strings();
  Words set();
  Words keys();
  Words deadlines();
  Words hashes();
  Words sorted_sets();
  Words lists();
  Words transactions();
  Words scripting();
  Words server();
  void spoil(Words& words);

  std::uint64_t seed_;
  Times times_;
  std::uint64_t draws_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace picklock

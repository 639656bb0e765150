#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "sim/servers/redis_server.h"

namespace picklock {
namespace {

std::string_view found(std::string_view name, std::string_view second = {}) {
  RedisCommand command;
  command.assign(name);
  if (!second.empty()) command.add(second);
  const RedisCommandSpec* const spec = find_redis_command(command).spec;
  return spec == nullptr ? std::string_view() : spec->name;
}

TEST(RedisCommandTable, FindsEachCommandInAnyCase) {
  for (const std::string& capitals : redis_command_names()) {
    std::string small;
    std::string mixed;
    for (const char c : capitals) {
      small.push_back(redis_lower(c));
      mixed.push_back(mixed.size() % 2 == 0 ? redis_lower(c) : c);
    }
    for (const std::string& name : {capitals, small, mixed}) EXPECT_EQ(found(name), small);
  }
}

TEST(RedisCommandTable, TakesNoOtherByteForALetter) {
  for (const std::string& name : redis_command_names()) {
    for (std::size_t i = 0; i < name.size(); ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string other = name;
        other[i] = static_cast<char>(byte);
        const std::string_view spec = found(other);
        EXPECT_TRUE(spec.empty() || equals_ignoring_case(other, spec)) << name << ' ' << other;
      }
    }
  }
}

TEST(RedisCommandTable, ASubcommandIsFoundThroughItsContainerOnly) {
  EXPECT_EQ(found("CLIENT", "SETNAME"), "client|setname");
  EXPECT_EQ(found("client|setname"), "");
  EXPECT_EQ(found("CLIENT", "NOTHING"), "");
  EXPECT_EQ(found("CONFIG", "SETNAME"), "");
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found(std::string(300, 'g')), "");
  EXPECT_EQ(found("client", std::string(300, 'g')), "");
}

}  // namespace
}  // namespace picklock

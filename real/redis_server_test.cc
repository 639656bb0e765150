// Facts about servers that do not start.
#include "real/redis_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
#include "real/run_directory.h"
#include "real/testing/needs_redis.h"

namespace picklock {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string complaint_about(const RedisServerProcess::Options& options) {
  const auto server = RedisServerProcess::start(options);
  return server ? "" : server.error().front().expected;
}

class RedisServers : public NeedsRedis {
 protected:
  // Nothing of a server that did not start is left in here.
  RunDirectory parent_ = std::move(RunDirectory::create()).value();
  bool is_clean() const { return std::filesystem::is_empty(parent_.path()); }
};

TEST_F(RedisServers, MissingProgramIsReportedWithItsPackage) {
  EXPECT_THAT(complaint_about({.binary = "no-such-redis-server", .parent = parent_.path()}),
              HasSubstr("apt-get install redis-server"));
  EXPECT_TRUE(is_clean());
}

TEST_F(RedisServers, OneThatDiesWhileStartingIsReportedWithItsEnd) {
  EXPECT_THAT(complaint_about({.binary = "false", .parent = parent_.path()}),
              AllOf(HasSubstr("false to answer PING"), HasSubstr("ended with exit code 1")));
  EXPECT_TRUE(is_clean());
}

TEST_F(RedisServers, BusyPortIsReportedWithItsLastWords) {
  std::uint16_t busy = 0;
  const int listener = listen_on_loopback(busy);
  ASSERT_GE(listener, 0);
  EXPECT_THAT(
      complaint_about({.arguments = {"--port", std::to_string(busy)}, .parent = parent_.path()}),
      HasSubstr("Failed listening on port " + std::to_string(busy)));
  ::close(listener);
  EXPECT_TRUE(is_clean());
}

TEST(RunDirectorySpace, TooLittleIsReportedWithThePlace) {
  const auto directory = RunDirectory::create(std::uintmax_t{1} << 62);
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().front().expected,
              AllOf(HasSubstr("MiB free in"), HasSubstr("TMPDIR")));
}

}  // namespace
}  // namespace picklock

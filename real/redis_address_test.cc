#include "real/redis_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace picklock {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisUrls, NameServersAndLogins) {
  const auto one = parse_redis_urls("redis://localhost:7000");
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1);
  EXPECT_EQ(to_string(one->front()), "localhost:7000");
  EXPECT_EQ(one->front().password, "");

  const auto several = parse_redis_urls("redis://me:s%40cret%2c@a,redis://:p:q@b:1/,[::1]:2");
  ASSERT_TRUE(several) << to_string(several.error().front());
  ASSERT_EQ(several->size(), 3);
  EXPECT_EQ(several->at(0).user, "me");
  EXPECT_EQ(several->at(0).password, "s@cret,");
  EXPECT_EQ(several->at(0).port, 6379);
  EXPECT_EQ(several->at(1).user, "");
  EXPECT_EQ(several->at(1).password, "p:q");
  EXPECT_EQ(several->at(2).host, "::1");
  EXPECT_EQ(to_string(several->at(2)), "[::1]:2");
}

TEST(RedisUrls, SayWhatIsWrongAndKeepTheSecret) {
  for (const char* url : {"", "a:1", "http://a:1", "redis://", "redis://a:0", "redis://a:65536",
                          "redis://a:1x", "redis://a:1,", "redis://a:1/3", "redis://[::1",
                          "redis://secret@a:1", "redis://u:@a:1", "redis://:secret%4@a:1"}) {
    const auto parsed = parse_redis_urls(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_THAT(parsed.error().front().expected, HasSubstr("expected")) << url;
    EXPECT_THAT(parsed.error().front().expected, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace picklock

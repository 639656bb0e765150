#include "real/resp_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace picklock {
namespace {

const std::vector<std::string> kMessages{"+OK\r\n", "-ERR no\r\n", ":17\r\n",
                                         "$-1\r\n", "$0\r\n\r\n",  "$4\r\na\r\nb\r\n",
                                         "*-1\r\n", "*0\r\n",      "*2\r\n*1\r\n:1\r\n$1\r\nx\r\n"};

std::vector<std::string> cut(RespStream& stream) {
  std::vector<std::string> found;
  while (const auto message = stream.next()) found.emplace_back(*message);
  return found;
}

TEST(RespStream, CutsAtOnce) {
  std::string all;
  for (const std::string& message : kMessages) all += message;
  RespStream stream;
  stream.feed(all);
  EXPECT_EQ(cut(stream), kMessages);
}

TEST(RespStream, CutsByteByByte) {
  RespStream stream;
  std::vector<std::string> found;
  for (const std::string& message : kMessages) {
    for (const char byte : message) {
      stream.feed({&byte, 1});
      for (std::string& one : cut(stream)) found.push_back(std::move(one));
    }
  }
  EXPECT_EQ(found, kMessages);
}

TEST(RespStream, KnowsWhatIsNoResp) {
  for (const char* const wrong : {"hello\r\n", "$x\r\n", "*-2\r\n", "*1\r\n?\r\n"}) {
    RespStream stream;
    stream.feed(wrong);
    EXPECT_FALSE(stream.next());
    EXPECT_TRUE(stream.is_broken()) << wrong;
  }
}

TEST(RespStream, CommandsComeBackAsTheyWere) {
  RedisCommand command;
  command.assign("SET", "a\r\nb", "", 17);
  std::string bytes;
  append_resp(command, bytes);
  RedisCommand read;
  ASSERT_TRUE(read_resp(bytes, read));
  ASSERT_EQ(read.size(), 4);
  for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i], command[i]);
  EXPECT_FALSE(read_resp("+OK\r\n", read));
}

}  // namespace
}  // namespace picklock

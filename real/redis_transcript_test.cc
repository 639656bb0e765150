// The model of redis-server against what a real one once answered; this needs no server.
//
// With PICKLOCK_WRITE_GOLDEN set the test records the transcript anew, from the redis-server in PATH:
//
//     PICKLOCK_WRITE_GOLDEN=1 build/gcc/real/real_tests --gtest_filter='RedisTranscript.*'
#include "real/redis_transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "real/redis_fuzz.h"
#include "real/redis_test_server.h"
#include "sim/servers/redis_model.h"

namespace picklock {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::int64_t kStart = 1'800'000'000'000;
constexpr const char* kPath = PICKLOCK_SOURCE_DIR "/real/golden/redis_7_0_15.txt";
constexpr const char* kFirstLine =
    "redis-server 7.0.15 under a frozen clock, recorded with PICKLOCK_WRITE_GOLDEN=1 "
    "real_tests --gtest_filter='RedisTranscript.*' (docs/redis-model.md)";

// Random commands while the clock goes on by small steps, seldom by a large one, sometimes back.
void write_random_commands(RedisTranscriptWriter& writer, std::uint64_t seed, int count) {
  writer.comment("seed " + std::to_string(seed));
  for (const char* line : {"RESET", "2> RESET", "FLUSHALL", "SCRIPT FLUSH"}) writer.line(line);
  RedisFuzz fuzz(seed, RedisFuzz::Times::any);
  RedisCommand command;
  for (int i = 0; i < count; ++i) {
    if (fuzz.below(4) == 0) {
      const auto step = static_cast<std::int64_t>(fuzz.below(5));
      writer.set_time(writer.now() + (fuzz.below(40) == 0 ? 1'000'000 : step - 1));
    }
    fuzz.next(writer.now(), command);
    writer.run(fuzz.below(4) == 0 ? 2 : 1, command);
  }
}

void record() {
  Result<FrozenClock> clock = FrozenClock::create(kStart);
  ASSERT_TRUE(clock);
  const auto server = RedisServerProcess::start({.environment = clock->environment()});
  ASSERT_TRUE(server) << to_string(server.error().front());
  Result<RedisTranscriptWriter> writer = RedisTranscriptWriter::open(*server, *clock);
  ASSERT_TRUE(writer) << to_string(writer.error().front());
  writer->comment(kFirstLine);
  writer->set_time(kStart);
  for (const std::string& line : redis_transcript_tour(kStart)) writer->line(line);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) write_random_commands(*writer, seed, 500);
  writer->line("2> QUIT");
  std::ofstream(kPath, std::ios::binary) << writer->text();
}

std::string transcript() {
  if (std::getenv("PICKLOCK_WRITE_GOLDEN") != nullptr) {
    static bool written = false;
    if (!written) record();
    written = true;
  }
  std::ifstream file(kPath, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RedisTranscript, TheModelAnswersAsTheServerDid) {
  const RedisReplay replay = replay_redis_transcript(transcript());
  EXPECT_EQ(replay.divergence, "");
  EXPECT_GT(replay.commands, 2500U);
}

TEST(RedisTranscript, EveryCommandOfTheTableIsReachedAndMostSucceed) {
  const RedisReplay replay = replay_redis_transcript(transcript());
  // Their other answers count what the whole server has: clients, commands, or scripts that run.
  const std::set<std::string> only_errors{"CLIENT ID", "COMMAND", "COMMAND COUNT", "HELLO",
                                          "SCRIPT KILL"};
  for (const std::string& name : redis_full_command_names()) {
    EXPECT_TRUE(replay.reached.contains(name)) << name;
    EXPECT_EQ(replay.succeeded.contains(name), !only_errors.contains(name)) << name;
  }
}

TEST(RedisTranscript, ItSaysOfWhichServerItIs) {
  EXPECT_THAT(transcript(), StartsWith("# redis-server 7.0.15 under a frozen clock"));
}

// --- The comparison can fail ------------------------------------------------------------------------

constexpr const char* kSmall =
    "# a comment\n"
    "@ 1800000000000\n"
    "1> SET key value PX 10\n"
    "= \"+OK\\r\\n\"\n"
    "@ 1800000000010\n"
    "2> GET key\n"
    "= \"$5\\r\\nvalue\\r\\n\"\n"
    "@ 1800000000011\n"
    "2> GET key\n"
    "= \"$-1\\r\\n\"\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RedisTranscript, ADivergenceNamesLineCommandAndBothReplies) {
  EXPECT_EQ(replay_redis_transcript(kSmall).divergence, "");
  const RedisReplay replay = replay_redis_transcript(replaced(kSmall, "nvalue", "nother"));
  EXPECT_EQ(replay.divergence,
            "line 7: 2> GET key\n"
            "expected: \"$5\\r\\nother\\r\\n\"\n"
            "actual:   \"$5\\r\\nvalue\\r\\n\"\n");
}

TEST(RedisTranscript, AClockThatIsAMillisecondOffDiverges) {
  EXPECT_THAT(
      replay_redis_transcript(replaced(kSmall, "@ 1800000000011", "@ 1800000000010")).divergence,
      HasSubstr("line 10: 2> GET key"));
}

TEST(RedisTranscript, ATruncatedOrGarbledTranscriptDiverges) {
  const std::string text = kSmall;
  const std::size_t end = text.rfind("= ");
  EXPECT_THAT(replay_redis_transcript(text.substr(0, end)).divergence, HasSubstr("(no reply)"));
  EXPECT_THAT(replay_redis_transcript("hello\n").divergence, HasSubstr("line 1"));
  EXPECT_THAT(replay_redis_transcript("2<\n= \"+OK\\r\\n\"\n").divergence,
              HasSubstr("(no message)"));
  EXPECT_THAT(replay_redis_transcript("").reached, IsEmpty());
}

}  // namespace
}  // namespace picklock

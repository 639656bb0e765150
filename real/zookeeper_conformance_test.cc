// Random operations of several sessions to the model of ZooKeeper and to the real one: equal answers, equal
// notifications, and sessions that end on the same millisecond.
//
// With PICKLOCK_WRITE_GOLDEN set the transcript that needs no server is recorded anew:
//
//     PICKLOCK_WRITE_GOLDEN=1 build/gcc/real/real_tests --gtest_filter='ZooKeeperTranscript.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "real/redis_test_server.h"
#include "real/testing/zookeeper_pair.h"

namespace picklock {
namespace {

constexpr const char* kPath = PICKLOCK_SOURCE_DIR "/real/golden/zookeeper_3_8_0.txt";

// What the model does alone.
std::string model_transcript(std::uint64_t seed, int steps) {
  ModelZooKeeperService model(ZooKeeperPair::kSession, ZooKeeperPair::kTick);
  ZooKeeperTranscriber transcriber(model);
  ZooKeeperScript script(seed);
  std::string text;
  for (int i = 0; i < steps; ++i) {
    const ZooKeeperScript::Step step = script.next();
    text += transcriber.carry_out(step, {});
    note(script, step, transcriber.seen());
  }
  return text;
}

TEST(ZooKeeperConformance, RandomOperationsGetEqualAnswers) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    ZooKeeperPair pair;
    PICKLOCK_SKIP_WITHOUT(pair.server());
    const std::string text = pair.run(seed, 2000);
    ASSERT_EQ(text.find("the model:"), std::string::npos) << "seed " << seed << "\n"
                                                          << end_of(text);
    EXPECT_NE(text.find("! created"), std::string::npos) << "nobody was notified";
    EXPECT_NE(text.find("ms: "), std::string::npos) << "no session has expired";
  }
}

// The comparison can fail.
TEST(ZooKeeperConformance, LateModelIsCaught) {
  PICKLOCK_SKIP_WITHOUT(ZooKeeperPair().server());
  EXPECT_TRUE(late_model_is_caught(ZooKeeperPair::connections));
}

std::string line_at(const std::string& text, std::ptrdiff_t place) {
  const auto at = static_cast<std::size_t>(place);
  const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

constexpr std::uint64_t kGoldenSeed = 4;
constexpr int kGoldenSteps = 3000;

std::string golden() {
  if (std::getenv("PICKLOCK_WRITE_GOLDEN") != nullptr) {
    ZooKeeperPair pair;
    EXPECT_TRUE(pair.server());
    std::ofstream(kPath, std::ios::binary) << pair.run(kGoldenSeed, kGoldenSteps);
  }
  std::ifstream file(kPath, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ZooKeeperServerProcess, WhatIsMissingIsNamedWithItsPackage) {
  const auto without_jar = ZooKeeperServerProcess::start({.jar = "/no/zookeeper.jar"});
  ASSERT_FALSE(without_jar);
  EXPECT_NE(to_string(without_jar.error().front()).find("apt-get install zookeeper"),
            std::string::npos);
  const auto without_java = ZooKeeperServerProcess::start({.java = "no-java", .jar = "/dev/null"});
  ASSERT_FALSE(without_java);
  EXPECT_NE(to_string(without_java.error().front()).find("apt-get install default-jre-headless"),
            std::string::npos);
}

TEST(ZooKeeperTranscript, TheModelAnswersAsTheServiceDid) {
  const std::string wanted = golden();
  const std::string got = model_transcript(kGoldenSeed, kGoldenSteps);
  const auto [here, there] = std::ranges::mismatch(got, wanted);
  EXPECT_TRUE(got == wanted) << "the model:   " << line_at(got, here - got.begin())
                             << "\nthe service: " << line_at(wanted, there - wanted.begin());
  EXPECT_GT(std::ranges::count(wanted, '\n'), kGoldenSteps);
}

}  // namespace
}  // namespace picklock

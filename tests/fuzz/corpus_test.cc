// Every file of the fuzzers' corpus, through the same function, in every build; and damaged copies of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "tests/fuzz/read_and_write.h"

namespace picklock::testing {
namespace {

constexpr std::array<std::pair<const char*, Format>, 6> kFolders{
    {{"edn", Format::edn},
     {"jepsen_json", Format::jepsen_json},
     {"jepsen_log", Format::jepsen_log},
     {"csv", Format::csv},
     {"picklock_operations", Format::picklock_operations},
     {"picklock_events", Format::picklock_events}}};

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  const auto corpus = std::filesystem::path(PICKLOCK_SOURCE_DIR) / "tests/fuzz/corpus" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(corpus))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

TEST(Corpus, IsReadAndWritten) {
  for (const auto& [folder, format] : kFolders) {
    const std::vector<std::string> texts = files_of(folder);
    EXPECT_GE(texts.size(), 2U) << folder;
    for (const std::string& text : texts) {
      SCOPED_TRACE(text);
      read_and_write(format, text);
      EXPECT_EQ(recognise(text), format);
    }
  }
}

TEST(Corpus, DamagedAtEveryPlace) {
  constexpr std::string_view kDamage = "{}[]()\"\\:;#,\n 0-x";
  for (const auto& [folder, format] : kFolders) {
    for (const std::string& text : files_of(folder)) {
      for (std::size_t at = 0; at < text.size(); ++at) {
        std::string damaged = text;
        damaged[at] = kDamage[mix(at) % kDamage.size()];
        read_and_write(format, damaged);
        read_and_write(format, std::string_view(text).substr(0, at));
      }
    }
  }
}

}  // namespace
}  // namespace picklock::testing

// Texts against the files in reports/golden/. With PICKLOCK_WRITE_GOLDEN set the test writes them anew; look
// at them before keeping them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "reports/canvas.h"

namespace picklock::testing {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(PICKLOCK_SOURCE_DIR) + "/reports/golden/" + name;
  if (std::getenv("PICKLOCK_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.good()) << path << " is missing";
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, golden) << path;
}

inline void expect_width(const std::string& text, int width) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    EXPECT_LE(cells(line), static_cast<std::size_t>(width)) << line;
    at = end + 1;
  }
}

}  // namespace picklock::testing

#include "real/server_start.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace picklock {

Result<std::string> make_server_directory(const std::string& parent, const std::string& name) {
  std::string pattern = parent.empty() ? std::filesystem::temp_directory_path().string() : parent;
  pattern += "/picklock-" + name + "-XXXXXX";
  if (::mkdtemp(pattern.data()) != nullptr) return Result<std::string>(pattern);
  return Result<std::string>::failure("expected to create the directory " + pattern + ": " +
                                      std::strerror(errno));
}

bool wait_until_ready(Child& child, const std::function<bool()>& answers) {
  constexpr std::chrono::milliseconds kEvery{2};
  constexpr int kPolls = 10'000;
  for (int i = 0; i < kPolls && !child.ended(); ++i) {
    if (answers()) return true;
    std::this_thread::sleep_for(kEvery);
  }
  return false;
}

std::string last_words(const std::string& log) {
  std::ifstream file(log);
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "" : " (its log ends with: " + last + ")";
}

}  // namespace picklock

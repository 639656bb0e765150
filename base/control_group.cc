#include "base/control_group.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace picklock {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

// How a version names what it says of memory.
struct Names {
  const char* limit;
  const char* usage;
  std::string_view of_files;  // in memory.stat
};
constexpr Names kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache"};
constexpr Names kVersion2{"memory.max", "memory.current", "file"};

// "max", which is no number, is no limit.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t number = 0;
  if (in >> number) return number;
  return std::nullopt;
}

std::uint64_t bytes_of_files(const fs::path& group, std::string_view name) {
  std::ifstream in(group / "memory.stat");
  std::string key;
  std::uint64_t bytes = 0;
  while (in >> key >> bytes) {
    if (key == name) return bytes;
  }
  return 0;
}

std::uint64_t left_in(const fs::path& group, const Names& names) {
  const auto limit = number_in(group / names.limit);
  const auto usage = number_in(group / names.usage);
  if (!limit || !usage) return kUnlimited;
  const std::uint64_t taken = *usage - std::min(*usage, bytes_of_files(group, names.of_files));
  return *limit - std::min(*limit, taken);
}

// Of the group and all above it. A container often sees its own group as the root, whatever its name outside.
std::uint64_t left_up_to_root(const fs::path& root, std::string_view group, const Names& names) {
  std::uint64_t left = left_in(root, names);
  fs::path at = root;
  for (const fs::path& part : fs::path(group).relative_path()) {
    at /= part;
    left = std::min(left, left_in(at, names));
  }
  return left;
}

}  // namespace

std::uint64_t memory_left_by_control_groups(std::istream& memberships, const fs::path& mounts) {
  std::uint64_t left = kUnlimited;
  std::string line;
  while (std::getline(memberships, line)) {  // number:controllers:/group
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string_view group = std::string_view(line).substr(second + 1);
    if (controllers == ",,") {
      left = std::min(left, left_up_to_root(mounts, group, kVersion2));
      left = std::min(left, left_up_to_root(mounts / "unified", group, kVersion2));
    } else if (controllers.find(",memory,") != std::string::npos) {
      left = std::min(left, left_up_to_root(mounts / "memory", group, kVersion1));
    }
  }
  return left;
}

}  // namespace picklock

#include "base/control_group.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace picklock {
namespace {

namespace fs = std::filesystem;

class ControlGroups : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = (fs::temp_directory_path() / "picklock_groups_XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    mounts_ = folder;
  }
  void TearDown() override { fs::remove_all(mounts_); }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((mounts_ / file).parent_path());
    std::ofstream(mounts_ / file) << text << "\n";
  }
  std::uint64_t left(const std::string& memberships) {
    std::istringstream in(memberships);
    return memory_left_by_control_groups(in, mounts_);
  }

  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  fs::path mounts_;
};

TEST_F(ControlGroups, LimitNothingWhereTheyCannotBeRead) {
  EXPECT_EQ(left(""), kUnlimited);
  EXPECT_EQ(left("0::/service\nnonsense\n4:memory:/service\n"), kUnlimited);
}

TEST_F(ControlGroups, OfVersion2LeaveWhatTheirMaximumLeaves) {
  write("service/memory.max", "1000");
  write("service/memory.current", "400");
  EXPECT_EQ(left("0::/service\n"), 600);
  write("service/memory.stat", "anon 300\nfile 100");
  EXPECT_EQ(left("0::/service\n"), 700) << "the kernel drops pages of files first";
  write("service/memory.max", "max");
  EXPECT_EQ(left("0::/service\n"), kUnlimited);
}

TEST_F(ControlGroups, AreLimitedByThoseAbove) {
  write("a/b/memory.max", "1000");
  write("a/b/memory.current", "100");
  write("a/memory.max", "500");
  write("a/memory.current", "450");
  EXPECT_EQ(left("0::/a/b\n"), 50);
}

TEST_F(ControlGroups, AreFoundAtTheRootOfAContainer) {
  write("memory.max", "1000");
  write("memory.current", "1200");
  EXPECT_EQ(left("0::/somewhere/outside\n"), 0);
}

TEST_F(ControlGroups, OfVersion1StandBelowMemory) {
  write("memory/service/memory.limit_in_bytes", "1000");
  write("memory/service/memory.usage_in_bytes", "400");
  write("memory/service/memory.stat", "cache 5\ntotal_cache 100");
  EXPECT_EQ(left("5:cpu,cpuacct:/\n4:memory:/service\n0::/\n"), 700);
  EXPECT_EQ(left("4:cpu,memory:/service\n"), 700);
}

}  // namespace
}  // namespace picklock

// What the end-to-end tests share: a folder of their own, a scenario, and the program.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/process.h"

namespace picklock::testing {

// A client stops for longer than its lease lasts: belief exclusion breaks in every run, server exclusion
// in none.
inline constexpr std::string_view kPause = R"({
  "name": "pause",
  "lock": { "algorithm": "redis_token", "ttl": "10s" },
  "clients": { "count": 2, "stagger": "1ms" },
  "faults": [ { "pause": "client-1", "for": "14s", "when": "client-1 acquired" } ],
  "seeds": [1, 3],
  "expect": { "belief-exclusion": "violated", "server-exclusion": "holds" }
})";

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(PICKLOCK_TEST_FOLDER) / test->test_suite_name() / test->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    write("pause.json", kPause);
  }

  void TearDown() override {
    if (!HasFailure()) std::filesystem::remove_all(folder_);
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  // To be changed before it is run.
  Start prepared(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), PICKLOCK_PROGRAM);
    return {.arguments = std::move(arguments),
            .environment = {"LC_ALL=C.UTF-8", "NO_COLOR=", "CLICOLOR_FORCE="},
            .folder = folder_.string()};
  }

  Finished picklock(std::vector<std::string> arguments) const {
    return run_program(prepared(std::move(arguments)));
  }

  // Runs with a mistake that must be explained: nothing on the standard output, exit code 3, and
  // `expected` in the explanation.
  void expect_usage_error(std::vector<std::string> arguments, const std::string& expected) const {
    const Finished finished = picklock(std::move(arguments));
    EXPECT_EQ(finished.code, 3) << finished.err;
    EXPECT_EQ(finished.out, "");
    EXPECT_NE(finished.err.find(expected), std::string::npos) << finished.err;
  }

  std::filesystem::path folder_;
};

}  // namespace picklock::testing

// What the documents show is what the program prints.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/cli/fixture.h"

namespace picklock::testing {
namespace {

class Documents : public CommandLine {
 protected:
  static std::string source(const std::string& path) {
    std::ifstream file(std::string(PICKLOCK_SOURCE_DIR) + "/" + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  // The lines of the example that begins with this command.
  static std::vector<std::string> example(const std::string& document, const std::string& command) {
    const std::string text = source(document);
    const std::size_t begin = text.find("$ " + command + "\n");
    EXPECT_NE(begin, std::string::npos) << document << " has no example of " << command;
    std::istringstream lines(text.substr(begin, text.find("```", begin) - begin));
    std::vector<std::string> shown;
    for (std::string line; std::getline(lines, line);) shown.push_back(line);
    shown.erase(shown.begin());
    return shown;
  }

  // In their order; "..." stands for lines that are left out.
  static void expect_in_order(const std::vector<std::string>& shown, const std::string& printed) {
    std::istringstream output(printed);
    std::string line;
    for (const std::string& wanted : shown) {
      if (wanted.find("...") == 2 || wanted.find("...") == 3) continue;
      bool found = false;
      while (!found && std::getline(output, line)) found = line == wanted;
      ASSERT_TRUE(found) << "not printed, or not in this place: " << wanted;
    }
  }
};

constexpr const char* kScenario = "scenarios/redis_token_pause_past_ttl.json";

TEST_F(Documents, TheReadmeShowsWhatRunPrints) {
  const Finished run = picklock({"run", std::string(PICKLOCK_SOURCE_DIR) + "/" + kScenario});
  expect_in_order(example("README.md", std::string("picklock run ") + kScenario), run.out);
}

TEST_F(Documents, CounterexamplesShowsWhatExplainPrints) {
  const std::string scenario = std::string(PICKLOCK_SOURCE_DIR) + "/" + kScenario;
  ASSERT_EQ(picklock({"run", scenario, "--no-fixes", "-o", "trace=one.trace.json"}).code, 0);
  expect_in_order(example("docs/counterexamples.md", "picklock explain one.trace.json"),
                  picklock({"explain", "one.trace.json"}).out);
}

}  // namespace
}  // namespace picklock::testing

#include "scenarios/fault_words.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "scenarios/loader_fixture.h"

namespace picklock {
namespace {

// Of the last fault.
std::string words_of(const std::string& faults, const std::string& more = "") {
  const auto loaded =
      parse_scenario(fmt::format(R"({{ "name": "x", "lock": {{ "algorithm": "redis_token" }},
                        "servers": {{ "kind": "redis", "replicas": 2 }},
                        "clients": {{ "count": 9 }}, "faults": [{}]{} }})",
                                 faults, more),
                     "x.json", sample_vocabulary());
  return loaded ? in_words(loaded.value().scenario.faults.back())
                : to_string(loaded.error().front());
}

TEST(FaultWords, SayWhatStrikesAProcess) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"pause": "client-1", "for": "14s", "at": "1s"})", "client-1 freezes for 14s"},
      {R"({"pause": ["client-1", "client-2"], "for": {"uniform": ["1s", "2s"]}, "at": "1s"})",
       "client-1 and client-2 freeze"},
      {R"({"suspend": "client-1", "for": "14s", "at": "1s"})", "client-1 is put to sleep for 14s"},
      {R"({"crash": "client-1", "at": "1s"})", "client-1 crashes"},
      {R"({"crash": "redis-1", "at": "1s", "power_loss": true})", "redis-1 loses power"},
      {R"({"crash": "redis-1", "at": "1s", "for": "1s"})", "redis-1 crashes and starts again"},
      {R"({"crash": "redis-1", "at": "1s", "for": "1s", "memory": "lost"})",
       "redis-1 crashes and starts again with an empty disk"},
      {R"({"promote": "redis-2", "at": "1s"})", "redis-2 is made the primary"},
      {R"({"clock_step": "redis-1", "by": "-10s", "at": "1s"})",
       "the clock of redis-1 jumps 10s back"},
      {R"({"clock_step": ["redis-1", "redis-2"], "by": "10s", "at": "1s"})",
       "the clocks of redis-1 and redis-2 jump 10s ahead"},
      {R"({"clock_rate": "redis-1", "ppm": 500, "for": "1s", "at": "1s"})",
       "the clock of redis-1 runs 500 ppm too fast for 1s"},
      {R"({"clock_rate": "redis-1", "ppm": -500, "at": "1s"})",
       "the clock of redis-1 runs 500 ppm too slow"},
      {R"({"clock_freeze": "redis-1", "for": "1s", "at": "1s"})",
       "the clock of redis-1 stands still for 1s"}};
  for (const auto& [fault, words] : cases) EXPECT_EQ(words_of(fault), words) << fault;
}

TEST(FaultWords, SayWhatStrikesTheNetwork) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"partition": [["client-1"], ["redis-1", "redis-2", "redis-3"]], "at": "1s", "for": "2s"})",
       "client-1 is cut off from redis-1, redis-2 and redis-3 for 2s"},
      {R"({"partition": [["client-1", "redis-1"], ["redis-2"], ["redis-3"]], "at": "1s"})",
       "a cut between [client-1 and redis-1] [redis-2] [redis-3]"},
      {R"({"partition": [["redis-1"], ["redis-2"]], "one_way": true, "at": "1s"})",
       "nothing from redis-1 reaches redis-2"},
      {R"({"partition": [["redis-1"], ["client-1", "client-2", "client-3", "client-4", "client-5"]],
           "at": "1s"})",
       "redis-1 is cut off from client-1, client-2, client-3 and 2 others"},
      {R"({"reset": "client-1", "peers": "redis-1", "at": "1s"})",
       "the connection between client-1 and redis-1 breaks"},
      {R"({"delay": "client-1 -> resource write", "by": "5s"})",
       "the first write from client-1 to resource takes 5s longer"},
      {R"({"lose": "redis-1 -> * SET", "nth": 12})", "the 12th SET from redis-1 is lost"},
      {R"({"lose": "* -> redis-1", "nth": 22, "count": 3})",
       "3 times from the 22nd on a message to redis-1 is lost"},
      {R"({"duplicate": "client-1 -> redis-1 SET", "by": "1s", "count": "all"})",
       "every SET from client-1 to redis-1 arrives twice"}};
  for (const auto& [fault, words] : cases) EXPECT_EQ(words_of(fault), words) << fault;
  EXPECT_EQ(words_of(R"({"reorder": "redis-1 -> client-1 SET"})",
                     R"(, "network": {"transport": "datagrams"})"),
            "the first SET from redis-1 to client-1 overtakes those before it");
}

TEST(FaultWords, TakeTheNameThatTheScenarioGives) {
  EXPECT_EQ(words_of(R"({"pause": "client-1", "for": "14s", "at": "1s", "name": "pause of GC"})"),
            "pause of GC");
  EXPECT_EQ(words_of(R"({"pause": "client-1", "for": "14s", "at": "1s", "name": "pause 7"})"),
            "client-1 freezes for 14s");
}

}  // namespace
}  // namespace picklock

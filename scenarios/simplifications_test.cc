#include "scenarios/simplifications.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/loader_fixture.h"

namespace picklock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// Of one kind, as "pointer=value".
std::vector<std::string> of_kind(Simpler kind, const std::string& plan) {
  std::vector<std::string> found;
  for (const Simplification& simpler : simplifications(plan)) {
    if (simpler.kind == kind) {
      found.push_back(simpler.change.first + "=" + simpler.change.second);
    }
  }
  return found;
}

TEST(Simplifications, EachFaultCanGo) {
  EXPECT_THAT(of_kind(Simpler::fewer_faults, R"({"faults": [{"crash": "a"}, {"crash": "b"}]})"),
              ElementsAre("/faults/0=null", "/faults/1=null"));
}

TEST(Simplifications, FewerClientsBeginWithOne) {
  EXPECT_THAT(of_kind(Simpler::fewer_clients, R"({"clients": {"count": 4}})"),
              ElementsAre("/clients/count=1", "/clients/count=2", "/clients/count=3"));
  EXPECT_THAT(of_kind(Simpler::fewer_clients, R"({"clients": {"count": 1}})"), IsEmpty());
}

TEST(Simplifications, OfManyRoundsRoundNumbersAndTheHalfAreTried) {
  const auto found = of_kind(Simpler::fewer_rounds, R"({"clients": {"rounds": 540000}})");
  EXPECT_THAT(found, Contains("/clients/rounds=1"));
  EXPECT_THAT(found, Contains("/clients/rounds=200000"));
  EXPECT_THAT(found, Contains("/clients/rounds=270000"));
  EXPECT_LT(found.size(), 40U);
}

TEST(Simplifications, DurationsAreRoundedAndHalvedDownToAMillisecond) {
  const std::string plan =
      R"({"duration": "73s", "faults": [{"pause": "client-1", "for": "14s", "at": "1ms"}]})";
  EXPECT_THAT(of_kind(Simpler::rounder, plan),
              ElementsAre("/duration=\"1min\"", "/faults/0/for=\"10s\""));
  EXPECT_THAT(of_kind(Simpler::shorter, plan),
              ElementsAre("/duration=\"36.5s\"", "/faults/0/for=\"7s\""));
}

TEST(Simplifications, WhatThePlanIsAboutStays) {
  const std::string plan = R"({"name": "x", "lock": {"algorithm": "redis_token", "ttl": "10s"},
      "servers": {"kind": "redis", "count": 1}, "resource": {"initial": 5},
      "expect": {"server-exclusion": "holds"}, "seeds": [1, 200]})";
  EXPECT_THAT(simplifications(plan), IsEmpty());
}

TEST(Simplifications, ExceptionsOfOneClientGoOneByOne) {
  const std::string plan =
      R"({"clients": {"count": 2, "each": {"client-1": {"hold": "2s"}}}, "clocks": {"redis-1": {"ppm": 5}}})";
  const auto found = of_kind(Simpler::fewer_words, plan);
  EXPECT_THAT(found, ElementsAre("/clients/each=null", "/clients/each/client-1=null",
                                 "/clients/each/client-1/hold=null", "/clocks/redis-1=null",
                                 "/clocks/redis-1/ppm=null"));
}

// Taking simplifications for as long as there are any comes to an end, whatever is accepted.
TEST(Simplifications, TheyEnd) {
  std::string plan = R"({"name": "x", "about": "", "lock": {"algorithm": "redis_token"},
      "clients": {"count": 40, "rounds": 1000, "hold": "90min"}, "duration": "100d",
      "faults": [{"clock_rate": "redis-1", "ppm": 83333, "for": "60s", "at": "1us"}]})";
  std::size_t steps = 0;
  for (bool again = true; again && steps < 2000;) {
    again = false;
    const auto all = simplifications(plan);
    // The last that loads: the slowest way down.
    for (auto simpler = all.rbegin(); simpler != all.rend(); ++simpler) {
      const auto next =
          parse_scenario(plan, "plan", sample_vocabulary(), std::span(&simpler->change, 1));
      if (!next) continue;
      plan = next->json;
      again = true;
      ++steps;
      break;
    }
  }
  EXPECT_LT(steps, 500U);
  EXPECT_GT(steps, 10U);
}

}  // namespace
}  // namespace picklock

#include "search/same_run.h"

#include <gtest/gtest.h>

#include <utility>

namespace picklock {
namespace {

using namespace std::chrono_literals;

Event invoke(TrueTime at, std::uint32_t client, std::uint32_t op) {
  return {.at = at,
          .kind = EventKind::invoke,
          .node = NodeId(client),
          .op = OpId(op),
          .hold = OpId(op)};
}
Event complete(TrueTime at, std::uint32_t client, std::uint32_t op, Outcome outcome) {
  Event event = invoke(at, client, op);
  event.kind = EventKind::complete;
  event.outcome = outcome;
  return event;
}

History two_clients_at_once() {
  return {.events = {invoke(TrueTime{}, 0, 0), invoke(TrueTime{}, 1, 1),
                     complete(TrueTime{1ms}, 0, 0, Outcome::ok),
                     complete(TrueTime{2ms}, 1, 1, Outcome::refused)}};
}

TEST(SameRun, OrderAtOneInstantIsNoDifference) {
  History other = two_clients_at_once();
  other.events = {invoke(TrueTime{}, 1, 0), invoke(TrueTime{}, 0, 1),
                  complete(TrueTime{1ms}, 0, 1, Outcome::ok),
                  complete(TrueTime{2ms}, 1, 0, Outcome::refused)};
  EXPECT_FALSE(difference_between(two_clients_at_once(), other));
}

TEST(SameRun, AnInstantAnOutcomeAndAMissingEventAre) {
  const History one = two_clients_at_once();
  History other = one;
  other.events[2].at += 1ns;
  EXPECT_EQ(difference_between(one, other)->a, one.events[2]);
  other = one;
  std::swap(other.events[2].outcome, other.events[3].outcome);
  EXPECT_TRUE(difference_between(one, other));
  other = one;
  other.events.pop_back();
  const auto missing = difference_between(one, other);
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->a, one.events[3]);
  EXPECT_FALSE(missing->b);
}

// Who did it is part of what happened.
TEST(SameRun, TheSameByAnotherClientIsAnother) {
  History other = two_clients_at_once();
  for (Event& event : other.events) event.node = NodeId(1 - event.node.value());
  EXPECT_TRUE(difference_between(two_clients_at_once(), other));
}

}  // namespace
}  // namespace picklock

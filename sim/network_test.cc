#include "sim/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/testing/event_log.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = DurationSpec::Kind;

const DurationSpec kUniform{.kind = Kind::uniform, .min = 1ms, .max = 9ms};

// Three nodes; every message that comes due is logged under its letter, with what became of it.
class NetworkTest : public testing::Test, protected Handler {
 protected:
  NetworkTest() {
    for (const char* name : {"client-1", "client-2", "redis-1"}) add_node(name);
    configure({.delay = DurationSpec::constant(5ms)});
  }

  NodeId add_node(std::string name) {
    return kernel_.add_node(std::move(name), Role::client, Duration{}, 0);
  }
  void configure(const NetworkSpec& spec, Choices choices = Choices::random(1)) {
    network_.configure(spec);
    restart(std::move(choices));
  }
  void restart(Choices choices) {
    kernel_.reset(std::move(choices), true);
    network_.reset();
    delays_.clear();
    log_.take();
  }

  std::uint32_t send(NodeId from, NodeId to, char name = 'a', std::string_view what = "SET") {
    return network_.send({.from = from,
                          .to = to,
                          .what = what,
                          .handler = this,
                          .slot = static_cast<std::uint32_t>(name)});
  }
  // From client-1 to redis-1.
  void send_at(Duration time, char name) {
    Kernel::Payload payload = LoggingHandler::letter(name);
    payload.kind = 1;
    kernel_.push_global(TrueTime{time}, *this, payload);
  }
  void at(Duration time, std::function<void()> what) {
    actions_.push_back(std::move(what));
    Kernel::Payload payload;
    payload.kind = 2;
    payload.slot = static_cast<std::uint32_t>(actions_.size() - 1);
    kernel_.push_global(TrueTime{time}, *this, payload);
  }
  Lines run() {
    kernel_.run(kNever, 10'000'000);
    return log_.take();
  }
  // The delays of `count` datagrams that are sent together.
  std::vector<Duration> delays(NodeId from, NodeId to, int count) {
    delays_.clear();
    for (int i = 0; i < count; ++i) send(from, to);
    run();
    return delays_;
  }

  void fire(const Kernel::Payload& payload) override {
    if (payload.kind == 1) {
      send(client_1_, redis_, static_cast<char>(payload.slot));
    } else if (payload.kind == 2) {
      actions_.at(payload.slot)();
    } else {
      static constexpr std::string_view kOutcomes[] = {"", " lost", " held"};
      const Network::Arrival arrival = network_.arrives(payload);
      const bool is_copy = (payload.flags & Network::copy) != 0;
      log_.at(static_cast<char>(payload.slot) + std::string(is_copy ? " again" : "") +
              std::string(kOutcomes[static_cast<std::size_t>(arrival)]));
      delays_.push_back(kernel_.now().time_since_epoch());
    }
  }

  Kernel kernel_;
  Network network_{kernel_};
  EventLog log_{kernel_};
  std::vector<Duration> delays_;
  std::vector<std::function<void()>> actions_;
  const NodeId client_1_{0};
  const NodeId client_2_{1};
  const NodeId redis_{2};
};

TEST_F(NetworkTest, TheDeadDoNotSpeak) {
  kernel_.crash(client_1_);
  EXPECT_EQ(send(client_1_, redis_), 0U);
}

TEST_F(NetworkTest, AConstantDelayIsExact) {
  EXPECT_EQ(send(client_1_, redis_), 1U);
  EXPECT_THAT(run(), ElementsAre("5ms a"));
  EXPECT_EQ(network_.messages(), 1U);
}

TEST_F(NetworkTest, KeptMessagesSayWhenEachWasSentAndWhetherItArrived) {
  std::vector<SentMessage> kept;
  network_.keep(&kept);
  send_at(0ms, 'a');
  at(6ms, [this] { network_.cut(client_1_, redis_, false); });
  send_at(10ms, 'b');
  at(20ms, [this] { network_.restore(client_1_, redis_); });
  send_at(30ms, 'c');
  at(31ms, [this] { network_.reset_connection(client_1_, redis_); });
  send_at(40ms, 'd');
  at(46ms, [this] { send(redis_, client_2_, 'e', "news"); });
  send_at(50ms, 'f');
  at(51ms, [this] { kernel_.crash(redis_); });
  run();
  const auto set = [this](Duration sent, TrueTime received) {
    return SentMessage{client_1_, redis_, TrueTime{sent}, received, "SET"};
  };
  EXPECT_THAT(kept,
              ElementsAre(set(0ms, TrueTime{5ms}), set(10ms, kNever), set(30ms, kNever),
                          set(40ms, TrueTime{45ms}),
                          SentMessage{redis_, client_2_, TrueTime{46ms}, TrueTime{51ms}, "news"},
                          set(50ms, kNever)));
}

TEST_F(NetworkTest, EveryDistributionKeepsItsBounds) {
  const DurationSpec specs[] = {
      kUniform,
      {.kind = Kind::exponential, .min = 1ms, .max = 9ms, .mean = 2ms},
      {.kind = Kind::log_normal, .min = 1ms, .max = 9ms, .mean = 1ms, .shape_thousandths = 600},
      {.kind = Kind::pareto, .min = 1ms, .max = 9ms, .shape_thousandths = 1500},
      {.kind = Kind::histogram, .min = 1ms, .max = 9ms, .buckets = {{2ms, 3}, {9ms, 1}}}};
  for (const DurationSpec& spec : specs) {
    configure({.delay = spec, .datagrams = true});
    const std::vector<Duration> seen = delays(client_1_, redis_, 5000);
    const auto [shortest, longest] = std::minmax_element(seen.begin(), seen.end());
    EXPECT_LE(*longest, 9ms) << static_cast<int>(spec.kind);
    EXPECT_GT(*longest, 7ms) << static_cast<int>(spec.kind);
    EXPECT_GE(*shortest, 1ms) << static_cast<int>(spec.kind);
    EXPECT_LT(*shortest, 1100us) << static_cast<int>(spec.kind);
  }
}

TEST_F(NetworkTest, AStreamKeepsTheOrderWhateverTheDelays) {
  configure({.delay = kUniform});
  for (char name = 'a'; name <= 'z'; ++name) send_at((name - 'a') * 100us, name);
  std::string order;
  for (const std::string& line : run()) order += line.back();
  EXPECT_EQ(order, "abcdefghijklmnopqrstuvwxyz");
}

TEST_F(NetworkTest, DatagramsOvertakeOneAnother) {
  configure({.delay = kUniform, .datagrams = true});
  for (char name = 'a'; name <= 'z'; ++name) send_at((name - 'a') * 100us, name);
  std::string order;
  for (const std::string& line : run()) order += line.back();
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end())) << order;
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, "abcdefghijklmnopqrstuvwxyz");
}

TEST_F(NetworkTest, DatagramsAreLostAsOftenAsTheSpecSays) {
  configure({.delay = kUniform, .loss = Ratio(1, 4), .datagrams = true});
  const std::size_t arrived = delays(client_1_, redis_, 20'000).size();
  EXPECT_NEAR(static_cast<double>(arrived), 15'000, 250);  // four standard deviations
}

TEST_F(NetworkTest, DatagramsAreDuplicatedAsOftenAsTheSpecSays) {
  configure({.delay = kUniform, .duplication = Ratio(1, 4), .datagrams = true});
  std::uint32_t copies = 0;
  for (int i = 0; i < 20'000; ++i) copies += send(client_1_, redis_);
  EXPECT_NEAR(copies, 25'000, 250);
  const Lines lines = run();
  EXPECT_EQ(lines.size(), copies);
  const auto again = std::count_if(lines.begin(), lines.end(),
                                   [](const std::string& line) { return line.ends_with("again"); });
  EXPECT_EQ(again, copies - 20'000);
}

TEST_F(NetworkTest, TheDullRunIsFastAndLosesNothing) {
  configure({.delay = kUniform, .loss = Ratio(1, 2), .duplication = Ratio(1, 2), .datagrams = true},
            Choices::replay({}));
  send(client_1_, redis_, 'a');
  send(client_1_, redis_, 'b');
  EXPECT_THAT(run(), ElementsAre("1ms a", "1ms b"));
}

TEST_F(NetworkTest, ACutLosesWhatWouldArriveMeanwhile) {
  send_at(0ms, 'a');
  at(2ms, [this] { network_.cut(client_1_, redis_, false); });
  at(6ms, [this] { network_.restore(client_1_, redis_); });
  send_at(7ms, 'b');
  EXPECT_THAT(run(), ElementsAre("5ms a lost", "12ms b"));
}

TEST_F(NetworkTest, ACutLosesWhatIsSentMeanwhileThoughItEndsInTime) {
  network_.cut(client_1_, redis_, false);
  EXPECT_EQ(send(client_1_, redis_, 'a'), 0U);
  at(2ms, [this] { network_.restore(client_1_, redis_); });
  EXPECT_THAT(run(), IsEmpty());
}

TEST_F(NetworkTest, OneWayPartitionLetsRepliesThrough) {
  network_.cut(client_1_, redis_, false);
  send(client_1_, redis_, 'a');
  send(redis_, client_1_, 'b');
  EXPECT_THAT(run(), ElementsAre("5ms b"));
}

TEST_F(NetworkTest, ACutConcernsItsLinkOnly) {
  network_.cut(client_1_, redis_, false);
  send(client_2_, redis_, 'a');
  send(client_1_, client_2_, 'b');
  EXPECT_THAT(run(), ElementsAre("5ms a", "5ms b"));
}

TEST_F(NetworkTest, ACutThatHoldsDeliversInOrderWhenItEnds) {
  send_at(0ms, 'a');
  at(1ms, [this] { network_.cut(client_1_, redis_, true); });
  send_at(2ms, 'b');
  send_at(18ms, 'c');
  at(20ms, [this] { network_.restore(client_1_, redis_); });
  EXPECT_THAT(run(), ElementsAre("5ms a held", "7ms b held", "20ms a", "20ms b", "23ms c"));
}

TEST_F(NetworkTest, WhatIsHeldWaitsForTheLastOfNestedCuts) {
  network_.cut(client_1_, redis_, true);
  network_.cut(client_1_, redis_, false);
  send(client_1_, redis_, 'a');
  at(10ms, [this] { network_.restore(client_1_, redis_); });
  at(20ms, [this] { network_.restore(client_1_, redis_); });
  EXPECT_THAT(run(), ElementsAre("5ms a held", "20ms a"));
}

TEST_F(NetworkTest, AfterACutThatHeldAnotherOneLosesAgain) {
  network_.cut(client_1_, redis_, true);
  network_.restore(client_1_, redis_);
  network_.cut(client_1_, redis_, false);
  EXPECT_EQ(send(client_1_, redis_, 'a'), 0U);
}

TEST_F(NetworkTest, AResetLosesWhatIsInFlightInBothDirectionsAndNothingLater) {
  send(client_1_, redis_, 'a');
  send(redis_, client_1_, 'b');
  send(client_2_, redis_, 'c');
  at(3ms, [this] {
    network_.reset_connection(redis_, client_1_);
    send(client_1_, redis_, 'd');
  });
  EXPECT_THAT(run(), ElementsAre("5ms a lost", "5ms b lost", "5ms c", "8ms d"));
}

TEST_F(NetworkTest, WhatAPartitionHoldsDoesNotSurviveAReset) {
  network_.cut(client_1_, redis_, true);
  send(client_1_, redis_, 'a');
  at(10ms, [this] { network_.reset_connection(client_1_, redis_); });
  at(20ms, [this] { network_.restore(client_1_, redis_); });
  EXPECT_THAT(run(), ElementsAre("5ms a held", "20ms a lost"));
}

// Gives the same ruling to every message of one name.
class OneRule final : public MessageFilter {
 public:
  OneRule(std::string_view what, Ruling ruling) : what_(what), ruling_(ruling) {}
  Ruling rule(NodeId /*from*/, NodeId /*to*/, std::string_view what) override {
    return what == what_ ? ruling_ : Ruling{};
  }

 private:
  std::string_view what_;
  Ruling ruling_;
};

TEST_F(NetworkTest, AFilterLosesDelaysAndDuplicates) {
  OneRule lose("SET", {.lose = true});
  network_.set_filter(&lose);
  EXPECT_EQ(send(client_1_, redis_, 'a', "SET"), 0U);
  EXPECT_EQ(send(client_1_, redis_, 'b', "GET"), 1U);
  OneRule delay("SET", {.extra = 10ms});
  network_.set_filter(&delay);
  EXPECT_EQ(send(client_2_, redis_, 'c', "SET"), 1U);
  OneRule duplicate("SET", {.duplicate = true, .duplicate_after = 20ms});
  network_.set_filter(&duplicate);
  EXPECT_EQ(send(client_1_, redis_, 'd', "SET"), 2U);
  EXPECT_THAT(run(), ElementsAre("5ms b", "5ms d", "15ms c", "25ms d again"));
}

TEST_F(NetworkTest, ADelayedMessageOfAStreamHoldsUpWhatFollows) {
  OneRule delay("SET", {.extra = 10ms});
  network_.set_filter(&delay);
  send(client_1_, redis_, 'a', "SET");
  send(client_1_, redis_, 'b', "GET");
  EXPECT_THAT(run(), ElementsAre("15ms a", "15ms b"));
}

TEST_F(NetworkTest, AMessageThatMayOvertakeArrivesBeforeWhatIsInFlight) {
  OneRule delay("SLOW", {.extra = 10ms});
  network_.set_filter(&delay);
  send(client_1_, redis_, 'a', "SLOW");
  OneRule overtake("FAST", {.overtake = true});
  network_.set_filter(&overtake);
  send(client_1_, redis_, 'b', "FAST");
  EXPECT_THAT(run(), ElementsAre("5ms b", "15ms a"));
}

// --- Draws by label ---------------------------------------------------------------------------------

class NetworkDraws : public NetworkTest {
 protected:
  NetworkDraws() { configure(spec_); }
  const NetworkSpec spec_{
      .delay = kUniform, .loss = Ratio(1, 3), .duplication = Ratio(1, 3), .datagrams = true};
};

TEST_F(NetworkDraws, TheSameSeedDrawsTheSameAgain) {
  const std::vector<Duration> first = delays(client_1_, redis_, 50);
  restart(Choices::random(1));
  EXPECT_EQ(delays(client_1_, redis_, 50), first);
  restart(Choices::random(2));
  EXPECT_NE(delays(client_1_, redis_, 50), first);
}

TEST_F(NetworkDraws, TrafficOnOtherLinksChangesNothing) {
  const std::vector<Duration> alone = delays(client_1_, redis_, 50);
  restart(Choices::random(1));
  for (int i = 0; i < 7; ++i) send(client_2_, redis_, 'x');
  for (int i = 0; i < 7; ++i) send(redis_, client_1_, 'x');
  run();
  const Duration offset = kernel_.now().time_since_epoch();
  std::vector<Duration> beside = delays(client_1_, redis_, 50);
  for (Duration& delay : beside) delay -= offset;
  EXPECT_EQ(beside, alone);
}

TEST_F(NetworkDraws, AnotherNodeChangesNothing) {
  const std::vector<Duration> before = delays(client_1_, redis_, 50);
  add_node("client-3");
  configure(spec_);
  EXPECT_EQ(delays(client_1_, redis_, 50), before);
}

TEST_F(NetworkDraws, ACutAndAFilterLeaveLaterDrawsAsTheyWere) {
  std::vector<Duration> all;
  for (int i = 0; i < 20; ++i) all.push_back(network_.draw_delay(client_1_, redis_));
  restart(Choices::random(1));
  network_.cut(client_1_, redis_, false);
  for (int i = 0; i < 5; ++i) send(client_1_, redis_);
  network_.restore(client_1_, redis_);
  OneRule lose("SET", {.lose = true});
  network_.set_filter(&lose);
  for (int i = 0; i < 5; ++i) send(client_1_, redis_);
  EXPECT_EQ(network_.draw_delay(client_1_, redis_), all.at(10));
}

TEST_F(NetworkDraws, EachStreamIsNamedAfterItsLink) {
  send(client_1_, redis_);
  std::vector<std::pair<std::uint64_t, std::string>> names;
  network_.name_streams(names);
  for (const char* name : {"delay client-1 -> redis-1", "loss client-1 -> redis-1",
                           "duplication client-1 -> redis-1"}) {
    EXPECT_THAT(names, Contains(std::pair{Stream(name).key(), std::string(name)}));
  }
}

TEST_F(NetworkTest, AResetOfTheRunForgetsCutsConnectionsAndWhatIsHeld) {
  send(client_1_, redis_, 'a');
  network_.cut(client_1_, redis_, true);
  network_.cut(client_1_, client_2_, false);
  network_.reset_connection(client_2_, redis_);
  run();
  restart(Choices::random(1));
  EXPECT_FALSE(network_.is_cut(client_1_, redis_));
  EXPECT_EQ(network_.messages(), 0U);
  network_.cut(client_1_, redis_, true);
  network_.restore(client_1_, redis_);
  send(client_1_, redis_, 'b');
  send(client_2_, redis_, 'c');
  EXPECT_THAT(run(), ElementsAre("5ms b", "5ms c"));
}

}  // namespace
}  // namespace picklock

#include "sim/rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "algorithms/task.h"
#include "sim/testing/event_log.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct EchoProtocol {
  using Request = std::string;
  using Reply = std::string;
  static std::string_view name_of(const std::string& request) { return request; }
  static void set_unknown(std::string& reply) { reply = "unknown"; }
};
using Channel = RpcChannel<EchoProtocol>;

// Two clients and two servers that answer with "re: " and the request, one millisecond apart.
class RpcTest : public testing::Test, protected Channel::Server, protected Handler {
 protected:
  RpcTest() {
    for (const char* name : {"client-1", "client-2", "echo-1", "echo-2"}) {
      kernel_.add_node(name, Role::client, Duration{}, 0);
    }
    configure({.delay = DurationSpec::constant(1ms)});
  }

  void configure(const NetworkSpec& spec) {
    network_.configure(spec);
    restart();
  }
  void restart() {
    kernel_.reset(Choices::random(1), true);
    network_.reset();
    channel_.reset();
    log_.take();
  }

  // Calls echo-1 from client-1 now, and logs the reply.
  std::uint64_t call(std::string request) {
    return call_from(client_, server_, std::move(request));
  }
  std::uint64_t call_from(NodeId client, NodeId server, std::string request) {
    Reply& reply = replies_.emplace_back(*this);
    channel_.begin() = std::move(request);
    return channel_.start({client, OpId(1), OpId(1)}, server, 10ms, reply);
  }
  Call<std::string> echo(std::string_view request) {
    return Call<std::string>([&](Completion<std::string>& reply) {
      channel_.begin() = request;
      channel_.start({client_, OpId(1), OpId(1)}, server_, 10ms, reply);
    });
  }
  // "a", and "b" as soon as it has ended: what a lock does, which is run by the trampoline.
  Task<void> call_twice() {
    const std::string first = co_await echo("a");
    log_.at(first);
    const std::string second = co_await echo("b");
    log_.at(second);
  }
  void at(Duration time, std::function<void()> what) {
    actions_.push_back(std::move(what));
    Kernel::Payload payload;
    payload.slot = static_cast<std::uint32_t>(actions_.size() - 1);
    kernel_.push_global(TrueTime{time}, *this, payload);
  }
  Lines run() {
    EXPECT_TRUE(kernel_.run(kNever, 10'000));
    return log_.take();
  }
  void crash(NodeId server, bool silently) {
    kernel_.crash(server);
    channel_.set_silent(server, silently);
    if (!silently) channel_.break_calls(server, NodeId());
  }

  void execute(NodeId server, const Caller& caller, const std::string& request,
               std::string& reply) override {
    EXPECT_FALSE(caller.client.is_none());
    log_.at(kernel_.node(server).name + " " + request);
    reply = "re: " + request;
  }
  void fire(const Kernel::Payload& payload) override { actions_.at(payload.slot)(); }

  class Reply final : public Completion<std::string> {
   public:
    explicit Reply(RpcTest& test) : test_(test) {}
    void complete(std::string&& reply) override {
      test_.log_.at(std::move(reply));
      EXPECT_FALSE(std::exchange(ended_, true)) << "a call ends once";
    }

   private:
    RpcTest& test_;
    bool ended_ = false;
  };

  Kernel kernel_;
  Network network_{kernel_};
  Channel channel_{kernel_, network_, *this};
  EventLog log_{kernel_};
  std::deque<Reply> replies_;
  std::vector<std::function<void()>> actions_;
  const NodeId client_{0};
  const NodeId other_client_{1};
  const NodeId server_{2};
  const NodeId other_server_{3};
};

TEST_F(RpcTest, ACallIsAnsweredAfterOneDelayEachWay) {
  call("a");
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "2ms re: a"));
  EXPECT_EQ(kernel_.foreground(), 0U);  // its time-out is gone
}

TEST_F(RpcTest, CallsInFlightDoNotDisturbOneAnother) {
  call("a");
  call_from(other_client_, other_server_, "b");
  at(1ms, [this] { call("c"); });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "1ms echo-2 b", "2ms re: a", "2ms re: b",
                                 "2ms echo-1 c", "3ms re: c"));
}

TEST_F(RpcTest, ALostRequestIsUnknownAndWasNotExecuted) {
  network_.cut(client_, server_, false);
  call("a");
  EXPECT_THAT(run(), ElementsAre("10ms unknown"));
}

TEST_F(RpcTest, ALostReplyIsUnknownThoughItWasExecuted) {
  network_.cut(server_, client_, false);
  call("a");
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "10ms unknown"));
}

TEST_F(RpcTest, ATimedOutRequestMayStillBeExecutedAndItsReplyIsNobodys) {
  network_.cut(client_, server_, true);
  call("a");
  at(30ms, [this] { network_.restore(client_, server_); });
  at(10ms, [this] { call_from(other_client_, server_, "b"); });
  EXPECT_THAT(run(), ElementsAre("10ms unknown", "11ms echo-1 b", "12ms re: b", "30ms echo-1 a"));
}

TEST_F(RpcTest, TheTimeOutRunsOnTheCallersMonotonicClock) {
  network_.cut(client_, server_, false);
  kernel_.set_clock_rate(client_, -500'000);
  call("a");
  at(2ms, [this] { kernel_.suspend_clock(client_, 100ms); });
  EXPECT_THAT(run(), ElementsAre("120ms unknown"));
}

TEST_F(RpcTest, AWithdrawnCallIsExecutedAndNotAnswered) {
  const std::uint64_t number = call("a");
  channel_.withdraw(number);
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a"));
}

TEST_F(RpcTest, WithdrawingACallThatHasEndedSparesTheNextUserOfItsPlace) {
  const std::uint64_t number = call("a");
  at(5ms, [=, this] {
    call("b");
    channel_.withdraw(number);
    channel_.withdraw(number);
  });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "2ms re: a", "6ms echo-1 b", "7ms re: b"));
}

TEST_F(RpcTest, AResetMakesTheCallsInFlightUnknownWhenTheNewsArrives) {
  call("a");
  call_from(other_client_, server_, "b");
  const auto reset = [this] {
    network_.reset_connection(client_, server_);
    channel_.break_calls(client_, server_);
  };
  at(500us, reset);
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 b", "1.5ms unknown", "2ms re: b"));
}

TEST_F(RpcTest, AResetOfTheReplyLeavesTheOutcomeUnknownAfterItsExecution) {
  call("a");
  at(1500us, [this] {
    network_.reset_connection(client_, server_);
    channel_.break_calls(client_, server_);
  });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "2.5ms unknown"));
}

TEST_F(RpcTest, NewsOfABrokenCallDoesNotEndTheNextOneInItsPlace) {
  Task<void> calls = call_twice();
  calls.start(kernel_.trampoline());
  const auto reset = [this] {
    network_.reset_connection(client_, server_);
    channel_.break_calls(client_, server_);
  };
  at(500us, reset);
  at(600us, reset);  // its news arrives when "b" is under way
  EXPECT_THAT(run(), ElementsAre("1.5ms unknown", "2.5ms echo-1 b", "3.5ms re: b"));
}

// The server is back before the client hears that it was gone, and has forgotten the connection.
TEST_F(RpcTest, ACallOnAConnectionThatIsBrokenIsUnknownWhenTheNewsArrives) {
  call("a");
  at(1500us, [this] { crash(server_, false); });  // behind the reply
  at(1600us, [this] { kernel_.restart(server_); });
  at(2200us, [this] { call("b"); });
  at(2500us, [this] { call("c"); });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "2ms re: a", "2.5ms unknown", "3.5ms echo-1 c",
                                 "4.5ms re: c"));
}

TEST_F(RpcTest, ADeadProcessRefusesConnections) {
  crash(server_, false);
  call("a");
  EXPECT_THAT(run(), ElementsAre("1ms unknown"));
}

TEST_F(RpcTest, ADeadMachineIsSilent) {
  crash(server_, true);
  call("a");
  EXPECT_THAT(run(), ElementsAre("10ms unknown"));
}

TEST_F(RpcTest, ACrashBreaksTheCallsInFlightAndARestartAnswersNewOnes) {
  call("a");
  at(500us, [this] { crash(server_, false); });
  at(5ms, [this] {
    kernel_.restart(server_);
    call("b");
  });
  EXPECT_THAT(run(), ElementsAre("1.5ms unknown", "6ms echo-1 b", "7ms re: b"));
}

TEST_F(RpcTest, ARefusalDoesNotPassAPartitionInEitherDirection) {
  crash(server_, false);
  network_.cut(server_, client_, false);
  network_.cut(other_client_, server_, false);
  call("a");
  call_from(other_client_, server_, "b");
  EXPECT_THAT(run(), ElementsAre("10ms unknown", "10ms unknown"));
}

TEST_F(RpcTest, TheNewsOfACrashDoesNotPassAPartition) {
  call("a");
  at(500us, [this] {
    network_.cut(server_, client_, false);
    crash(server_, false);
  });
  EXPECT_THAT(run(), ElementsAre("10ms unknown"));
}

TEST_F(RpcTest, NobodyHearsOfTheCallsOfAClientThatDied) {
  call("a");
  at(500us, [this] {
    kernel_.crash(client_);
    channel_.forget_client(client_);
  });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a"));
}

TEST_F(RpcTest, APausedServerAnswersLate) {
  call("a");
  kernel_.pause(server_);
  at(5ms, [this] { kernel_.resume(server_); });
  EXPECT_THAT(run(), ElementsAre("5ms echo-1 a", "6ms re: a"));
}

TEST_F(RpcTest, APausedClientTakesAReplyThatCameBeforeItsTimeOut) {
  call("a");
  kernel_.pause(client_);
  at(50ms, [this] { kernel_.resume(client_); });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "50ms re: a"));
}

// The time-out of the first call came due during the pause; it is not that of the second one.
TEST_F(RpcTest, ATimeOutThatPassedInAPauseDoesNotEndTheNextCall) {
  Task<void> calls = call_twice();
  calls.start(kernel_.trampoline());
  kernel_.pause(client_);
  at(50ms, [this] { kernel_.resume(client_); });
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "50ms re: a", "51ms echo-1 b", "52ms re: b"));
}

// Says that every message goes twice, the second time 3 ms later.
class Twice final : public MessageFilter {
 public:
  Ruling rule(NodeId /*from*/, NodeId /*to*/, std::string_view /*what*/) override {
    return {.duplicate = true, .duplicate_after = 3ms};
  }
};

TEST_F(RpcTest, ADuplicatedRequestIsExecutedTwiceAndAnsweredOnce) {
  Twice twice;
  network_.set_filter(&twice);
  Task<void> calls = call_twice();
  calls.start(kernel_.trampoline());
  EXPECT_THAT(run(), ElementsAre("1ms echo-1 a", "2ms re: a", "3ms echo-1 b", "4ms echo-1 a",
                                 "4ms re: b", "6ms echo-1 b"));
}

TEST_F(RpcTest, AResetOfTheRunForgetsEveryCall) {
  call("a");
  crash(other_server_, true);
  EXPECT_TRUE(kernel_.run(TrueTime{1ms}, 10'000));
  restart();
  EXPECT_THAT(run(), IsEmpty());
  crash(other_server_, false);
  call_from(client_, other_server_, "b");
  EXPECT_THAT(run(), ElementsAre("1ms unknown"));
}

TEST_F(RpcTest, ManyCallsAtOnceEachGetTheirOwnReply) {
  configure(
      {.delay = {.kind = DurationSpec::Kind::uniform, .min = 1ms, .max = 4ms}, .datagrams = true});
  for (int i = 0; i < 200; ++i) call(std::to_string(i));
  Lines answered;
  for (const std::string& line : run()) {
    const std::size_t begin = line.find("re: ");
    if (begin != std::string::npos) answered.push_back(line.substr(begin + 4));
  }
  Lines expected;
  for (int i = 0; i < 200; ++i) expected.push_back(std::to_string(i));
  EXPECT_THAT(answered, testing::UnorderedElementsAreArray(expected));
}

}  // namespace
}  // namespace picklock

#include "real/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
#include "real/run_directory.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const NodeId kClient(0);
const NodeId kServer(1);
constexpr std::string_view kPing = "*1\r\n$4\r\nPING\r\n";
constexpr std::string_view kPong = "+PONG\r\n";

// One client and one server, the two ends of which are in the test's hands; a message takes a millisecond.
class RelayTest : public ::testing::Test, protected RelayHost {
 protected:
  void SetUp() override {
    const std::string server = directory_.short_path() / "server";
    listener_ = listen_at(server);
    relay_->add_target(kServer, {.port = 0, .path = server}, make_resp_relay_protocol);
    client_ = connect_to(relay_->listen(kClient, "server", [] { return kServer; }));
    ASSERT_GE(client_, 0);
  }
  ~RelayTest() override {
    for (const int file : {client_, server_, listener_}) {
      if (file >= 0) ::close(file);
    }
  }

  // RelayHost
  Passage pass(NodeId from, NodeId /*to*/, std::string_view /*what*/) override {
    if (loses_from_ == from) return {};
    const bool again = duplicates_from_ == from;
    return {loop_.now() + 1ms, again ? loop_.now() + 3ms : kNever};
  }
  TrueTime news_of_break(NodeId /*server*/, NodeId /*client*/) override {
    return loop_.now() + 1ms;
  }
  bool is_cut(NodeId from, NodeId to) override {
    return cut_ == std::pair(from, to) || held_back_ == std::pair(from, to);
  }
  bool hold_back(NodeId from, NodeId to, std::function<void()> arrive) override {
    if (held_back_ != std::pair(from, to)) return false;
    held_.push_back(std::move(arrive));
    return true;
  }
  void executed(NodeId /*server*/, const Exchange& exchange) override {
    executed_.emplace_back(exchange.name);
  }
  void before_request(NodeId /*server*/) override {}
  bool waits_inside(NodeId /*server*/, const RelayProtocol::Request& request,
                    std::size_t /*others*/, int /*file*/) override {
    return request.name == "WAIT";
  }
  void told(NodeId client) override { told_ = client; }
  void server_hung_up(NodeId /*server*/) override { hung_up_ = true; }

  static void say(int file, std::string_view text) {
    EXPECT_EQ(::send(file, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // What is there to be read; "(end)" when the connection is closed.
  static std::string heard(int file) {
    std::array<char, 256> bytes;
    const ssize_t got = ::recv(file, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got == 0) return "(end)";
    return got < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(got));
  }
  // Everything that happens until then, and is not in the hands of the test.
  void until(TrueTime instant) {
    do {
      while (loop_.handle_files()) {
      }
      page_->move_to(std::min(instant, std::max(loop_.now(), loop_.next_due())));
    } while (loop_.run_ready());
  }
  void server_answers() {
    if (server_ < 0) server_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    ASSERT_EQ(heard(server_), kPing);
    say(server_, kPong);
  }

  RunDirectory directory_ = std::move(RunDirectory::create()).value();
  std::unique_ptr<ClockPage> page_ = std::make_unique<ClockPage>();
  EventLoop loop_{*page_};
  std::unique_ptr<Relay> relay_ =
      std::make_unique<Relay>(loop_, static_cast<RelayHost&>(*this), directory_.short_path());
  int listener_ = -1;
  int client_ = -1;
  int server_ = -1;
  std::pair<NodeId, NodeId> cut_;
  std::pair<NodeId, NodeId> held_back_;
  std::vector<std::function<void()>> held_;
  NodeId loses_from_;
  NodeId duplicates_from_;
  std::vector<std::string> executed_;
  NodeId told_;
  bool hung_up_ = false;
};

TEST_F(RelayTest, RequestAndReplyTakeTheirTime) {
  say(client_, kPing);
  until(TrueTime{1ms});
  EXPECT_FALSE(relay_->is_quiet()) << "the server has a request to answer";
  server_answers();
  until(TrueTime{1'900us});
  EXPECT_THAT(executed_, ElementsAre("PING"));
  EXPECT_TRUE(relay_->is_quiet());
  EXPECT_FALSE(relay_->is_idle()) << "the reply is on its way";
  EXPECT_EQ(heard(client_), "");
  until(TrueTime{2ms});
  EXPECT_EQ(heard(client_), kPong);
  EXPECT_EQ(told_, kClient);
  EXPECT_TRUE(relay_->is_idle());
}

TEST_F(RelayTest, ReplyThatWasSentBeforeACrashArrivesBeforeTheNewsOfIt) {
  say(client_, kPing);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{1'500us});
  relay_->on_down(kServer, false);
  until(TrueTime{2ms});
  EXPECT_EQ(heard(client_), kPong);
  EXPECT_EQ(heard(client_), "");
  until(TrueTime{2'500us});
  EXPECT_EQ(heard(client_), "(end)");
}

TEST_F(RelayTest, ResetLosesWhatIsOnItsWay) {
  say(client_, kPing);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{1'500us});
  relay_->reset(kClient, kServer);
  until(TrueTime{3ms});
  EXPECT_EQ(heard(client_), "(end)");
  EXPECT_FALSE(hung_up_) << "the server was not at fault";
}

TEST_F(RelayTest, RequestThatMeetsAPartitionIsLost) {
  say(client_, kPing);
  until(TrueTime{500us});
  cut_ = {kClient, kServer};
  until(TrueTime{2ms});
  cut_ = {};
  until(TrueTime{9ms});
  EXPECT_THAT(executed_, ElementsAre());
  pollfd asked{.fd = listener_, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&asked, 1, 0), 0) << "nothing reached the server";
  EXPECT_EQ(heard(client_), "") << "nobody says that it was lost";
  EXPECT_TRUE(relay_->is_idle());
}

TEST_F(RelayTest, WhatAPartitionHoldsBackArrivesAtItsEnd) {
  say(client_, kPing);
  held_back_ = {kClient, kServer};
  until(TrueTime{5ms});
  EXPECT_TRUE(relay_->is_quiet()) << "nothing has reached the server";
  EXPECT_FALSE(relay_->is_idle());
  held_back_ = {kServer, kClient};
  std::exchange(held_, {}).front()();
  server_answers();
  until(TrueTime{9ms});
  EXPECT_EQ(heard(client_), "");
  held_back_ = {};
  ASSERT_EQ(held_.size(), 1);
  held_.front()();
  EXPECT_EQ(heard(client_), kPong);
  EXPECT_TRUE(relay_->is_idle());
}

TEST_F(RelayTest, DeadProcessRefusesAndADeadMachineIsSilent) {
  relay_->on_down(kServer, true);
  say(client_, kPing);
  until(TrueTime{9ms});
  EXPECT_EQ(heard(client_), "");
  relay_->on_down(kServer, false);
  until(TrueTime{9'500us});
  EXPECT_EQ(heard(client_), "");
  until(TrueTime{10ms});
  EXPECT_EQ(heard(client_), "(end)") << "the news takes its time";
}

TEST_F(RelayTest, ServerThatHangsUpIsReported) {
  say(client_, kPing);
  until(TrueTime{1ms});
  server_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  EXPECT_EQ(heard(server_), kPing);
  ::close(std::exchange(server_, -1));
  until(TrueTime{2ms});
  EXPECT_TRUE(hung_up_);
  EXPECT_EQ(heard(client_), "(end)");
}

TEST_F(RelayTest, BehindAReplyThatIsLostNothingIsHeardOnThisConnection) {
  loses_from_ = kServer;
  say(client_, kPing);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{2ms});
  loses_from_ = NodeId();
  say(client_, kPing);
  until(TrueTime{3ms});
  server_answers();
  until(TrueTime{9ms});
  EXPECT_THAT(executed_, ElementsAre("PING", "PING"));
  EXPECT_EQ(heard(client_), "") << "it would take the second reply for the first";
  EXPECT_TRUE(relay_->is_idle());
}

TEST_F(RelayTest, RequestThatArrivesTwiceIsExecutedTwiceAndAnsweredOnce) {
  duplicates_from_ = kClient;
  say(client_, kPing);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{2ms});
  EXPECT_EQ(heard(client_), kPong);
  EXPECT_FALSE(relay_->is_idle()) << "the copy is on its way";
  until(TrueTime{3ms});
  server_answers();
  until(TrueTime{9ms});
  EXPECT_THAT(executed_, ElementsAre("PING", "PING"));
  EXPECT_EQ(heard(client_), "");
  EXPECT_TRUE(relay_->is_idle());
}

TEST_F(RelayTest, ReplyThatArrivesTwiceIsHeardOnce) {
  duplicates_from_ = kServer;
  say(client_, kPing);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{9ms});
  EXPECT_EQ(heard(client_), kPong);
  EXPECT_TRUE(relay_->is_idle());
}

constexpr std::string_view kWait = "*1\r\n$4\r\nWAIT\r\n";

TEST_F(RelayTest, RequestThatWaitsInsideTheServerKeepsNobodyOut) {
  say(client_, kWait);
  until(TrueTime{1ms});
  EXPECT_TRUE(relay_->is_quiet()) << "nothing will happen before something else does";
  EXPECT_FALSE(relay_->is_idle());
  server_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  EXPECT_EQ(heard(server_), kWait);
  say(server_, kPong);
  until(TrueTime{2ms});
  EXPECT_EQ(heard(client_), kPong);
}

TEST_F(RelayTest, AnswerThatNobodyWaitsForAnyMoreIsDropped) {
  say(client_, kWait);
  until(TrueTime{1ms});
  relay_->abandon_waiting(kServer);
  EXPECT_TRUE(relay_->is_idle());
  server_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  say(server_, kPong);
  until(TrueTime{3ms});
  EXPECT_EQ(heard(client_), "");
}

TEST_F(RelayTest, WhatWasSentBeforeTheEndOfAConversationArrives) {
  say(client_, kPing);
  until(TrueTime{500us});
  relay_->disconnect(kClient, kServer);
  until(TrueTime{1ms});
  server_answers();
  until(TrueTime{1'400us});
  EXPECT_THAT(executed_, ElementsAre("PING"));
  EXPECT_EQ(heard(client_), "");
  until(TrueTime{3ms});
  EXPECT_EQ(heard(client_), "(end)") << "the news was faster than the reply";
}

}  // namespace
}  // namespace picklock

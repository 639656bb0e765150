// A lock's session through ZooKeeper's own C library, seen from the supervisor's ends of its connections.
#include "real/zookeeper_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/jute.h"
#include "real/run_directory.h"
#include "real/zookeeper_relay_protocol.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSession = 0x1234;
constexpr std::int32_t kSetWatches = -8;

// One client, whose connections are answered by the test.
class ZooKeeperLinkTest : public ::testing::Test {
 protected:
  ZooKeeperLinkTest() {
    for (const char* name : {"a", "b"}) {
      places_.emplace_back((directory_.short_path() / name).string());
      listeners_.push_back(listen_at(places_.back().path));
    }
  }
  ~ZooKeeperLinkTest() override {
    link_.reset();
    hang_up();
    for (const int listener : listeners_) ::close(listener);
  }

  ZooKeeperLink& link(std::size_t places = 1) {
    const ZooKeeperLink::Options options{
        .places = {places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(places)},
        .session_timeout = 9s,
        .call_timeout = 1s,
        .caller = [this] { return caller_; },
        .after = [this](Duration by) { return loop_.now() + by; },
        .woken = [this] { ++woken_; }};
    return *(link_ = std::make_unique<ZooKeeperLink>(loop_, options));
  }

  // The test takes the connection that has been made to this place.
  void accept(std::size_t place = 0) {
    file_ = ::accept4(listeners_.at(place), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    ASSERT_GE(file_, 0);
    protocol_ = make_zookeeper_relay_protocol();
  }
  void hang_up() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
    settle();
  }
  // The requests that have come on it, by name and by the operation in their envelopes.
  std::vector<std::string> requests() {
    std::array<char, 4096> bytes;
    const ssize_t got = ::recv(file_, bytes.data(), bytes.size(), 0);
    if (got > 0) protocol_->feed_from_client({bytes.data(), static_cast<std::size_t>(got)});
    std::vector<std::string> names;
    while (const auto request = protocol_->next_request()) {
      EXPECT_EQ(request->caller.client, caller_.client);
      names.push_back(request->name + " for " + std::to_string(request->caller.op.value()));
      last_ = request->bytes;
    }
    return names;
  }
  void say(const std::string& frame) {
    EXPECT_EQ(::send(file_, frame.data(), frame.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(frame.size()));
    settle();
  }
  void greet(std::int64_t session = kSession) {
    say(jute_frame([&](JuteWriter& to) {
      to.i32(0);
      to.i32(session == 0 ? 0 : 9000);
      to.i64(session);
      to.text(std::string(16, 'p'));
      to.boolean(false);
    }));
  }
  // To the last request that has come; `body` is behind the header.
  template <class Body>
  void answer(const Body& body) {
    const std::int32_t xid = JuteReader(last_.substr(FrameStream::kHead)).i32();
    say(jute_frame([&](JuteWriter& to) {
      to.i32(xid);
      to.i64(++zxid_);
      to.i32(0);
      body(to);
    }));
  }
  void answer() {
    answer([](JuteWriter&) {});
  }
  static void write_stat(JuteWriter& to) {
    for (int i = 0; i < 4; ++i) to.i64(7);
    for (int i = 0; i < 3; ++i) to.i32(0);
    to.i64(kSession);
    for (int i = 0; i < 2; ++i) to.i32(0);
    to.i64(7);
  }

  // Everything that happens now, or until then.
  void settle() {
    while (loop_.run_ready()) {
    }
  }
  void until(TrueTime instant) {
    settle();
    while (loop_.next_due() <= instant) {
      page_->move_to(std::max(loop_.now(), loop_.next_due()));
      settle();
    }
    page_->move_to(instant);
  }
  std::vector<ZkEventKind> events() {
    std::vector<ZkEventKind> kinds;
    while (true) {
      Call<ZooKeeperClient::NextEvent> next = link_->next_event(Duration{});
      settle();
      const ZooKeeperClient::NextEvent event = next.await_resume();
      if (event.timed_out) return kinds;
      kinds.push_back(event.event.kind);
    }
  }
  // A session is there, and nothing is unanswered.
  void open() {
    const Call<ZkReply> first = link_->exists("/", false);
    accept();
    greet();
    requests();
    answer(write_stat);
    ASSERT_TRUE(first.await_ready());
    ASSERT_EQ(link_->session(), kSession);
  }

  RunDirectory directory_ = std::move(RunDirectory::create()).value();
  std::unique_ptr<ClockPage> page_ = std::make_unique<ClockPage>();
  EventLoop loop_{*page_};
  std::vector<LocalPlace> places_;
  std::vector<int> listeners_;
  Caller caller_{NodeId(2), OpId(1), OpId(1)};
  int woken_ = 0;
  int file_ = -1;
  std::unique_ptr<RelayProtocol> protocol_;
  std::string last_;
  std::int64_t zxid_ = 0;
  std::unique_ptr<ZooKeeperLink> link_;
};

TEST_F(ZooKeeperLinkTest, EachFrameSaysOnWhoseBehalfItIs) {
  Call<ZkReply> made = link().create("/a", true, true, "x");
  caller_.op = OpId(2);  // another one while it waits for its connection
  accept();
  EXPECT_THAT(requests(), ElementsAre("connect for 1"));
  greet();
  EXPECT_THAT(requests(), ElementsAre("create for 1"));
  answer([](JuteWriter& to) {
    to.text("/a0000000000");
    write_stat(to);
  });
  ASSERT_TRUE(made.await_ready());
  const ZkReply reply = made.await_resume();
  EXPECT_EQ(reply.code, ZkCode::ok);
  EXPECT_EQ(reply.path, "/a0000000000");
  EXPECT_EQ(reply.stat.czxid, 7);
  until(TrueTime{3s});
  EXPECT_THAT(requests(), ElementsAre("ping for 2"));
}

TEST_F(ZooKeeperLinkTest, InvalidPathIsRefusedAtOnce) {
  Call<ZkReply> made = link().create("a", false, false);
  ASSERT_TRUE(made.await_ready());
  EXPECT_EQ(made.await_resume().code, ZkCode::bad_arguments);
}

TEST_F(ZooKeeperLinkTest, CallThatTimesOutEndsUnknownAndItsSessionLivesOn) {
  link(2);
  open();
  Call<ZkReply> lost = link_->get("/a", false);
  until(TrueTime{999ms});
  EXPECT_FALSE(lost.await_ready());
  EXPECT_TRUE(link_->is_connected());
  until(TrueTime{1s});
  ASSERT_TRUE(lost.await_ready());
  EXPECT_TRUE(lost.await_resume().is_unknown());
  EXPECT_FALSE(link_->is_connected());
  ::close(file_);
  accept(1);
  EXPECT_THAT(requests(), ElementsAre("connect for 1"));
  EXPECT_NE(last_.find(std::string("\x12\x34", 2)), std::string::npos) << "the same session";
  greet();
  EXPECT_TRUE(link_->is_connected());
  EXPECT_EQ(link_->session(), kSession);
  EXPECT_THAT(events(), ElementsAre(ZkEventKind::suspended, ZkEventKind::reconnected));
}

TEST_F(ZooKeeperLinkTest, RequestThatWaitsForAConnectionTimesOutAsWell) {
  Call<ZkReply> asked = link().get("/a", false);
  until(TrueTime{1s});
  ASSERT_TRUE(asked.await_ready());
  EXPECT_TRUE(asked.await_resume().is_unknown());
  EXPECT_EQ(link_->session(), 0);
}

TEST_F(ZooKeeperLinkTest, PingsEachThirdOfTheSessionWhileNothingIsUnanswered) {
  link();
  open();
  for (int i = 1; i <= 5; ++i) {
    until(TrueTime{i * 3s});
    EXPECT_THAT(requests(), ElementsAre("ping for 1"));
    answer();
  }
  until(TrueTime{17500ms});
  const Call<ZkReply> open_call = link_->get("/a", false);
  until(TrueTime{18s});
  EXPECT_THAT(requests(), ElementsAre("get for 1"));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ZooKeeperLinkTest, PingThatIsNotAnsweredIsTheEndOfItsConnection) {
  link();
  open();
  until(TrueTime{3s});
  EXPECT_THAT(requests(), ElementsAre("ping for 1"));
  until(TrueTime{4s});
  EXPECT_THAT(events(), ElementsAre(ZkEventKind::suspended));
}

TEST_F(ZooKeeperLinkTest, WatchesAreSetAgainAndFireOnce) {
  link();
  open();
  const Call<ZkReply> watched = link_->exists("/a", true);
  requests();
  answer(write_stat);
  ASSERT_TRUE(watched.await_ready());
  hang_up();
  accept();
  greet();
  EXPECT_THAT(requests(), ElementsAre("connect for 1", "set_watches for 1"));
  EXPECT_EQ(JuteReader(last_.substr(FrameStream::kHead)).i32(), kSetWatches);
  answer();
  say(jute_frame([](JuteWriter& to) {
    to.i32(-1);
    to.i64(-1);
    to.i32(0);
    to.i32(2);  // deleted
    to.i32(3);
    to.text("/a");
  }));
  EXPECT_EQ(woken_, 1);
  EXPECT_THAT(events(),
              ElementsAre(ZkEventKind::suspended, ZkEventKind::reconnected, ZkEventKind::deleted));
  hang_up();
  accept();
  greet();
  EXPECT_THAT(requests(), ElementsAre("connect for 1")) << "nothing is watched";
}

TEST_F(ZooKeeperLinkTest, SessionIsLostWhenTheServiceSaysSo) {
  link();
  open();
  hang_up();
  accept();
  Call<ZkReply> held = link_->get("/a", false);
  greet(0);
  ASSERT_TRUE(held.await_ready());
  EXPECT_EQ(held.await_resume().code, ZkCode::session_expired);
  EXPECT_EQ(link_->session(), 0);
  EXPECT_THAT(events(), ElementsAre(ZkEventKind::suspended, ZkEventKind::lost));
  const Call<ZkReply> next = link_->get("/a", false);
  ::close(file_);
  accept();
  greet(kSession + 1);
  EXPECT_EQ(link_->session(), kSession + 1) << "a new one";
}

TEST_F(ZooKeeperLinkTest, ClosingEndsTheSession) {
  link();
  open();
  Call<ZkReply> closed = link_->close();
  EXPECT_THAT(requests(), ElementsAre("close for 1"));
  EXPECT_FALSE(closed.await_ready()) << "not before the service has answered";
  answer();
  ASSERT_TRUE(closed.await_ready());
  EXPECT_TRUE(closed.await_resume().is_ok());
  EXPECT_EQ(link_->session(), 0);
  EXPECT_THAT(events(), ElementsAre(ZkEventKind::lost));
}

TEST_F(ZooKeeperLinkTest, EndOfAClientIsNoGoodbye) {
  link();
  open();
  link_.reset();
  EXPECT_THAT(requests(), IsEmpty());
}

}  // namespace
}  // namespace picklock

// The same operations through ZooKeeper's own C client library, as the locks of a real run use it: its answers, its
// notifications and the ends of its sessions are those of the model.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "real/local_socket.h"
#include "real/patience.h"
#include "real/redis_test_server.h"
#include "real/testing/zookeeper_pair.h"
#include "real/zookeeper_handle.h"

namespace picklock {
namespace {

bool is_readable(int file, int milliseconds) {
  pollfd ready{.fd = file, .events = POLLIN, .revents = 0};
  return ::poll(&ready, 1, milliseconds) > 0;
}

// One session, whose owner waits for each answer.
class LibrarySession {
 public:
  LibrarySession(std::uint16_t port, Duration timeout)
      : handle_({.session_timeout = timeout,
                 .connect = [port] { return connect_to(port); },
                 .envelope = [] { return std::string(); }}) {}

  std::int64_t id() const { return handle_.session(); }
  std::vector<ZkEvent> events() { return std::exchange(events_, {}); }

  bool opens() {
    handle_.connect();
    return becomes_true([&] { return tells(ZkNews::Kind::connected); });
  }
  void execute(const ZkRequest& request, ZkReply& reply) {
    reply_ = {};
    if (request.op == ZkOp::ping) {
      handle_.ping();
      if (becomes_true([&] { return tells(ZkNews::Kind::pong); })) reply_.code = ZkCode::ok;
    } else {
      handle_.ask(request, 0);
      becomes_true([&] { return tells(ZkNews::Kind::answered); });
    }
    reply = reply_;
  }
  // And the service answers.
  bool says_goodbye() {
    const int file = handle_.say_goodbye();
    const bool is_answered = becomes_true([&] { return is_readable(file, 1); });
    ::close(file);
    return is_answered;
  }
  bool is_cut_off() { return tells(ZkNews::Kind::disconnected); }
  // It learns so when it connects again.
  bool expires() {
    return becomes_true([&] {
      if (handle_.file() < 0) handle_.connect();
      return tells(ZkNews::Kind::expired);
    });
  }

 private:
  bool tells(ZkNews::Kind kind) {
    is_readable(handle_.file(), 1);
    handle_.read();
    bool is_told = false;
    for (ZkNews& news : handle_.news()) {
      is_told |= news.kind == kind;
      if (news.kind == ZkNews::Kind::event) events_.push_back(news.event);
      if (news.kind == ZkNews::Kind::answered) reply_ = std::move(news.reply);
    }
    return is_told;
  }

  ZooKeeperHandle handle_;
  ZkReply reply_;
  std::vector<ZkEvent> events_;
};

class LibraryZooKeeperService final : public ZooKeeperService {
 public:
  LibraryZooKeeperService(std::uint16_t port, std::function<void(Duration by)> advance_clock)
      : port_(port), advance_clock_(std::move(advance_clock)) {}

  bool open(std::size_t slot) override {
    sessions_.at(slot) = std::make_unique<LibrarySession>(port_, ZooKeeperPair::kSession);
    return sessions_.at(slot)->opens();
  }
  void apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) override {
    if (request.op != ZkOp::close) return sessions_.at(slot)->execute(request, reply);
    if (sessions_.at(slot)->says_goodbye()) reply.code = ZkCode::ok;
    sessions_.at(slot).reset();
  }
  bool hears_its_end() const override { return false; }
  std::vector<ZkEvent> events(std::size_t slot) override {
    if (!sessions_.at(slot)) return {};
    return sessions_.at(slot)->events();
  }
  std::vector<std::size_t> advance(Duration by, const std::vector<std::size_t>& expected) override {
    advance_clock_(by);
    std::vector<std::size_t> expired;
    for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
      if (!sessions_.at(slot)) continue;
      LibrarySession& session = *sessions_.at(slot);
      const bool waits = std::ranges::find(expected, slot) != expected.end();
      if (waits ? !session.expires() : !session.is_cut_off()) continue;
      sessions_.at(slot).reset();
      expired.push_back(slot);
    }
    return expired;
  }
  std::size_t owner(std::int64_t session) const override {
    for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
      if (sessions_.at(slot) && sessions_.at(slot)->id() == session) return slot + 1;
    }
    return 0;
  }

 private:
  std::uint16_t port_;
  std::function<void(Duration by)> advance_clock_;
  std::array<std::unique_ptr<LibrarySession>, kZkSlots> sessions_;
};

std::unique_ptr<ZooKeeperService> library(std::uint16_t port,
                                          std::function<void(Duration by)> advance_clock) {
  return std::make_unique<LibraryZooKeeperService>(port, std::move(advance_clock));
}

TEST(ZooKeeperLibrary, GetsTheAnswersOfTheModel) {
  ZooKeeperPair pair;
  PICKLOCK_SKIP_WITHOUT(pair.server());
  const std::string text = pair.run(1, 2000, library);
  ASSERT_EQ(text.find("the model:"), std::string::npos) << end_of(text);
  EXPECT_NE(text.find("! created"), std::string::npos) << "nobody was notified";
  EXPECT_NE(text.find("ms: "), std::string::npos) << "no session has expired";
}

TEST(ZooKeeperLibrary, LateModelIsCaught) {
  PICKLOCK_SKIP_WITHOUT(ZooKeeperPair().server());
  EXPECT_TRUE(late_model_is_caught(library));
}

}  // namespace
}  // namespace picklock

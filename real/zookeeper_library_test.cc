// The same operations through ZooKeeper's own C client library.
//
// Clients of a run speak the protocol themselves (real/zookeeper_link.h says why). What the library makes of a service is
// what our connections make of it: answers, notifications and ends of sessions are those of the model.
#include <gtest/gtest.h>
#include <poll.h>
#include <zookeeper/zookeeper.h>

#include <array>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "real/patience.h"
#include "real/redis_test_server.h"
#include "real/testing/zookeeper_pair.h"

// The library reads a clock: when a ping is due, and when a server has been silent for too long. Its time stands still, as
// the shown time of a run does between two steps. The linker sends its calls here (cmake/PicklockDependencies.cmake).
namespace {
thread_local bool is_inside_library = false;
}  // namespace

extern "C" {
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp)
int __real_clock_gettime(clockid_t clock, timespec* time);
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming,cert-dcl37-c,cert-dcl51-cpp)
int __wrap_clock_gettime(clockid_t clock, timespec* time) {
  if (!is_inside_library) return __real_clock_gettime(clock, time);
  *time = {.tv_sec = 1000, .tv_nsec = 0};
  return 0;
}
}

namespace picklock {
namespace {

// One session of the library, driven by hand: it has no thread.
class LibrarySession {
 public:
  LibrarySession(std::uint16_t port, Duration timeout) {
    const Inside inside;
    zoo_set_debug_level(ZooLogLevel{});  // silent
    const std::string host = "127.0.0.1:" + std::to_string(port);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
    handle_ = zookeeper_init(host.c_str(), on_event, static_cast<int>(ms), nullptr, this, 0);
  }
  LibrarySession(const LibrarySession&) = delete;
  LibrarySession& operator=(const LibrarySession&) = delete;
  ~LibrarySession() {
    const Inside inside;
    zookeeper_close(handle_);  // which says so to the service
  }

  std::int64_t id() const { return zoo_client_id(handle_)->client_id; }
  int state() const { return zoo_state(handle_); }
  std::vector<ZkEvent>& events() { return events_; }
  bool becomes(int state) {
    return becomes_true([&] { return turn(0), this->state() == state; });
  }
  // Reads and writes what can be. False: the connection is gone.
  bool turn(int milliseconds) {
    const Inside inside;
    int file = -1;
    int interest = 0;
    timeval ignored{};
    if (zookeeper_interest(handle_, &file, &interest, &ignored) != ZOK) return false;
    pollfd ready{.fd = file, .events = 0, .revents = 0};
    if ((interest & ZOOKEEPER_READ) != 0) ready.events |= POLLIN;
    if ((interest & ZOOKEEPER_WRITE) != 0) ready.events |= POLLOUT;
    if (file < 0 || ::poll(&ready, 1, milliseconds) <= 0) return true;
    int happened = 0;
    if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) happened |= ZOOKEEPER_READ;
    if ((ready.revents & POLLOUT) != 0) happened |= ZOOKEEPER_WRITE;
    const int code = zookeeper_process(handle_, happened);
    return code == ZOK || code == ZNOTHING;
  }
  void execute(const ZkRequest& request, ZkReply& reply) {
    done_.reset();
    reply_ = ZkReply{};
    const int code = ask(request);
    if (code != ZOK) on_done(code);
    becomes_true([&] { return turn(1), done_.has_value(); });
    reply_.code = done_ ? code_of(*done_) : ZkCode::connection_loss;
    reply = reply_;
  }

 private:
  struct Inside {
    Inside() { is_inside_library = true; }
    ~Inside() { is_inside_library = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
  };

  int ask(const ZkRequest& request) {
    const Inside inside;
    const char* const path = request.path.c_str();
    const char* const data = request.data.c_str();
    const int length = static_cast<int>(request.data.size());
    const watcher_fn watcher = request.watch ? on_event : nullptr;
    switch (request.op) {
      case ZkOp::create: {
        const int kind =
            (request.ephemeral ? ZOO_EPHEMERAL : 0) | (request.sequential ? ZOO_SEQUENCE : 0);
        return zoo_acreate2(handle_, path, data, length, &ZOO_OPEN_ACL_UNSAFE, kind, on_created,
                            this);
      }
      case ZkOp::remove:
        return zoo_adelete(handle_, path, request.version, on_void, this);
      case ZkOp::exists:
        return zoo_awexists(handle_, path, watcher, this, on_stat, this);
      case ZkOp::get:
        return zoo_awget(handle_, path, watcher, this, on_data, this);
      case ZkOp::set:
        return zoo_aset(handle_, path, data, length, request.version, on_stat, this);
      case ZkOp::get_children:
        return zoo_awget_children2(handle_, path, watcher, this, on_children, this);
      default:  // it offers no ping: this changes nothing either
        return zoo_async(handle_, "/", on_string, this);
    }
  }

  static LibrarySession& self(const void* data) {
    return *static_cast<LibrarySession*>(const_cast<void*>(data));  // NOLINT: handed over as such
  }
  static void on_event(zhandle_t* /*handle*/, int type, int /*state*/, const char* path,
                       void* context) {
    const std::array<std::pair<int, ZkEventKind>, 4> kinds{
        {{ZOO_CREATED_EVENT, ZkEventKind::created},
         {ZOO_DELETED_EVENT, ZkEventKind::deleted},
         {ZOO_CHANGED_EVENT, ZkEventKind::changed},
         {ZOO_CHILD_EVENT, ZkEventKind::children_changed}}};
    for (const auto& [number, kind] : kinds) {
      if (type == number) self(context).events_.push_back({kind, path});
    }
  }
  void on_done(int code, const Stat* stat = nullptr) {
    done_ = code;
    if (code != ZOK || stat == nullptr) return;
    reply_.stat = {.czxid = stat->czxid,
                   .mzxid = stat->mzxid,
                   .version = stat->version,
                   .cversion = stat->cversion,
                   .ephemeral_owner = stat->ephemeralOwner,
                   .data_length = stat->dataLength,
                   .children = stat->numChildren};
  }
  static void on_void(int code, const void* data) { self(data).on_done(code); }
  static void on_string(int code, const char* /*path*/, const void* data) {
    self(data).on_done(code);
  }
  static void on_stat(int code, const Stat* stat, const void* data) {
    self(data).on_done(code, stat);
  }
  static void on_created(int code, const char* path, const Stat* stat, const void* data) {
    if (code == ZOK) self(data).reply_.path = path;
    self(data).on_done(code, stat);
  }
  static void on_data(int code, const char* bytes, int length, const Stat* stat, const void* data) {
    if (code == ZOK && length > 0) {
      self(data).reply_.data.assign(bytes, static_cast<std::size_t>(length));
    }
    self(data).on_done(code, stat);
  }
  static void on_children(int code, const String_vector* names, const Stat* stat,
                          const void* data) {
    std::vector<std::string>& children = self(data).reply_.children;
    for (int i = 0; code == ZOK && i < names->count; ++i) children.emplace_back(names->data[i]);
    std::ranges::sort(children);
    self(data).on_done(code, stat);
  }

  static ZkCode code_of(int code) {
    constexpr std::array<std::pair<int, ZkCode>, 8> kCodes{
        {{ZOK, ZkCode::ok},
         {ZNONODE, ZkCode::no_node},
         {ZNODEEXISTS, ZkCode::node_exists},
         {ZBADVERSION, ZkCode::bad_version},
         {ZNOTEMPTY, ZkCode::not_empty},
         {ZNOCHILDRENFOREPHEMERALS, ZkCode::no_children_for_ephemerals},
         {ZBADARGUMENTS, ZkCode::bad_arguments},
         {ZSESSIONEXPIRED, ZkCode::session_expired}}};
    for (const auto& [number, known] : kCodes) {
      if (code == number) return known;
    }
    return ZkCode::connection_loss;
  }

  zhandle_t* handle_ = nullptr;
  std::optional<int> done_;  // the code of the call that was made last
  ZkReply reply_;            // its answer
  std::vector<ZkEvent> events_;
};

class LibraryZooKeeperService final : public ZooKeeperService {
 public:
  LibraryZooKeeperService(std::uint16_t port, std::function<void(Duration by)> advance_clock)
      : port_(port), advance_clock_(std::move(advance_clock)) {}

  bool open(std::size_t slot) override {
    sessions_.at(slot) = std::make_unique<LibrarySession>(port_, ZooKeeperPair::kSession);
    return sessions_.at(slot)->becomes(ZOO_CONNECTED_STATE);
  }
  void apply(std::size_t slot, const ZkRequest& request, ZkReply& reply) override {
    if (request.op != ZkOp::close) return sessions_.at(slot)->execute(request, reply);
    const std::int64_t before = last_zookeeper_transaction(port_);
    sessions_.at(slot).reset();
    // It said goodbye, and did not wait for an answer.
    if (becomes_true([&] { return last_zookeeper_transaction(port_) > before; })) {
      reply.code = ZkCode::ok;
    }
  }
  bool hears_its_end() const override { return false; }
  std::vector<ZkEvent> events(std::size_t slot) override {
    if (!sessions_.at(slot)) return {};
    return std::exchange(sessions_.at(slot)->events(), {});
  }
  std::vector<std::size_t> advance(Duration by, const std::vector<std::size_t>& expected) override {
    advance_clock_(by);
    std::vector<std::size_t> expired;
    for (std::size_t slot = 0; slot < kZkSlots; ++slot) {
      if (!sessions_.at(slot)) continue;
      LibrarySession& session = *sessions_.at(slot);
      const bool waits = std::ranges::find(expected, slot) != expected.end();
      // It connects again, and learns that the session is over.
      const bool has_ended = waits ? session.becomes(ZOO_EXPIRED_SESSION_STATE) : !session.turn(0);
      if (!has_ended) continue;
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

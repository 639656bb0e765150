#include "real/zookeeper_handle.h"

#include <fcntl.h>
#include <zookeeper/zookeeper.h>

#include <array>
#include <chrono>

#include "base/require.h"

namespace picklock {
namespace {

// The library knows one server; where it is, our system says.
constexpr const char* kServer = "127.0.0.1:2181";

}  // namespace

ZooKeeperHandle::ZooKeeperHandle(Options options)
    : system_(
          {.connect = [this, connect = std::move(options.connect)] { return file_ = connect(); },
           .envelope = std::move(options.envelope)}) {
  const ZooKeeperSystem::Use use(system_);
  zoo_set_debug_level(ZooLogLevel{});  // silent
  zoo_deterministic_conn_order(1);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(options.session_timeout);
  library_ = zookeeper_init(kServer, on_event, static_cast<int>(ms.count()), nullptr, this,
                            ZOO_NO_LOG_CLIENTENV);
  require(library_ != nullptr, "zookeeper_init() failed");
  zoo_set_servers_resolution_delay(library_, -1);  // it stays where it is
}

ZooKeeperHandle::~ZooKeeperHandle() {
  if (library_ == nullptr) return;
  hang_up();  // one that is connected says goodbye
  const ZooKeeperSystem::Use use(system_);
  zookeeper_close(library_);
}

std::int64_t ZooKeeperHandle::session() const {
  return library_ == nullptr ? 0 : zoo_client_id(library_)->client_id;
}

// --- The connection -----------------------------------------------------------------------------------

void ZooKeeperHandle::turn() {
  const ZooKeeperSystem::Use use(system_);
  int file = -1;
  int interest = 0;
  timeval patience{};
  zookeeper_interest(library_, &file, &interest, &patience);
  notice_end();
}

bool ZooKeeperHandle::connect() {
  const std::uint64_t before = system_.connections();
  turn();
  if (system_.connections() == before) turn();  // behind a failure it would rather wait
  return file_ >= 0;
}

void ZooKeeperHandle::read() {
  const ZooKeeperSystem::Use use(system_);
  while (file_ >= 0) {
    const std::size_t told = news_.size();
    const bool was_connected = is_connected_;
    if (zookeeper_process(library_, ZOOKEEPER_READ) != ZOK) break;
    if (!was_connected && is_connected_) {
      const std::uint64_t before = system_.frames();
      zookeeper_process(library_, ZOOKEEPER_WRITE);
      sets_watches_ = system_.frames() != before;
    } else if (news_.size() == told && !std::exchange(sets_watches_, false)) {
      news_.push_back({.kind = ZkNews::Kind::pong});
    }
  }
  notice_end();
}

// The library pings when it has said nothing for a third of the session.
void ZooKeeperHandle::ping() {
  system_.let_pass(zoo_recv_timeout(library_) / 3 + 1);
  turn();
}

// And it gives up a connection on which it has heard nothing for two thirds.
void ZooKeeperHandle::hang_up() {
  if (file_ < 0) return;
  system_.let_pass(zoo_recv_timeout(library_));
  turn();
}

int ZooKeeperHandle::say_goodbye() {
  const int file = ::fcntl(file_, F_DUPFD_CLOEXEC, 0);
  const ZooKeeperSystem::Use use(system_);
  zookeeper_close(std::exchange(library_, nullptr));
  file_ = -1;
  news_.clear();
  return file;
}

// --- What it tells ------------------------------------------------------------------------------------

void ZooKeeperHandle::on_event(zhandle_t* /*library*/, int type, int state, const char* path,
                               void* handle) {
  ZooKeeperHandle& self = *static_cast<ZooKeeperHandle*>(handle);
  if (type == ZOO_SESSION_EVENT) return self.on_session(state);
  const std::array<std::pair<int, ZkEventKind>, 4> kinds{
      {{ZOO_CREATED_EVENT, ZkEventKind::created},
       {ZOO_DELETED_EVENT, ZkEventKind::deleted},
       {ZOO_CHANGED_EVENT, ZkEventKind::changed},
       {ZOO_CHILD_EVENT, ZkEventKind::children_changed}}};
  for (const auto& [number, kind] : kinds) {
    if (type == number) self.news_.push_back({.kind = ZkNews::Kind::event, .event = {kind, path}});
  }
}

void ZooKeeperHandle::on_session(int state) {
  if (state == ZOO_EXPIRED_SESSION_STATE) return lose_connection(ZkNews::Kind::expired);
  if (state != ZOO_CONNECTED_STATE) return lose_connection(ZkNews::Kind::disconnected);
  is_connected_ = true;
  news_.push_back({.kind = ZkNews::Kind::connected});
}

// The library says nothing of a connection that ends before it is greeted on it.
void ZooKeeperHandle::notice_end() {
  const int state = zoo_state(library_);
  const bool is_there = state == ZOO_ASSOCIATING_STATE || state == ZOO_CONNECTED_STATE;
  if (!is_there) lose_connection(ZkNews::Kind::disconnected);
}

// The library has closed it.
void ZooKeeperHandle::lose_connection(ZkNews::Kind how) {
  if (std::exchange(file_, -1) < 0) return;
  is_connected_ = false;
  sets_watches_ = false;
  news_.push_back({.kind = how});
}

}  // namespace picklock

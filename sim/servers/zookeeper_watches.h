// The one-shot watches of a ZooKeeper service, and the notifications that they gave rise to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"

namespace picklock {

// A watch that fired, for the session that set it.
struct ZkNotification {
  std::int64_t session = 0;
  ZkEvent event;

  friend bool operator==(const ZkNotification& a, const ZkNotification& b) {
    return a.session == b.session && a.event.kind == b.event.kind && a.event.path == b.event.path;
  }
};

// O(watches) each; sessions are notified in the order in which they set their watches.
class ZooKeeperWatches {
 public:
  void reset();

  // On the znode itself: `created`, `deleted`, `changed`. Setting a watch twice is setting it once.
  void watch_node(std::string_view path, std::int64_t session) { set(path, session, false); }
  // On its children: `children_changed`, and `deleted` when the znode itself goes.
  void watch_children(std::string_view path, std::int64_t session) { set(path, session, true); }
  void forget(std::int64_t session);

  void on_created(std::string_view path);
  void on_changed(std::string_view path);
  void on_deleted(std::string_view path);

  std::vector<ZkNotification>& notifications() { return notifications_; }

 private:
  struct Watch {
    std::string path;
    std::int64_t session = 0;
    bool of_children = false;
  };

  void set(std::string_view path, std::int64_t session, bool of_children);
  void fire(std::string_view path, bool of_children, ZkEventKind kind, std::size_t batch);
  template <class Gone>
  void keep_unless(Gone gone);

  std::vector<Watch> watches_;  // the first live_ are set; the rest is storage
  std::size_t live_ = 0;
  std::vector<ZkNotification> notifications_;
};

}  // namespace picklock

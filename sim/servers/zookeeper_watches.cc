#include "sim/servers/zookeeper_watches.h"

#include <algorithm>
#include <utility>

#include "sim/servers/zookeeper_tree.h"

namespace picklock {

void ZooKeeperWatches::reset() {
  live_ = 0;
  notifications_.clear();
}

void ZooKeeperWatches::set(std::string_view path, std::int64_t session, bool of_children) {
  for (std::size_t i = 0; i < live_; ++i) {
    const Watch& watch = watches_[i];
    if (watch.session == session && watch.of_children == of_children && watch.path == path) return;
  }
  if (live_ == watches_.size()) watches_.emplace_back();
  Watch& watch = watches_[live_++];
  watch.path.assign(path);
  watch.session = session;
  watch.of_children = of_children;
}

// Swaps instead of moving, so that every slot keeps its storage.
template <class Gone>
void ZooKeeperWatches::keep_unless(Gone gone) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < live_; ++i) {
    if (gone(watches_[i])) continue;
    if (kept != i) std::swap(watches_[kept], watches_[i]);
    ++kept;
  }
  live_ = kept;
}

void ZooKeeperWatches::forget(std::int64_t session) {
  keep_unless([&](const Watch& watch) { return watch.session == session; });
}

// Sessions that were notified since `batch` are not notified again, but their watches are used up.
void ZooKeeperWatches::fire(std::string_view path, bool of_children, ZkEventKind kind,
                            std::size_t batch) {
  keep_unless([&](const Watch& watch) {
    if (watch.of_children != of_children || watch.path != path) return false;
    const auto begin = notifications_.begin() + static_cast<std::ptrdiff_t>(batch);
    const bool told = std::any_of(begin, notifications_.end(), [&](const ZkNotification& other) {
      return other.session == watch.session;
    });
    if (!told) notifications_.push_back({watch.session, ZkEvent{kind, std::string(path)}});
    return true;
  });
}

void ZooKeeperWatches::on_created(std::string_view path) {
  fire(path, false, ZkEventKind::created, notifications_.size());
  fire(parent_of_znode(path), true, ZkEventKind::children_changed, notifications_.size());
}

void ZooKeeperWatches::on_changed(std::string_view path) {
  fire(path, false, ZkEventKind::changed, notifications_.size());
}

void ZooKeeperWatches::on_deleted(std::string_view path) {
  const std::size_t batch = notifications_.size();
  fire(path, false, ZkEventKind::deleted, batch);
  fire(path, true, ZkEventKind::deleted, batch);
  fire(parent_of_znode(path), true, ZkEventKind::children_changed, notifications_.size());
}

}  // namespace picklock

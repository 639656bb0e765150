#include "sim/servers/zookeeper_tree.h"

#include <algorithm>

namespace picklock {
namespace {

constexpr ZooKeeperTree::Index kRoot = 0;

// The part of `path` that begins at `begin`; both ends are kept apart from the slashes.
std::string_view part_at(std::string_view path, std::size_t begin) {
  return path.substr(begin, std::min(path.find('/', begin), path.size()) - begin);
}

}  // namespace

bool is_valid_znode_path(std::string_view path) {
  if (path == "/") return true;
  if (path.empty() || path.front() != '/') return false;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::string_view part = part_at(path, begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin += part.size() + 1;
  }
  return std::none_of(path.begin(), path.end(), [](char c) { return c < ' ' || c == '\x7f'; });
}

std::string_view parent_of_znode(std::string_view path) {
  return path.substr(0, std::max<std::size_t>(1, path.rfind('/')));
}

ZkStat Znode::stat() const {
  const auto count = static_cast<std::int32_t>(children.size());
  // ZooKeeper stores the number of creations and shows creations plus removals.
  return ZkStat{.czxid = czxid,
                .mzxid = mzxid,
                .version = version,
                .cversion = 2 * creations - count,
                .ephemeral_owner = owner,
                .data_length = static_cast<std::int32_t>(data.size()),
                .children = count};
}

void ZooKeeperTree::reset() {
  used_ = 0;
  free_.clear();
  fresh({}, kNone, 0);
  // These are not counted as creations: a new service shows the root with cversion -1.
  const Index system = add(kRoot, "zookeeper", 0);
  add(system, "config", 0);
  add(system, "quota", 0);
  nodes_[kRoot].creations = nodes_[system].creations = 0;
}

bool ZooKeeperTree::is_built_in(std::string_view path) {
  return path == "/" || path == "/zookeeper" || path == "/zookeeper/config" ||
         path == "/zookeeper/quota";
}

std::size_t ZooKeeperTree::child_slot(const Znode& parent, std::string_view name) const {
  const auto before = [&](Index child, std::string_view wanted) {
    return nodes_[child].name < wanted;
  };
  const auto slot = std::lower_bound(parent.children.begin(), parent.children.end(), name, before);
  return static_cast<std::size_t>(slot - parent.children.begin());
}

ZooKeeperTree::Index ZooKeeperTree::find(std::string_view path) const {
  Index node = kRoot;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::string_view name = part_at(path, begin);
    const std::vector<Index>& children = nodes_[node].children;
    const std::size_t slot = child_slot(nodes_[node], name);
    if (slot == children.size() || nodes_[children[slot]].name != name) return kNone;
    node = children[slot];
    begin += name.size() + 1;
  }
  return node;
}

ZooKeeperTree::Index ZooKeeperTree::fresh(std::string_view name, Index parent, std::int64_t zxid) {
  Index index = static_cast<Index>(used_);
  if (free_.empty()) {
    if (nodes_.size() == used_) nodes_.emplace_back();
    ++used_;
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Znode& node = nodes_[index];
  node.name.assign(name);
  node.data.clear();
  node.parent = parent;
  node.children.clear();
  node.czxid = node.mzxid = zxid;
  node.owner = 0;
  node.version = node.creations = 0;
  return index;
}

ZooKeeperTree::Index ZooKeeperTree::add(Index parent, std::string_view name, std::int64_t zxid) {
  const Index created = fresh(name, parent, zxid);
  Znode& above = nodes_[parent];
  const auto slot = static_cast<std::ptrdiff_t>(child_slot(above, name));
  above.children.insert(above.children.begin() + slot, created);
  ++above.creations;
  return created;
}

void ZooKeeperTree::remove(Index node) {
  Znode& above = nodes_[nodes_[node].parent];
  const auto slot = static_cast<std::ptrdiff_t>(child_slot(above, nodes_[node].name));
  above.children.erase(above.children.begin() + slot);
  nodes_[node].owner = 0;  // what is free is nobody's ephemeral
  free_.push_back(node);
}

void ZooKeeperTree::ephemerals_of(std::int64_t session, std::vector<Index>& found) const {
  found.clear();
  for (Index i = 0; i < used_; ++i) {
    if (nodes_[i].owner == session) found.push_back(i);
  }
  const auto older = [&](Index a, Index b) { return nodes_[a].czxid < nodes_[b].czxid; };
  std::sort(found.begin(), found.end(), older);
}

void ZooKeeperTree::path_of(Index node, std::string& path) const {
  path.clear();
  for (; node != kRoot; node = nodes_[node].parent) {
    path.insert(0, nodes_[node].name);
    path.insert(0, 1, '/');
  }
  if (path.empty()) path = "/";
}

}  // namespace picklock

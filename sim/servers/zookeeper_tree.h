// The znodes of a ZooKeeper service: names, versions and owners, without sessions and watches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/zookeeper_client.h"

namespace picklock {

// ZooKeeper's rules for paths, for ASCII: absolute, no empty part, no "." or "..", no control characters.
bool is_valid_znode_path(std::string_view path);
// "/" for "/a"; of a valid path other than "/".
std::string_view parent_of_znode(std::string_view path);

struct Znode {
  std::string name;  // the last part of its path
  std::string data;
  std::uint32_t parent = 0;
  std::vector<std::uint32_t> children;  // by name
  std::int64_t czxid = 0;
  std::int64_t mzxid = 0;
  std::int64_t owner = 0;  // session of an ephemeral, else 0
  std::int32_t version = 0;
  std::int32_t creations = 0;  // of children, ever: the next sequence number

  ZkStat stat() const;
};

// Numbers of znodes are reused after a removal, and so is their storage.
class ZooKeeperTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = UINT32_MAX;

  ZooKeeperTree() { reset(); }
  // Leaves what a new service has: "/", "/zookeeper", "/zookeeper/config" and "/zookeeper/quota".
  void reset();
  static bool is_built_in(std::string_view path);

  // Of a valid path; kNone when there is no such znode. O(depth * log(children)).
  Index find(std::string_view path) const;
  const Znode& operator[](Index node) const { return nodes_[node]; }
  Znode& operator[](Index node) { return nodes_[node]; }

  // A new child; there must be none of that name.
  Index add(Index parent, std::string_view name, std::int64_t zxid);
  // A znode without children, and not the root.
  void remove(Index node);

  // The ephemerals of a session in the order of their creation; `found` is overwritten. O(znodes).
  void ephemerals_of(std::int64_t session, std::vector<Index>& found) const;
  // Overwrites `path`.
  void path_of(Index node, std::string& path) const;

 private:
  std::size_t child_slot(const Znode& parent, std::string_view name) const;
  Index fresh(std::string_view name, Index parent, std::int64_t zxid);

  std::vector<Znode> nodes_;  // nodes_[0] is the root
  std::size_t used_ = 0;      // how many of nodes_ were in use since the last reset
  std::vector<Index> free_;
};

}  // namespace picklock

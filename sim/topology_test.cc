#include "sim/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace picklock {
namespace {

using Groups = std::vector<std::vector<NodeId>>;
using Members = std::vector<std::uint32_t>;

std::vector<NodeId> nodes(const Members& members) {
  std::vector<NodeId> result;
  for (const std::uint32_t member : members) result.emplace_back(member);
  return result;
}

Groups groups(const std::vector<Members>& all) {
  Groups result;
  for (const Members& members : all) result.push_back(nodes(members));
  return result;
}

// Cuts every link from a member of `from` to a member of `to`.
void cut(Topology& topology, const Members& from, const Members& to) {
  for (const std::uint32_t a : from) {
    for (const std::uint32_t b : to) topology.cut(NodeId(a), NodeId(b));
  }
}
void cut_both_ways(Topology& topology, const Members& one, const Members& other) {
  cut(topology, one, other);
  cut(topology, other, one);
}
void restore(Topology& topology, const Members& from, const Members& to) {
  for (const std::uint32_t a : from) {
    for (const std::uint32_t b : to) topology.restore(NodeId(a), NodeId(b));
  }
}

bool can_talk(const Topology& topology, std::uint32_t a, std::uint32_t b) {
  return !topology.is_cut(NodeId(a), NodeId(b)) && !topology.is_cut(NodeId(b), NodeId(a));
}

TEST(Topology, HealthyNodesAreOneGroup) {
  const Topology topology(4);
  EXPECT_EQ(topology.groups(), groups({{0, 1, 2, 3}}));
  EXPECT_FALSE(topology.is_cut(NodeId(0), NodeId(3)));
}

TEST(Topology, FullPartitionMakesTwoGroups) {
  Topology topology(5);
  cut_both_ways(topology, {0, 1}, {2, 3, 4});
  EXPECT_EQ(topology.groups(), groups({{0, 1}, {2, 3, 4}}));
  EXPECT_TRUE(topology.is_cut(NodeId(1), NodeId(2)));
  EXPECT_TRUE(topology.is_cut(NodeId(2), NodeId(1)));
  EXPECT_FALSE(topology.is_cut(NodeId(0), NodeId(1)));
}

TEST(Topology, AnIsolatedNodeIsAGroupOfItsOwn) {
  Topology topology(4);
  cut_both_ways(topology, {2}, {0, 1, 3});
  EXPECT_EQ(topology.groups(), groups({{0, 1, 3}, {2}}));
}

// Jepsen's bridge: two halves that do not see each other, and one node that sees both. Everybody can
// still reach everybody through it.
TEST(Topology, ABridgeHoldsTheHalvesTogether) {
  Topology topology(5);
  cut_both_ways(topology, {0, 1}, {3, 4});
  EXPECT_EQ(topology.groups(), groups({{0, 1, 2, 3, 4}}));
  EXPECT_FALSE(can_talk(topology, 1, 3));
  EXPECT_TRUE(can_talk(topology, 1, 2));
  EXPECT_TRUE(can_talk(topology, 2, 3));
}

// Jepsen's ring: each node sees a majority, and no two of them see the same one.
TEST(Topology, ARingOfMajoritiesGivesEachNodeAnotherMajority) {
  constexpr std::uint32_t kNodes = 5;
  Topology topology(kNodes);
  for (std::uint32_t node = 0; node < kNodes; ++node) {
    cut(topology, {node}, {(node + 2) % kNodes, (node + 3) % kNodes});
  }
  EXPECT_EQ(topology.groups(), groups({{0, 1, 2, 3, 4}}));
  std::vector<std::vector<bool>> views;
  for (std::uint32_t node = 0; node < kNodes; ++node) {
    std::vector<bool> view;
    for (std::uint32_t peer = 0; peer < kNodes; ++peer) {
      view.push_back(can_talk(topology, node, peer));
    }
    EXPECT_EQ(std::count(view.begin(), view.end(), true), 3) << node;
    EXPECT_THAT(views, testing::Not(testing::Contains(view))) << node;
    views.push_back(view);
  }
}

TEST(Topology, OneWayCutLeavesTheOtherDirection) {
  Topology topology(3);
  cut(topology, {0}, {1});
  EXPECT_TRUE(topology.is_cut(NodeId(0), NodeId(1)));
  EXPECT_FALSE(topology.is_cut(NodeId(1), NodeId(0)));
}

TEST(Topology, ANodeThatOnlyHearsBelongsToNobodysGroup) {
  Topology topology(3);
  cut(topology, {0}, {1, 2});
  EXPECT_EQ(topology.groups(), groups({{0}, {1, 2}}));
}

TEST(Topology, HealingMakesOneGroupAgain) {
  Topology topology(5);
  cut_both_ways(topology, {0, 1}, {2, 3, 4});
  restore(topology, {0, 1}, {2, 3, 4});
  EXPECT_EQ(topology.groups(), groups({{0, 1}, {2, 3, 4}}));  // one direction is not enough
  restore(topology, {2, 3, 4}, {0, 1});
  EXPECT_EQ(topology.groups(), groups({{0, 1, 2, 3, 4}}));
}

TEST(Topology, OverlappingCutsHealOneByOne) {
  Topology topology(3);
  cut_both_ways(topology, {0}, {1, 2});
  cut_both_ways(topology, {0, 1}, {2});
  restore(topology, {0}, {1, 2});
  restore(topology, {1, 2}, {0});
  EXPECT_EQ(topology.groups(), groups({{0, 1}, {2}}));
  EXPECT_TRUE(topology.is_cut(NodeId(0), NodeId(2)));
}

TEST(Topology, AResetHealsEverything) {
  Topology topology(4);
  cut_both_ways(topology, {0, 1}, {2, 3});
  cut(topology, {0}, {2});
  topology.reset();
  EXPECT_EQ(topology.groups(), groups({{0, 1, 2, 3}}));
  topology.cut(NodeId(0), NodeId(2));
  topology.restore(NodeId(0), NodeId(2));  // the depth of earlier cuts is gone too
  EXPECT_FALSE(topology.is_cut(NodeId(0), NodeId(2)));
}

TEST(TopologyDeathTest, RestoringALinkThatIsNotCutIsADefect) {
  Topology topology(2);
  EXPECT_DEATH(topology.restore(NodeId(0), NodeId(1)), "restoring a link that is not cut");
}

// The oracle: who reaches whom by the transitive closure of the links that work.
Groups closure_groups(const Topology& topology, std::uint32_t count) {
  std::vector<std::vector<bool>> reaches(count, std::vector<bool>(count));
  for (std::uint32_t a = 0; a < count; ++a) {
    for (std::uint32_t b = 0; b < count; ++b) {
      reaches[a][b] = a == b || !topology.is_cut(NodeId(a), NodeId(b));
    }
  }
  for (std::uint32_t via = 0; via < count; ++via) {
    for (std::uint32_t a = 0; a < count; ++a) {
      for (std::uint32_t b = 0; b < count; ++b) {
        if (reaches[a][via] && reaches[via][b]) reaches[a][b] = true;
      }
    }
  }
  Groups result;
  std::vector<bool> placed(count);
  for (std::uint32_t a = 0; a < count; ++a) {
    if (placed[a]) continue;
    std::vector<NodeId>& group = result.emplace_back();
    for (std::uint32_t b = a; b < count; ++b) {
      if (!reaches[a][b] || !reaches[b][a]) continue;
      group.emplace_back(b);
      placed[b] = true;
    }
  }
  return result;
}

TEST(Topology, GroupsAreTheClassesOfMutualReachability) {
  constexpr std::uint32_t kNodes = 6;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Topology topology(kNodes);
    for (std::uint32_t link = 0; link < kNodes * kNodes; ++link) {
      const std::uint32_t from = link / kNodes;
      const std::uint32_t to = link % kNodes;
      const bool is_cut = mix(seed * 100 + link) % 100 < 60 + seed % 30;
      if (from != to && is_cut) topology.cut(NodeId(from), NodeId(to));
    }
    ASSERT_EQ(topology.groups(), closure_groups(topology, kNodes)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace picklock

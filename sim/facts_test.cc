#include "sim/facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "algorithms/token.h"

namespace picklock {
namespace {

constexpr std::array<std::uint32_t, 3> kAllAlike{0, 0, 0};
constexpr std::array<std::uint32_t, 3> kTwoAlike{0, 0, 2};

// Who knows which server; servers are the nodes from 3 on.
using Links = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

std::uint64_t hash_of(const Links& links, std::span<const std::uint32_t> classes, bool alike) {
  const Names names;
  StateFacts facts;
  facts.set_symmetry(classes, alike);
  for (const auto& [client, server] : links) {
    FactBuilder fact(names);
    facts.add(fact.add(7).name_client(NodeId(client)).name_server(NodeId(server)).fact());
  }
  return facts.hash();
}

TEST(StateFacts, ClientsThatAreAlikeTradeNames) {
  EXPECT_EQ(hash_of({{0, 3}}, kAllAlike, false), hash_of({{1, 3}}, kAllAlike, false));
  EXPECT_EQ(hash_of({{0, 3}}, kTwoAlike, false), hash_of({{1, 3}}, kTwoAlike, false));
  EXPECT_NE(hash_of({{0, 3}}, kTwoAlike, false), hash_of({{2, 3}}, kTwoAlike, false));
}

TEST(StateFacts, ServersThatAreAlikeTradeNames) {
  EXPECT_EQ(hash_of({{0, 3}}, kTwoAlike, true), hash_of({{0, 4}}, kTwoAlike, true));
  EXPECT_NE(hash_of({{0, 3}}, kTwoAlike, false), hash_of({{0, 4}}, kTwoAlike, false));
}

TEST(StateFacts, WhoKnowsWhomIsKeptWhenNamesAreTraded) {
  const std::uint64_t apart = hash_of({{0, 3}, {1, 4}}, kAllAlike, true);
  EXPECT_EQ(apart, hash_of({{0, 4}, {1, 3}}, kAllAlike, true));
  EXPECT_NE(apart, hash_of({{0, 3}, {1, 3}}, kAllAlike, true));
  EXPECT_NE(apart, hash_of({{0, 3}, {0, 4}}, kAllAlike, true));
}

// The least of all that it becomes when the three clients and the three servers trade names.
Links told_anyhow(const Links& links) {
  Links least;
  std::array<std::uint32_t, 3> clients{0, 1, 2};
  do {
    std::array<std::uint32_t, 3> servers{3, 4, 5};
    do {
      Links told;
      for (const auto& [client, server] : links)
        told.emplace_back(clients[client], servers[server - 3]);
      std::ranges::sort(told);
      if (least.empty() || told < least) least = told;
    } while (std::ranges::next_permutation(servers).found);
  } while (std::ranges::next_permutation(clients).found);
  return least;
}

TEST(StateFacts, AreEqualWhenTradedNamesMakeThemSo) {
  std::map<Links, std::uint64_t> hashes;
  std::map<std::uint64_t, Links> states;
  std::uint64_t drawn = 1;
  for (int i = 0; i < 3000; ++i) {
    Links links;
    for (std::uint64_t n = 0; n < 1 + drawn % 6; ++n) {
      const std::uint64_t pair = mix(drawn + n) % 9;
      links.emplace_back(static_cast<std::uint32_t>(pair / 3),
                         static_cast<std::uint32_t>(3 + pair % 3));
    }
    drawn = mix(drawn);
    const std::uint64_t hash = hash_of(links, kAllAlike, true);
    const Links state = told_anyhow(links);
    EXPECT_EQ(hashes.try_emplace(state, hash).first->second, hash);
    EXPECT_EQ(states.try_emplace(hash, state).first->second, state);
  }
  EXPECT_GT(states.size(), 50U);
}

TEST(StateFacts, AreNoSet) {
  EXPECT_NE(hash_of({{0, 3}}, kAllAlike, true), hash_of({{0, 3}, {0, 3}}, kAllAlike, true));
}

TEST(StateFacts, OfManyClientsOnlyEqualNamesAreEqual) {
  const std::vector<std::uint32_t> many(9, 0);
  EXPECT_NE(hash_of({{0, 10}}, many, true), hash_of({{1, 10}}, many, true));
}

TEST(Names, ATokenIsTheNthOfItsClient) {
  Names names;
  names.add_token(Token(17).text(), {NodeId(0), 2});
  names.add_token(Token(4).text(), {NodeId(1), 2});
  names.add_token(Token(5).text(), {NodeId(1), 3});
  const auto named = [&](const Token& token) {
    return FactBuilder(names).add_text(token.text()).fact();
  };
  EXPECT_EQ(named(Token(17)).what, named(Token(4)).what);
  EXPECT_NE(named(Token(17)), named(Token(4)));
  EXPECT_NE(named(Token(4)).what, named(Token(5)).what);
  EXPECT_TRUE(named(Token(99)).clients.front().is_none()) << "nobody made it";
}

}  // namespace
}  // namespace picklock

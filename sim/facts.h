// The state of a run as a set of facts, each a hash of all that it says but for the nodes that it names, so that
// clients that are alike, and servers that are alike, can trade names.
//
// A fact names at most one server. A state is then one column of facts for each server and the facts without a
// server; columns are added up in no order, which is what makes servers interchangeable, and of the namings of the
// clients, which are few, the one with the smallest hash stands for all. Source of the idea: scalarsets (Ip and
// Dill, Formal Methods in System Design 9, 1996).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"

namespace picklock {

struct Fact {
  static constexpr std::size_t kClients = 3;

  std::uint64_t what = 0;
  NodeId server;                         // none: about no server
  std::array<NodeId, kClients> clients;  // that it names; what comes behind them is none

  friend bool operator==(const Fact&, const Fact&) = default;
};

// Tokens and operations are numbered over all clients; in a fact they are the nth of one client.
class Names {
 public:
  struct Nth {
    NodeId client;
    std::uint32_t nth = 0;
  };
  using TokenBytes = std::array<std::uint64_t, 2>;  // its text
  void add_token(std::string_view token, Nth name);
  const Nth* find_token(std::string_view text) const;  // null: no token
  // Operations are numbered from 0 in each run.
  void begin_run() { operations_.clear(); }
  void add_operation(Nth name) { operations_.push_back(name); }
  Nth operation(OpId op) const { return op.is_none() ? Nth{} : operations_.at(op.value()); }

 private:
  using Named = std::pair<TokenBytes, Nth>;
  std::vector<Named> tokens_;  // by their bytes, in some order
  std::vector<Nth> operations_;
};

// Puts one fact together, word by word.
class FactBuilder {
 public:
  explicit FactBuilder(const Names& names) : names_(names) {}

  FactBuilder& add(std::uint64_t word) {
    digest_.add(word);
    return *this;
  }
  // All that another fact without a server says.
  FactBuilder& add(const Fact& fact);
  // A text that is a token counts as the name of who made it.
  FactBuilder& add_text(std::string_view text);
  FactBuilder& name_client(NodeId client);
  FactBuilder& name_server(NodeId server);
  FactBuilder& name_operation(OpId op);
  Fact fact() const;

 private:
  const Names& names_;
  Digest digest_;
  Fact fact_;
  std::size_t clients_ = 0;
};

// The facts of a state, and who is like whom.
class StateFacts {
 public:
  // Before the first fact. `client_classes`: for each client, of which the nodes from 0 on are, the first one that it is
  // like.
  void set_symmetry(std::span<const std::uint32_t> client_classes, bool servers_alike);
  void clear();
  void add(const Fact& fact);
  void add(std::uint64_t what) { add({.what = what, .server = {}, .clients = {}}); }
  // Equal for two states of which one becomes the other when nodes that are alike trade names; else different, but
  // for a chance of about 2^-64. O(namings of clients * (clients * servers + facts about several clients)).
  std::uint64_t hash();
  // Of a fact about the state whose hash() was taken last: equal for two that trading names can turn into each other.
  // (Not the other way round: where several namings have the smallest hash, one of them stands for all.)
  std::uint64_t signature(const Fact& fact) const;

 private:
  void enumerate_namings(std::span<const std::uint32_t> client_classes);
  void sum_up_clients();
  bool is_in_order(std::span<const std::uint32_t> names) const;
  std::uint64_t hash_named(std::span<const std::uint32_t> names);
  // Servers come behind the clients.
  std::size_t column_of(const Fact& fact) const {
    return fact.server.is_none() ? 0 : fact.server.value() + 1 - clients_;
  }
  void widen(std::size_t columns);
  static std::uint64_t named(const Fact& fact, std::span<const std::uint32_t> names);
  std::uint64_t column_hash(std::size_t column) const;

  std::vector<std::vector<std::uint32_t>> namings_{{}};
  bool servers_alike_ = false;
  std::uint32_t clients_ = 0;
  std::vector<std::uint32_t> classes_;
  // What facts about no client add up to, by column: about no server, about the first, ... Then the same for facts about
  // the first client alone, and so on: under a naming they count as often as this name says (factor_of), so that nobody
  // need look at each of them again.
  std::vector<std::uint64_t> sums_;
  std::vector<Fact> several_;              // about more than one client
  std::vector<std::uint64_t> of_clients_;  // what is said of each alone
  // What all facts add up to under the last naming, by column.
  std::vector<std::uint64_t> columns_{0};
  std::size_t chosen_ = 0;  // of namings_
};

}  // namespace picklock

#include "sim/facts.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/require.h"

namespace picklock {
namespace {

// More namings than this cost more than they save.
constexpr std::size_t kMostNamings = 120;
constexpr std::size_t kMostColumns = 1 << 20;

// The bytes of a text as long as a token.
std::optional<Names::TokenBytes> bytes_of(std::string_view text) {
  Names::TokenBytes bytes{};
  if (text.size() != sizeof bytes) return std::nullopt;
  std::memcpy(bytes.data(), text.data(), sizeof bytes);
  return bytes;
}

// Odd, so that no bit is lost; of no two names alike.
constexpr std::uint64_t factor_of(std::uint32_t name) {
  return mix(name) | 1;
}

}  // namespace

void Names::add_token(std::string_view token, Nth name) {
  const auto bytes = bytes_of(token);
  require(bytes.has_value(), "a token is sixteen hexadecimal digits");
  const auto place = std::ranges::lower_bound(tokens_, *bytes, {}, &Named::first);
  if (place == tokens_.end() || place->first != *bytes) tokens_.insert(place, {*bytes, name});
}

const Names::Nth* Names::find_token(std::string_view text) const {
  const auto bytes = bytes_of(text);
  if (!bytes) return nullptr;
  const auto place = std::ranges::lower_bound(tokens_, *bytes, {}, &Named::first);
  return place == tokens_.end() || place->first != *bytes ? nullptr : &place->second;
}

FactBuilder& FactBuilder::add(const Fact& fact) {
  add(fact.what);
  for (const NodeId client : fact.clients) {
    if (!client.is_none()) name_client(client);
  }
  return *this;
}

FactBuilder& FactBuilder::add_text(std::string_view text) {
  if (const Names::Nth* const token = names_.find_token(text)) {
    add(token->nth);
    return name_client(token->client);
  }
  add(text.size());
  std::uint64_t word = 0;
  for (; text.size() > sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    add(word);
  }
  word = 0;
  std::memcpy(&word, text.data(), text.size());
  return add(word);
}

FactBuilder& FactBuilder::name_operation(OpId op) {
  const Names::Nth name = names_.operation(op);
  add(name.nth);
  return name.client.is_none() ? *this : name_client(name.client);
}

// A fact that names more than it has room for is about these very nodes.
FactBuilder& FactBuilder::name_client(NodeId client) {
  if (clients_ == Fact::kClients) return add(client.value());
  fact_.clients[clients_++] = client;
  return *this;
}

FactBuilder& FactBuilder::name_server(NodeId server) {
  if (!fact_.server.is_none() && fact_.server != server) return add(server.value());
  fact_.server = server;
  return *this;
}

Fact FactBuilder::fact() const {
  Fact fact = fact_;
  fact.what = digest_.value();
  return fact;
}

void StateFacts::set_symmetry(std::span<const std::uint32_t> client_classes, bool servers_alike) {
  servers_alike_ = servers_alike;
  clients_ = static_cast<std::uint32_t>(client_classes.size());
  enumerate_namings(client_classes);
  // Where no names are traded nobody is like another.
  classes_.resize(clients_);
  std::iota(classes_.begin(), classes_.end(), 0U);
  if (namings_.size() > 1) classes_.assign(client_classes.begin(), client_classes.end());
  of_clients_.assign(clients_, 0);
  columns_.assign(1, 0);
  sums_.assign(1 + clients_, 0);
  several_.clear();
}

void StateFacts::clear() {
  std::ranges::fill(sums_, 0);
  several_.clear();
}

void StateFacts::widen(std::size_t columns) {
  require(columns < kMostColumns, "servers come behind the clients");
  const std::size_t before = columns_.size();
  std::vector<std::uint64_t> wider((1 + clients_) * columns, 0);
  for (std::size_t i = 0; i < sums_.size(); ++i)
    wider[i / before * columns + i % before] = sums_[i];
  sums_ = std::move(wider);
  columns_.resize(columns);
}

void StateFacts::add(const Fact& fact) {
  const std::size_t column = column_of(fact);
  if (column >= columns_.size()) widen(column + 1);
  const NodeId first = fact.clients.front();
  if (!fact.clients[1].is_none()) {
    several_.push_back(fact);
  } else if (first.is_none() || first.value() >= clients_) {
    sums_[column] += named(fact, {});
  } else {
    sums_[(1 + first.value()) * columns_.size() + column] += mix(fact.what);
  }
}

void StateFacts::enumerate_namings(std::span<const std::uint32_t> client_classes) {
  constexpr std::size_t kMostClients = 8;
  std::vector<std::uint32_t> names(client_classes.size());
  std::iota(names.begin(), names.end(), 0U);
  namings_.assign(1, names);
  if (names.size() > kMostClients) return;
  while (std::ranges::next_permutation(names).found) {
    const bool keeps_classes = std::ranges::all_of(names, [&](const std::uint32_t& name) {
      const auto client = static_cast<std::size_t>(&name - names.data());
      return client_classes[client] == client_classes[name];
    });
    if (keeps_classes) namings_.push_back(names);
    if (namings_.size() > kMostNamings) {
      namings_.resize(1);  // the one that changes nothing
      return;
    }
  }
}

// A client that can be told from those that it is like by what is said of it alone needs no other naming than the one in
// the order of these sums.
std::uint64_t StateFacts::hash() {
  sum_up_clients();
  std::uint64_t least = 0;
  std::size_t last = namings_.size();
  for (std::size_t i = 0; i < namings_.size(); ++i) {
    if (!is_in_order(namings_[i])) continue;
    const std::uint64_t hash = hash_named(namings_[i]);
    if (last == namings_.size() || hash < least) {
      least = hash;
      chosen_ = i;
    }
    last = i;
  }
  if (chosen_ != last) hash_named(namings_[chosen_]);  // for its columns
  return least;
}

// Whatever the servers are called, and however many there could be.
void StateFacts::sum_up_clients() {
  const std::uint64_t* sum = sums_.data() + columns_.size();
  for (std::uint64_t& of_client : of_clients_) {
    of_client = *sum++;
    for (std::size_t i = 1; i < columns_.size(); ++i, ++sum) {
      if (*sum != 0) of_client += mix(*sum);
    }
  }
}

bool StateFacts::is_in_order(std::span<const std::uint32_t> names) const {
  for (std::uint32_t b = 1; b < names.size(); ++b) {
    for (std::uint32_t a = 0; a < b; ++a) {
      if (classes_[a] != classes_[b] || of_clients_[a] == of_clients_[b]) continue;
      if ((names[a] < names[b]) != (of_clients_[a] < of_clients_[b])) return false;
    }
  }
  return true;
}

std::uint64_t StateFacts::named(const Fact& fact, std::span<const std::uint32_t> names) {
  if (fact.clients.front().is_none()) return mix(fact.what);
  std::uint64_t hash = fact.what;
  for (const NodeId client : fact.clients) {
    if (client.is_none()) break;
    const bool known = client.value() < names.size();
    hash = mix(hash + (known ? names[client.value()] : client.value()));
  }
  return hash;
}

std::uint64_t StateFacts::column_hash(std::size_t column) const {
  return mix(mix(columns_[column]) + (servers_alike_ ? 0 : column));
}

std::uint64_t StateFacts::signature(const Fact& fact) const {
  const std::uint64_t hash = named(fact, namings_[chosen_]);
  const std::size_t column = column_of(fact);
  return column == 0 || column >= columns_.size() ? hash : mix(hash + column_hash(column));
}

std::uint64_t StateFacts::hash_named(std::span<const std::uint32_t> names) {
  const std::size_t columns = columns_.size();
  std::copy_n(sums_.begin(), columns, columns_.begin());
  const std::uint64_t* sums = sums_.data();
  for (const std::uint32_t name : names) {
    sums += columns;
    const std::uint64_t factor = factor_of(name);
    for (std::size_t i = 0; i < columns; ++i) columns_[i] += factor * sums[i];
  }
  for (const Fact& fact : several_) columns_[column_of(fact)] += named(fact, names);
  std::uint64_t sum = columns_.front();
  for (std::size_t i = 1; i < columns; ++i) {
    if (columns_[i] != 0) sum += column_hash(i);
  }
  return sum;
}

}  // namespace picklock

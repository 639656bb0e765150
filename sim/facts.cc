#include "sim/facts.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>

#include "base/require.h"

namespace picklock {
namespace {

// More namings than this cost more than they save.
constexpr std::size_t kMostNamings = 120;

std::optional<std::uint64_t> bits_of(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  constexpr int kHexadecimal = 16;
  if (text.size() != kDigits) return std::nullopt;
  std::uint64_t bits = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, bits, kHexadecimal).ptr != end) return std::nullopt;
  return bits;
}

}  // namespace

void Names::add_token(std::string_view token, Nth name) {
  const auto bits = bits_of(token);
  require(bits.has_value(), "a token is sixteen hexadecimal digits");
  const auto place =
      std::ranges::lower_bound(tokens_, *bits, {}, [](auto& one) { return one.first; });
  if (place == tokens_.end() || place->first != *bits) tokens_.insert(place, {*bits, name});
}

const Names::Nth* Names::find_token(std::string_view text) const {
  const auto bits = bits_of(text);
  if (!bits) return nullptr;
  const auto place =
      std::ranges::lower_bound(tokens_, *bits, {}, [](auto& one) { return one.first; });
  return place == tokens_.end() || place->first != *bits ? nullptr : &place->second;
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
  return add(hash_text(text));
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
  enumerate_namings(client_classes);
  names_of_.assign(client_classes.size(), {});
  for (const std::vector<std::uint32_t>& naming : namings_) {
    for (std::size_t client = 0; client < naming.size(); ++client) {
      std::vector<std::uint32_t>& names = names_of_[client];
      if (std::ranges::find(names, naming[client]) == names.end()) names.push_back(naming[client]);
    }
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

std::uint64_t StateFacts::hash() {
  add_up();
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t i = 0; i < namings_.size(); ++i) {
    const std::uint64_t hash = hash_named(namings_[i]);
    if (hash < least) chosen_ = i;
    least = std::min(least, hash);
  }
  if (chosen_ + 1 != namings_.size()) hash_named(namings_[chosen_]);  // for its columns
  return least;
}

// Most facts name one client or none: under a naming they are what they are when this client has that name, however
// the others are called.
void StateFacts::add_up() {
  const std::size_t clients = namings_.front().size();
  std::size_t columns = 1;
  for (const Fact& fact : facts_) columns = std::max(columns, column_of(fact) + 1);
  columns_.resize(columns);
  sums_.assign((1 + clients * clients) * columns, 0);
  several_.clear();
  for (const Fact& fact : facts_) {
    const NodeId first = fact.clients.front();
    if (!fact.clients[1].is_none()) {
      several_.push_back(fact);
    } else if (first.is_none() || first.value() >= clients) {
      sums_[column_of(fact)] += named(fact, namings_.front());
    } else {
      for (const std::uint32_t name : names_of_[first.value()]) {
        sums_[row_of(first.value(), name) + column_of(fact)] += mix(fact.what + name);
      }
    }
  }
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

std::uint64_t StateFacts::column_hash(std::size_t server) const {
  return mix(mix(columns_[server + 1]) + (servers_alike_ ? 0 : server + 1));
}

std::uint64_t StateFacts::signature(const Fact& fact) const {
  const std::uint64_t hash = named(fact, namings_[chosen_]);
  return fact.server.is_none() ? hash : mix(hash + column_hash(fact.server.value()));
}

std::uint64_t StateFacts::hash_named(std::span<const std::uint32_t> names) {
  std::copy_n(sums_.begin(), columns_.size(), columns_.begin());
  for (std::uint32_t client = 0; client < names.size(); ++client) {
    const std::size_t row = row_of(client, names[client]);
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i] += sums_[row + i];
  }
  for (const Fact& fact : several_) columns_[column_of(fact)] += named(fact, names);
  std::uint64_t sum = columns_.front();
  for (std::size_t i = 1; i < columns_.size(); ++i) {
    if (columns_[i] != 0) sum += column_hash(i - 1);
  }
  return sum;
}

}  // namespace picklock

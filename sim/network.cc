#include "sim/network.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/distribution.h"

namespace picklock {
namespace {

// A link's streams are named "delay client-1 -> redis-1".
constexpr std::string_view kDelay = "delay ";
constexpr std::string_view kLoss = "loss ";
constexpr std::string_view kDuplication = "duplication ";
constexpr std::string_view kArrow = " -> ";

}  // namespace

void Network::configure(const NetworkSpec& spec) {
  spec_ = spec;
  index_.assign(kernel_.node_count() * (kernel_.node_count() + 1), 0);
  links_.clear();
  links_.reserve(4 * kernel_.node_count());  // clients that speak with few servers
  datagrams_.clear();
  topology_ = Topology(kernel_.node_count());
}

void Network::reset() {
  for (Link& link : links_) {
    link.last_arrival = TrueTime{};
    link.connection = 0;
    link.messages = 0;
    link.holds = false;
    link.delay.rewind();
  }
  for (Datagrams& link : datagrams_) {
    link.loss.rewind();
    link.duplication.rewind();
  }
  topology_.reset();
  held_.clear();
  messages_ = 0;
}

std::uint64_t Network::messages_of(NodeId node) const {
  std::uint64_t messages = 0;
  for (const Link& link : links_) {
    if (from_of(link.id) == node || to_of(link.id) == node) messages += link.messages;
  }
  return messages;
}

std::string Network::link_name(LinkId link) const {
  std::string name = kernel_.node(from_of(link)).name;
  name += kArrow;
  return name += kernel_.node(to_of(link)).name;
}

std::uint32_t Network::make_link(NodeId from, NodeId to) {
  const std::string& here = kernel_.node(from).name;
  const std::string& there = kernel_.node(to).name;
  const auto stream = [&](std::string_view what) { return Stream(what, here, kArrow, there); };
  links_.push_back(Link{.id = link_of(from, to), .delay = stream(kDelay)});
  if (spec_.datagrams) datagrams_.push_back({stream(kLoss), stream(kDuplication)});
  return static_cast<std::uint32_t>(links_.size());
}

void Network::name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const {
  for (const Link& link : links_) {
    for (const std::string_view what : {kDelay, kLoss, kDuplication}) {
      const std::string name = std::string(what) + link_name(link.id);
      names.emplace_back(hash_text(name), name);
    }
  }
}

Duration Network::delay_of(Link& link) {
  using Kind = DurationSpec::Kind;
  if (spec_.delay.kind == Kind::constant) return spec_.delay.min;
  const std::uint64_t draw = kernel_.choices().draw(link.delay);
  if (spec_.delay.kind != Kind::uniform) return quantile(spec_.delay, draw);
  return uniform_quantile(spec_.delay.min, spec_.delay.max, draw);  // the common case, inlined
}

Duration Network::draw_delay(NodeId from, NodeId to) {
  return delay_of(open(from, to));
}

TrueTime Network::arrival(Link& link, Duration delay, bool overtake) {
  TrueTime at = kernel_.now() + delay;
  if (overtake) return at;
  if (!spec_.datagrams) at = std::max(at, link.last_arrival);
  link.last_arrival = std::max(at, link.last_arrival);
  return at;
}

inline void Network::push(std::uint32_t place, const Link& link, TrueTime at,
                          const Outgoing& message, std::uint8_t flags) {
  Kernel::Payload payload;
  payload.word = std::uint64_t{link.connection} << 32 | place;
  payload.slot = message.slot;
  payload.link = link.id;
  payload.kind = message.kind;
  payload.flags = flags;
  payload.nth = static_cast<std::uint32_t>(link.messages);
  kernel_.push(at, *message.handler, message.to, payload);
}

void Network::note(const Outgoing& message, const Link& link, std::uint8_t flags) {
  kept_places_[{link.id, static_cast<std::uint32_t>(link.messages), flags == copy}] = kept_->size();
  kept_->push_back({.from = message.from,
                    .to = message.to,
                    .sent = kernel_.now(),
                    .what = std::string(message.what)});
}

void Network::note_arrival(const Kernel::Payload& payload) {
  const auto place = kept_places_.find({payload.link, payload.nth, (payload.flags & copy) != 0});
  if (place != kept_places_.end()) (*kept_)[place->second].received = kernel_.now();
}

std::uint32_t Network::send(const Outgoing& message) {
  if (!kernel_.node(message.from).is_up) return 0;  // the dead do not speak
  ++messages_;
  const std::uint32_t place = place_of(message.from, message.to);
  Link& link = links_[place];
  ++link.messages;
  const Duration delay = delay_of(link);
  const bool may_suffer = filter_ != nullptr || spec_.datagrams || !topology_.is_whole();
  if (may_suffer || kept_ != nullptr) [[unlikely]]
    return send_with_care(place, delay, message);
  push(place, link, arrival(link, delay, false), message, 0);
  return 1;
}

std::uint32_t Network::send_with_care(std::uint32_t place, Duration delay,
                                      const Outgoing& message) {
  Link& link = links_[place];
  MessageFilter::Ruling ruling;
  if (filter_ != nullptr) ruling = filter_->rule(message.from, message.to, message.what);
  if (spec_.datagrams) {
    Datagrams& streams = datagrams_[place];
    const bool lost = kernel_.choices().happens(streams.loss, spec_.loss);
    ruling.lose |= lost;
    const bool twice = kernel_.choices().happens(streams.duplication, spec_.duplication);
    ruling.duplicate |= twice;
  }
  if (kept_ != nullptr) [[unlikely]]
    note(message, link, 0);
  const bool into_a_cut = topology_.is_cut(message.from, message.to) && !link.holds;
  if (ruling.lose || into_a_cut) return 0;
  delay += ruling.extra;
  push(place, link, arrival(link, delay, ruling.overtake), message, 0);
  if (!ruling.duplicate) return 1;
  if (kept_ != nullptr) [[unlikely]]
    note(message, link, copy);
  push(place, link, kernel_.now() + delay + ruling.duplicate_after, message, copy);
  return 2;
}

Network::Arrival Network::arrives_despite_cuts(const Link& link, const Kernel::Payload& payload) {
  if (!topology_.is_cut(from_of(payload.link), to_of(payload.link))) return Arrival::arrived;
  if (!link.holds) return Arrival::lost;
  held_.push_back(payload);
  return Arrival::held;
}

// What a cut holds back is the end of what was sent over its link.
void Network::add_facts(StateFacts& facts) const {
  facts.add(held_.size());
  for (const Link& link : links_) {
    const bool later = link.last_arrival > kernel_.now();
    if (link.connection == 0 && !link.holds && !later) continue;
    FactBuilder fact(kernel_.names());
    kernel_.name(fact, from_of(link.id));
    kernel_.name(fact, to_of(link.id));
    fact.add(std::uint64_t{link.connection} << 1 | (link.holds ? 1 : 0));
    fact.add(later ? static_cast<std::uint64_t>(nanoseconds(link.last_arrival)) : 0);
    facts.add(fact.fact());
  }
}

void Network::cut(NodeId from, NodeId to, bool hold) {
  topology_.cut(from, to);
  if (hold) open(from, to).holds = true;
}

void Network::restore(NodeId from, NodeId to) {
  topology_.restore(from, to);
  if (topology_.is_cut(from, to)) return;
  const LinkId id = link_of(from, to);
  open(from, to).holds = false;
  const auto released = std::stable_partition(
      held_.begin(), held_.end(), [&](const Kernel::Payload& held) { return held.link != id; });
  for (auto held = released; held != held_.end(); ++held) {
    kernel_.push_again(kernel_.now(), *held);
  }
  held_.erase(released, held_.end());
}

void Network::reset_connection(NodeId a, NodeId b) {
  ++open(a, b).connection;
  ++open(b, a).connection;
}

}  // namespace picklock

// Directed links between nodes: delay, order, loss, duplication, cuts and resets.
//
// A link is a stream by default, as TCP gives it: FIFO, nothing lost but by a cut or a reset. As
// datagrams, messages may be lost, duplicated and overtaken. A cut link loses (or holds) what is sent
// over it and what would arrive over it. A reset ends the connection: what was in flight never arrives.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "checker/history.h"
#include "scenarios/scenario.h"
#include "sim/choices.h"
#include "sim/kernel.h"
#include "sim/topology.h"

namespace picklock {

using LinkId = std::uint32_t;

// One message about to be sent. `what` names its content for fault patterns ("SET", "write").
struct Outgoing {
  NodeId from;
  NodeId to;
  std::string_view what;
  Handler* handler = nullptr;  // gets it, with this kind and slot
  std::uint8_t kind = 0;
  std::uint32_t slot = 0;
};

// Looks at each message before it is sent, when there are message faults.
class MessageFilter {
 public:
  struct Ruling {
    bool lose = false;
    bool duplicate = false;
    bool overtake = false;  // may arrive before what is in flight
    Duration extra{};       // more delay
    Duration duplicate_after{};
  };
  virtual Ruling rule(NodeId from, NodeId to, std::string_view what) = 0;

 protected:
  ~MessageFilter() = default;
};

class Network {
 public:
  explicit Network(Kernel& kernel) : kernel_(kernel), topology_(0) {}

  // After all nodes were added to the kernel.
  void configure(const NetworkSpec& spec);
  void reset();
  void set_filter(MessageFilter* filter) { filter_ = filter; }
  // Adds every message from now on to `messages`, which outlives the run; nullptr: none.
  void keep(std::vector<SentMessage>* messages) {
    kept_ = messages;
    kept_places_.clear();
  }

  // Sends; returns how many copies are under way. All but the first carry the flag `copy`.
  static constexpr std::uint8_t copy = 4;
  std::uint32_t send(const Outgoing& message);

  // To be called by a handler when a message comes due.
  enum class Arrival : std::uint8_t {
    arrived,
    lost,  // its link is cut, or its connection was reset meanwhile
    held,  // by a partition that holds messages: it comes due again when the partition ends
  };
  Arrival arrives(const Kernel::Payload& payload) {
    const Link& link = links_[static_cast<std::uint32_t>(payload.word)];
    if (link.connection != static_cast<std::uint32_t>(payload.word >> 32)) return Arrival::lost;
    const Arrival arrival =
        topology_.is_whole() ? Arrival::arrived : arrives_despite_cuts(link, payload);
    if (kept_ != nullptr && arrival == Arrival::arrived) [[unlikely]]
      note_arrival(payload);
    return arrival;
  }

  // Breaks the connection between two nodes, in both directions.
  void reset_connection(NodeId a, NodeId b);

  // Cuts from -> to until restored; cuts nest. What a cut that holds has stopped goes on when nothing
  // cuts the link any more.
  void cut(NodeId from, NodeId to, bool hold);
  void restore(NodeId from, NodeId to);
  bool is_cut(NodeId from, NodeId to) const { return topology_.is_cut(from, to); }

  // A delay drawn for a link without sending anything: a refused connection takes as long.
  Duration draw_delay(NodeId from, NodeId to);

  std::uint64_t messages() const { return messages_; }
  // Those of them that this node sent or was sent. O(links).
  std::uint64_t messages_of(NodeId node) const;
  // What it keeps beside the events, for the state of a run.
  void add_facts(StateFacts& facts) const;
  // The names of all streams that this network draws from.
  void name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const;

 private:
  struct Link {
    LinkId id = 0;
    std::uint32_t connection = 0;
    std::uint64_t messages = 0;
    TrueTime last_arrival{};
    Stream delay;
    bool holds = false;  // while it is cut
  };
  struct Datagrams {  // what only datagrams suffer
    Stream loss;
    Stream duplication;
  };
  LinkId link_of(NodeId from, NodeId to) const {
    return static_cast<LinkId>(from.value() * kernel_.node_count() + to.value());
  }
  NodeId from_of(LinkId link) const {
    return NodeId(link / static_cast<std::uint32_t>(kernel_.node_count()));
  }
  NodeId to_of(LinkId link) const {
    return NodeId(link % static_cast<std::uint32_t>(kernel_.node_count()));
  }
  std::string link_name(LinkId link) const;
  // The place in links_ of a link, which is made when it is used first.
  std::uint32_t place_of(NodeId from, NodeId to) {
    std::uint32_t& place = index_[index_of(from, to)];
    if (place == 0) [[unlikely]]
      place = make_link(from, to);
    return place - 1;
  }
  // Both directions of a pair lie side by side, and all pairs of a server that stands behind the clients
  // in one row: what one server exchanges with many clients stays in few cache lines.
  static std::size_t index_of(NodeId from, NodeId to) {
    const std::size_t high = std::max(from.value(), to.value());
    const std::size_t low = std::min(from.value(), to.value());
    return high * (high + 1) + 2 * low + (from.value() > to.value() ? 1 : 0);
  }
  std::uint32_t make_link(NodeId from, NodeId to);
  Link& open(NodeId from, NodeId to) { return links_[place_of(from, to)]; }
  // Where messages may be lost, copied or overtake each other, or somebody wants to know of them.
  std::uint32_t send_with_care(std::uint32_t place, Duration delay, const Outgoing& message);
  Duration delay_of(Link& link);
  TrueTime arrival(Link& link, Duration delay, bool overtake);
  void push(std::uint32_t place, const Link& link, TrueTime at, const Outgoing& message,
            std::uint8_t flags);
  void note(const Outgoing& message, const Link& link, std::uint8_t flags);
  void note_arrival(const Kernel::Payload& payload);
  Arrival arrives_despite_cuts(const Link& link, const Kernel::Payload& payload);

  Kernel& kernel_;
  NetworkSpec spec_;
  MessageFilter* filter_ = nullptr;
  std::vector<std::uint32_t> index_;  // by index_of(): place in links_ + 1; 0 = never used
  std::vector<Link> links_;
  std::vector<Datagrams> datagrams_;  // of links_, when they carry datagrams
  Topology topology_;
  std::vector<Kernel::Payload> held_;
  std::vector<SentMessage>* kept_ = nullptr;
  // Places in *kept_ by link, ordinal on it, and whether it is a copy.
  std::map<std::tuple<LinkId, std::uint32_t, bool>, std::size_t> kept_places_;
  std::uint64_t messages_ = 0;
};

}  // namespace picklock

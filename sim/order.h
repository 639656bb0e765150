// Which of the events that are due at one instant comes next.
//
// A kernel without an order takes them as they were inserted. With one, events of one instant are taken in the
// order that it says; the messages of one link stay in theirs, and so do the timers of one node. What nothing
// can tell apart is not asked about: events of the world and of the background come first, and so does what meets
// a node that stands still, or nobody who waits for it. The history shows the order: each event is recorded 1 ns after the one before it,
// while all clocks show one and the same instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "sim/choices.h"
#include "sim/event_queue.h"

namespace picklock {

class Kernel;

// Events whose order among themselves never changes share a lane: a link, or a node.
using Lane = std::uint64_t;
constexpr Lane kLinks = Lane{1} << 32;
constexpr Lane lane_of(const EventQueue::Payload& event) {
  return event.link != 0 ? kLinks | event.link : Lane{event.owner};
}

class Order {
 public:
  struct Due {
    EventQueue::Payload event;
    Lane lane = 0;
    std::uint64_t rank = 0;
  };
  static constexpr std::size_t kStop = ~std::size_t{0};
  static constexpr std::size_t kAsk = kStop - 1;

  virtual ~Order() = default;
  // Once for each event, when it comes due.
  virtual std::uint64_t rank(const EventQueue::Payload& event) = 0;
  // One of `places`, which has at least two: places of `due` that may come next, in the order of insertion. kStop
  // ends the run.
  virtual std::size_t next(std::span<const Due> due, std::span<const std::size_t> places) = 0;
  // Whether it asks for the state of the run, so that nodes must remember what they are handed.
  virtual bool tells_states_apart() const { return false; }
  // A place of which is known already that it comes next, whether there is a choice or not; kAsk: next() must say.
  virtual std::size_t repeats() { return kAsk; }
  // Asked after repeats(): whether the event that comes next, and all before it, were those of the run before, so that
  // who remembers them need not look at them again.
  virtual bool was_so_before() const { return false; }
  // The event at this place comes next, whether there was a choice or not.
  virtual void taken(std::size_t /*place*/, const Due& /*due*/) {}
  // The node has come to a point of which faults may make use: the number of a free fault that strikes here, after
  // which it is asked again; kNoFault: nothing does, or nothing more.
  static constexpr std::uint32_t kNoFault = 0xffffffff;
  virtual std::uint32_t strikes(NodeId /*node*/, std::string_view /*point*/) { return kNoFault; }
};

// "order client-1 -> redis-1", "order client-1"
std::string order_name(const Kernel& kernel, Lane lane);

// Each event is postponed by a draw, counted in events: 0, the dull one, keeps the order of insertion.
class DrawnOrder final : public Order {
 public:
  explicit DrawnOrder(Kernel& kernel) : kernel_(kernel) {}
  void reset();
  std::uint64_t rank(const EventQueue::Payload& event) override;
  std::size_t next(std::span<const Due> due, std::span<const std::size_t> places) override;
  void name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const;

 private:
  Kernel& kernel_;
  std::map<Lane, Stream> streams_;
};

}  // namespace picklock

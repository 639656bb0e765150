#include "sim/order.h"

#include <algorithm>

#include "sim/kernel.h"

namespace picklock {
namespace {

// How many events may go before it. A random draw is less than 32, so that an event waits for as long as a few
// others take; a number that is written down says it itself.
std::uint64_t postponed_by(std::uint64_t draw) {
  constexpr std::uint64_t kWrittenDown = std::uint64_t{1} << 32;
  return draw < kWrittenDown ? draw : draw >> 59;
}

}  // namespace

std::string order_name(const Kernel& kernel, Lane lane) {
  const auto number = static_cast<std::uint32_t>(lane);
  const auto name = [&](std::size_t node) {
    return kernel.node(NodeId(static_cast<std::uint32_t>(node))).name;
  };
  if ((lane & kLinks) == 0) return "order " + name(number);
  const std::size_t nodes = kernel.node_count();
  return "order " + name(number / nodes) + " -> " + name(number % nodes);
}

void DrawnOrder::reset() {
  for (auto& [lane, stream] : streams_) stream.rewind();
}

std::uint64_t DrawnOrder::rank(const EventQueue::Payload& event) {
  if (event.owner >= kernel_.node_count()) return kernel_.events();  // of the world
  const Lane lane = lane_of(event);
  auto found = streams_.find(lane);
  if (found == streams_.end()) {
    found = streams_.emplace(lane, Stream(order_name(kernel_, lane))).first;
  }
  return kernel_.events() + postponed_by(kernel_.choices().draw(found->second));
}

std::size_t DrawnOrder::next(std::span<const Due> due, std::span<const std::size_t> places) {
  return *std::ranges::min_element(places, {}, [&](std::size_t place) { return due[place].rank; });
}

void DrawnOrder::name_streams(std::vector<std::pair<std::uint64_t, std::string>>& names) const {
  for (const auto& [lane, stream] : streams_) {
    names.emplace_back(stream.key(), order_name(kernel_, lane));
  }
}

}  // namespace picklock

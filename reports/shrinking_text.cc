#include "reports/shrinking_text.h"

#include <fmt/core.h>

#include <string_view>

#include "reports/time_axis.h"

namespace picklock {
namespace {

std::string amount(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count == 0 ? "no" : std::to_string(count), what,
                     count == 1 ? "" : "s");
}

std::string change(std::size_t before, std::size_t after, std::string_view what) {
  const std::string now = amount(after, what);
  return before == after ? now : fmt::format("{} instead of {}", now, before);
}

}  // namespace

std::string shrinking_text(const Shrinking& shrinking) {
  const RunSize& before = shrinking.before;
  const RunSize& after = shrinking.after;
  std::string length = length_text(after.length);
  if (length != length_text(before.length)) length += " instead of " + length_text(before.length);
  return fmt::format(
      "made small: {}, {}, {}, {} from the dull run, {}, {}; {} ({})",
      change(before.faults, after.faults, "fault"), change(before.clients, after.clients, "client"),
      change(before.servers, after.servers, "server"),
      change(before.deviations, after.deviations, "deviation"),
      change(before.events, after.events, "event"), length,
      shrinking.is_minimal ? "nothing more can be taken away" : "there may be a smaller one",
      amount(shrinking.replays, "replay"));
}

}  // namespace picklock

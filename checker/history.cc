#include "checker/history.h"

#include <array>

namespace picklock {
namespace {

template <class Enum, std::size_t N>
std::string_view name_of(Enum value, const std::array<std::string_view, N>& names) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view to_string(EventKind kind) {
  static constexpr std::array<std::string_view, 16> kNames{
      "invoke",  "complete", "deadline",  "aware",  "named",   "renewed", "woken",     "unnamed",
      "applied", "crashed",  "restarted", "paused", "resumed", "fault",   "fault_end", "elected"};
  return name_of(kind, kNames);
}

std::string_view to_string(Cause cause) {
  static constexpr std::array<std::string_view, 6> kNames{"none",        "released", "deleted",
                                                          "overwritten", "expired",  "lost"};
  return name_of(cause, kNames);
}

std::string_view to_string(Role role) {
  static constexpr std::array<std::string_view, 3> kNames{"client", "server", "resource"};
  return name_of(role, kNames);
}

void add_to(Digest& digest, const Event& event) {
  const auto small = [](auto value) { return static_cast<std::uint64_t>(value); };
  digest.add(small(nanoseconds(event.at)));
  digest.add(small(event.kind) | small(event.action) << 8 | small(event.outcome) << 16 |
             small(event.cause) << 24 | small(event.node.value()) << 32);
  digest.add(small(event.op.value()) | small(event.hold.value()) << 32);
  digest.add(small(event.value));
  digest.add(small(event.fence));
}

}  // namespace picklock

#include "reports/result.h"

#include <fmt/core.h>

#include <charconv>

#include "reports/statistics.h"

namespace picklock {

double rate(const PropertyResult& property) {
  const std::uint64_t decided = property.runs - property.undecided_runs;
  if (decided == 0) return 0;
  return static_cast<double>(property.violated_runs) / static_cast<double>(decided);
}

double upper_bound_95(const PropertyResult& property) {
  return upper_bound_95(property.violated_runs, property.runs - property.undecided_runs);
}

std::uint64_t digest_of(const History& history) {
  Digest digest;
  for (const Event& event : history.events) add_to(digest, event);
  for (const SentMessage& message : history.messages) {
    digest.add(std::uint64_t{message.from.value()} << 32 | message.to.value());
    digest.add(static_cast<std::uint64_t>(nanoseconds(message.sent)));
    digest.add(static_cast<std::uint64_t>(nanoseconds(message.received)));
    digest.add(hash_text(message.what));
  }
  return digest.value();
}

std::string_view status_name(Status status) {
  switch (status) {
    case Status::holds:
      return "holds";
    case Status::violated:
      return "violated";
    case Status::undecided:
      break;
  }
  return "undecided";
}

std::optional<Status> find_status(std::string_view name) {
  for (const Status status : {Status::holds, Status::violated, Status::undecided}) {
    if (status_name(status) == name) return status;
  }
  return std::nullopt;
}

std::string hex_digest(std::uint64_t digest) {
  return fmt::format("{:016x}", digest);
}

std::optional<std::uint64_t> parse_hex_digest(std::string_view text) {
  std::uint64_t digest = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digest, 16);
  const bool whole = text.size() == 16 && error == std::errc{} && end == text.data() + text.size();
  if (!whole || hex_digest(digest) != text) return std::nullopt;
  return digest;
}

}  // namespace picklock

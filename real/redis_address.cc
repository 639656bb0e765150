#include "real/redis_address.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace picklock {
namespace {

constexpr std::string_view kScheme = "redis://";

std::optional<std::string> without_percents(std::string_view text) {
  constexpr std::size_t kDigits = 2;
  std::string plain;
  while (!text.empty()) {
    if (text.front() != '%') {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() <= kDigits) return std::nullopt;
    unsigned char code = 0;
    const char* const end = text.data() + 1 + kDigits;
    if (std::from_chars(text.data() + 1, end, code, 16).ptr != end) return std::nullopt;
    plain += static_cast<char>(code);
    text.remove_prefix(1 + kDigits);
  }
  return plain;
}

// "USER:PASSWORD" or ":PASSWORD"; false when it is neither.
bool read_login(std::string_view login, RedisAddress& address) {
  const std::size_t colon = login.find(':');
  if (colon == std::string_view::npos) return false;
  auto user = without_percents(login.substr(0, colon));
  auto password = without_percents(login.substr(colon + 1));
  if (!user || !password || password->empty()) return false;
  address.user = *std::move(user);
  address.password = *std::move(password);
  return true;
}

// "HOST", "HOST:PORT", "[::1]:PORT"
bool read_place(std::string_view place, RedisAddress& address) {
  std::size_t end = place.find(':');
  if (place.starts_with('[')) {
    const std::size_t bracket = place.find(']');
    if (bracket == std::string_view::npos) return false;
    address.host = place.substr(1, bracket - 1);
    end = bracket + 1;
  } else {
    address.host = place.substr(0, end);
  }
  if (address.host.empty()) return false;
  if (end >= place.size()) return true;
  const std::string_view port = place.substr(end);
  const char* const last = port.data() + port.size();
  const auto [read, error] = std::from_chars(port.data() + 1, last, address.port);
  return port.front() == ':' && error == std::errc{} && read == last && address.port != 0;
}

}  // namespace

std::string to_string(const RedisAddress& address) {
  const bool has_colons = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", has_colons ? "[" : "", address.host, has_colons ? "]" : "",
                     address.port);
}

Result<std::vector<RedisAddress>> parse_redis_urls(std::string_view text) {
  using Parsed = Result<std::vector<RedisAddress>>;
  std::vector<RedisAddress> addresses;
  const auto wrong = [&](std::string_view what) {
    return Parsed::failure(fmt::format("part {}: expected {}", addresses.size() + 1, what));
  };
  if (!text.starts_with(kScheme)) return wrong("redis://HOST:PORT");
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    if (part.starts_with(kScheme)) part.remove_prefix(kScheme.size());
    if (part.ends_with('/')) part.remove_suffix(1);
    RedisAddress address;
    const std::size_t at = part.rfind('@');
    if (at != std::string_view::npos) {
      if (!read_login(part.substr(0, at), address)) return wrong("USER:PASSWORD@ or :PASSWORD@");
      part.remove_prefix(at + 1);
    }
    if (part.find('/') != std::string_view::npos) return wrong("no path: keys are of database 0");
    if (!read_place(part, address)) return wrong("HOST:PORT, with a port from 1 to 65535");
    addresses.push_back(std::move(address));
    if (comma == std::string_view::npos) return Parsed(std::move(addresses));
    text.remove_prefix(comma + 1);
  }
}

}  // namespace picklock

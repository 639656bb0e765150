#include "real/resp_stream.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <iterator>
#include <system_error>

namespace picklock {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::size_t RespStream::end_of(std::size_t at) {
  const std::size_t line = buffer_.find(kLineEnd, at);
  if (line == std::string::npos) return 0;
  const char kind = buffer_[at];
  std::size_t end = line + kLineEnd.size();
  if (kind == '+' || kind == '-' || kind == ':') return end;
  const auto count = number(std::string_view(buffer_).substr(at + 1, line - at - 1));
  broken_ |= (kind != '$' && kind != '*') || !count || *count < -1;
  if (broken_) return 0;
  if (kind == '$') {
    if (*count >= 0) end += static_cast<std::size_t>(*count) + kLineEnd.size();
    return end <= buffer_.size() ? end : 0;
  }
  for (std::int64_t i = 0; i < *count; ++i) {
    if (end >= buffer_.size()) return 0;
    end = end_of(end);
    if (end == 0) return 0;
  }
  return end;
}

std::optional<std::string_view> RespStream::next() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  if (buffer_.empty() || broken_) return std::nullopt;
  taken_ = end_of(0);
  if (taken_ == 0) return std::nullopt;
  return std::string_view(buffer_).substr(0, taken_);
}

void append_resp(const RedisCommand& command, std::string& to) {
  fmt::format_to(std::back_inserter(to), "*{}\r\n", command.size());
  for (std::size_t i = 0; i < command.size(); ++i) {
    fmt::format_to(std::back_inserter(to), "${}\r\n", command[i].size());
    to.append(command[i]).append(kLineEnd);
  }
}

bool read_resp(std::string_view message, RedisCommand& command) {
  command.clear();
  const auto line = [&](char kind) -> std::optional<std::int64_t> {
    const std::size_t end = message.find(kLineEnd);
    if (end == std::string_view::npos || message.front() != kind) return std::nullopt;
    const auto value = number(message.substr(1, end - 1));
    message.remove_prefix(end + kLineEnd.size());
    return value;
  };
  const auto count = line('*');
  if (!count) return false;
  for (std::int64_t i = 0; i < *count; ++i) {
    const auto length = line('$');
    if (!length || *length < 0) return false;
    const auto size = static_cast<std::size_t>(*length);
    if (message.size() < size + kLineEnd.size()) return false;
    command.add(message.substr(0, size));
    message.remove_prefix(size + kLineEnd.size());
  }
  return true;
}

}  // namespace picklock

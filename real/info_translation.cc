#include "real/info_translation.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "real/redis_info.h"
#include "real/wire.h"

namespace picklock {
namespace {

// "slave0:ip=127.0.0.1,port=4711,..." with the port at which sentinels find it.
std::string translate_replica(std::string_view line, const InfoTranslation& how) {
  constexpr std::string_view kPort = ",port=";
  const auto port = read_number<std::uint16_t>(info_value(line, kPort));
  const auto known = std::ranges::find(how.ports, port, [](const auto& one) { return one.first; });
  if (known == how.ports.end()) return std::string(line);
  const std::size_t begin = line.find(kPort) + kPort.size();
  const std::size_t end = line.find(',', begin);
  return fmt::format("{}{}{}", line.substr(0, begin), known->second, line.substr(end));
}

std::string translate_line(std::string_view line, const InfoTranslation& how) {
  if (line.starts_with("slave") && line.find(":ip=") != std::string_view::npos) {
    return translate_replica(line, how);
  }
  if (line.starts_with("master_port:")) return fmt::format("master_port:{}", how.primary_port);
  if (line.starts_with("master_link_status:")) {
    return how.in_sync ? "master_link_status:up" : "master_link_status:down";
  }
  if (line.starts_with("run_id:")) return "run_id:" + how.run_id;
  return std::string(line);
}

}  // namespace

std::string translate_info(std::string_view info, const InfoTranslation& how) {
  constexpr std::string_view kEnd = "\r\n";
  std::string translated;
  while (!info.empty()) {
    const std::size_t end = std::min(info.find(kEnd), info.size());
    const std::string_view line = info.substr(0, end);
    info.remove_prefix(std::min(end + kEnd.size(), info.size()));
    // Since when no link is up is told by seconds of real time.
    if (line.starts_with("master_link_down_since_seconds:")) continue;
    translated.append(translate_line(line, how)).append(kEnd);
  }
  return translated;
}

}  // namespace picklock

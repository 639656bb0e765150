// INFO of a server as a sentinel is to read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picklock {

// With ports at which sentinels find servers, and with the state of the links that are picklock's.
struct InfoTranslation {
  std::vector<std::pair<std::uint16_t, std::uint16_t>> ports;  // of the process, and for sentinels
  std::uint16_t primary_port = 0;
  bool in_sync = false;
  std::string run_id;
};
std::string translate_info(std::string_view info, const InfoTranslation& how);

}  // namespace picklock

// One value of what redis-server answers to INFO.
#pragma once

#include <cstddef>
#include <string_view>

namespace picklock {

// What stands behind `name`, as in "redis_version:" or ",offset=", up to the end of the line or of the item; empty when
// it is not there.
inline std::string_view info_value(std::string_view text, std::string_view name) {
  const std::size_t begin = text.find(name);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + name.size());
  return text.substr(0, text.find_first_of(",\r\n"));
}

}  // namespace picklock

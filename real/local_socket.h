// Sockets between processes of one machine. All functions give a file that is closed on exec(), or -1.
#pragma once

#include <cstdint>
#include <string>

namespace picklock {

int listen_at(const std::string& path);
int listen_on_loopback(std::uint16_t& port);  // at a free port of 127.0.0.1, which is told
int connect_to(const std::string& path);
int connect_to(std::uint16_t port);  // of 127.0.0.1, without Nagle's delay

// A port of 127.0.0.1 that was free a moment ago; 0 when there is none.
std::uint16_t free_loopback_port();

}  // namespace picklock

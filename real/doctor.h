// What this machine offers to the real runner, found out by trying.
#pragma once

#include <string>
#include <vector>

namespace picklock {

struct Probe {
  std::string group;  // "server", "fault"
  std::string name;   // "redis-server"
  bool works = false;
  bool needed = true;  // without it `picklock real` runs nothing
  std::string found;   // a version, or what went wrong
  std::string advice;  // what to install or to change; "" when nothing is to be done
};

// Starts a server and a few processes, and ends them again; takes a second or two.
std::vector<Probe> examine_machine();

}  // namespace picklock

// Faults: when they strike, whom, and what they do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/decoder.h"
#include "scenarios/loader.h"
#include "scenarios/scenario.h"

namespace picklock::loading {

inline constexpr std::int64_t kMostPpm = 900'000;
inline constexpr std::size_t kMostFaults = 1000;

// What faults may refer to. Where the sections that say so are wrong themselves, nothing is checked
// against them: one mistake, one diagnostic.
struct FaultSetting {
  const Scenario* scenario = nullptr;
  const Vocabulary* vocabulary = nullptr;
  const Vocabulary::LockEntry* lock = nullptr;
  bool nodes_known = false;
  bool workload_known = false;
  std::vector<std::string> nodes;  // every name, when nodes_known
};

// "client-3", "redis-1", "resource": what a name of a node says about its role.
bool is_client(std::string_view node);

// One node that exists.
Kind<std::string> a_node(const FaultSetting& setting);
// One name or an array of different names.
Kind<std::vector<std::string>> some_nodes(const FaultSetting& setting);

// "client-1 acquired": a node and something that it does.
struct Point {
  std::string node;
  std::string point;
};
Kind<Point> a_point(const FaultSetting& setting);
// "client-1 -> redis-1 SET"
Kind<MessagePattern> a_message(const FaultSetting& setting);

// Groups of nodes between which no message passes. More than one cut when no single set of groups has
// the shape; they then fall together.
using Groups = std::vector<std::vector<std::string>>;
Kind<std::vector<Groups>> a_partition(const FaultSetting& setting);

// A fault and its index in the file's array.
struct PlacedFault {
  Fault fault;
  std::size_t index = 0;
};

// Reads the array of faults into `faults`. A partition of several cuts becomes as many faults.
void read_faults(const Cursor& at, const FaultSetting& setting, std::vector<PlacedFault>& faults);
// The same of an object that has a swarm in their place. The network must have been read.
void read_swarm(const Cursor& at, Scenario& scenario);
Record<SwarmSpec> swarm_record();
Json swarm_schema();
// Of the array, or of that object.
Json faults_schema();

// The word for a kind of fault in files: "clock_step".
std::string_view word_of(FaultKind kind);

}  // namespace picklock::loading

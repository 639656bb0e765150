#include "scenarios/fault_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "scenarios/faults.h"

namespace picklock {
namespace {

constexpr std::size_t kMostNames = 4;

std::string listed(const std::vector<std::string>& names) {
  if (names.size() <= kMostNames) return joined(names);
  std::vector<std::string> few(names.begin(), names.begin() + kMostNames - 1);
  few.push_back(fmt::format("{} others", names.size() - few.size()));
  return joined(few);
}

std::string verb(const std::vector<std::string>& names, const char* of_one, const char* of_many) {
  return listed(names) + " " + (names.size() == 1 ? of_one : of_many);
}

std::string ordinal(std::uint32_t n) {
  constexpr std::array<const char*, 4> kWords{"", "first", "second", "third"};
  if (n < kWords.size()) return kWords[n];
  const bool is_teen = n % 100 >= 11 && n % 100 <= 13;
  constexpr std::array<const char*, 4> kEnds{"th", "st", "nd", "rd"};
  return fmt::format("{}{}", n, is_teen || n % 10 > 3 ? "th" : kEnds[n % 10]);
}

std::string message_of(const MessagePattern& pattern) {
  std::string text = pattern.what == "*" ? "message" : pattern.what;
  if (pattern.from != "*") text += " from " + pattern.from;
  if (pattern.to != "*") text += " to " + pattern.to;
  if (pattern.count == 1) return fmt::format("the {} {}", ordinal(pattern.nth), text);
  const std::string begin =
      pattern.nth == 1 ? "" : fmt::format(" from the {} on", ordinal(pattern.nth));
  return pattern.count == 0 ? fmt::format("every {}{}", text, begin)
                            : fmt::format("{} times{} a {}", pattern.count, begin, text);
}

// ` for 14s`; nothing when it has no fixed end.
std::string lasting(const Fault& fault) {
  const DurationSpec& length = fault.length;
  const bool is_fixed = length.kind == DurationSpec::Kind::constant && length.min != kForever;
  return is_fixed ? " for " + to_string(length.min) : "";
}

std::string crash_of(const Fault& fault) {
  std::string text = fault.power_loss ? verb(fault.on, "loses power", "lose power")
                                      : verb(fault.on, "crashes", "crash");
  if (lasting(fault).empty()) return text;
  text += fault.on.size() == 1 ? " and starts again" : " and start again";
  return fault.memory_lost ? text + " with an empty disk" : text;
}

std::string partition_of(const Fault& fault) {
  const auto& groups = fault.groups;
  if (fault.one_way && groups.size() == 2) {
    return fmt::format("nothing from {} reaches {}", listed(groups[0]), listed(groups[1]));
  }
  if (groups.size() == 2) {
    return verb(groups[0], "is cut off from ", "are cut off from ") + listed(groups[1]);
  }
  std::string text = "a cut between";
  for (const auto& group : groups) text += fmt::format(" [{}]", listed(group));
  return text;
}

std::string clocks_of(const std::vector<std::string>& names, const char* of_one,
                      const char* of_many) {
  return names.size() == 1 ? fmt::format("the clock of {} {}", names.front(), of_one)
                           : fmt::format("the clocks of {} {}", listed(names), of_many);
}

std::string deed_of(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::pause:
      return verb(fault.on, "freezes", "freeze") + lasting(fault);
    case FaultKind::suspend:
      return verb(fault.on, "is put to sleep", "are put to sleep") + lasting(fault);
    case FaultKind::crash:
      return crash_of(fault);
    case FaultKind::partition:
      return partition_of(fault) + lasting(fault);
    case FaultKind::delay:
      return message_of(fault.message) + " takes " + to_string(fault.by) + " longer";
    case FaultKind::lose:
      return message_of(fault.message) + " is lost";
    case FaultKind::duplicate:
      return message_of(fault.message) + " arrives twice";
    case FaultKind::reorder:
      return message_of(fault.message) + " overtakes those before it";
    case FaultKind::reset:
      return fmt::format("the connection between {} and {} breaks", listed(fault.on),
                         listed(fault.peers));
    case FaultKind::clock_step: {
      const std::string where = fault.by < Duration{} ? " back" : " ahead";
      const std::string by = to_string(fault.by < Duration{} ? -fault.by : fault.by) + where;
      return clocks_of(fault.on, "jumps ", "jump ") + by;
    }
    case FaultKind::clock_rate: {
      const std::string rate =
          fmt::format("{} ppm too {}", std::abs(fault.ppm), fault.ppm < 0 ? "slow" : "fast");
      return clocks_of(fault.on, "runs ", "run ") + rate + lasting(fault);
    }
    case FaultKind::clock_freeze:
      return clocks_of(fault.on, "stands still", "stand still") + lasting(fault);
    case FaultKind::promote:
      return verb(fault.on, "is made the primary", "are made the primary");
  }
  return fault.name;
}

// "pause 2", "partition 1.3": nobody called it so.
bool has_own_name(const Fault& fault) {
  const std::string kind = std::string(loading::word_of(fault.kind)) + " ";
  return !fault.name.starts_with(kind) ||
         !std::all_of(fault.name.begin() + static_cast<std::ptrdiff_t>(kind.size()),
                      fault.name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string in_words(const Fault& fault) {
  return has_own_name(fault) ? fault.name : deed_of(fault);
}

}  // namespace picklock

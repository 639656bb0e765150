// The table of all kinds of faults: their words, and the members that each may have.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scenarios/faults.h"

namespace picklock::loading {

struct FaultWord {
  FaultKind kind;
  const char* name;
  const char* about;
};

// In the order of FaultKind.
std::span<const FaultWord> fault_words();

// Whether it applies to messages.
bool is_message_fault(FaultKind kind);

// A fault as its members say, before they are put together.
struct FaultDraft {
  Fault fault;
  std::optional<DurationSpec> at;
  std::optional<DurationSpec> every;
  std::optional<Point> when;
  std::optional<Point> before;
  std::uint32_t nth = 1;
  DurationSpec delay;
  std::vector<Groups> cuts;
};

Record<FaultDraft> fault_record(const FaultWord& word, const FaultSetting& setting);

}  // namespace picklock::loading

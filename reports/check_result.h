// What `picklock check` found out about one part of a file, ready to be shown: plain data, which does not
// need the history any more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/judgement.h"
#include "checker/operations.h"

namespace picklock {

// An operation of a violation, in words.
struct ShownOperation {
  std::uint32_t place = 0;  // in the history
  std::uint32_t line = 0;   // in the file, 0 = none
  std::string process;
  std::string owner;   // "" when it is the process
  std::string object;  // "" when the history has one object without a name
  std::string call;    // "acquire", "write 3"
  std::string answer;  // "ok", "token 34", "5", "refused", "unknown"
  TrueTime invoked{};
  TrueTime returned = kNever;
  Outcome outcome = Outcome::unknown;
};

enum class Verified : std::uint8_t { not_asked, yes, no };

struct CheckResult {
  std::string file;
  std::string format;  // "EDN"
  Judgement judgement;
  std::vector<ShownOperation> sub_history;  // of the judgement
  std::string object;                       // of the judgement, if it has a name
  std::vector<std::string> remarks;         // while the violation came about
  std::uint64_t objects = 0;
  std::uint64_t processes = 0;
  std::uint64_t unknown = 0;    // operations of unknown outcome
  std::uint64_t malformed = 0;  // lines that could not be read
  bool times_are_positions = false;
  Verified verified = Verified::not_asked;
};

struct CheckDocument {
  std::vector<CheckResult> results;
  bool interrupted = false;
  double read_seconds = 0;
  double judge_seconds = 0;
  std::uint64_t peak_bytes = 0;
};

// The judgement of `history`, whose values and names are put into words.
CheckResult check_result(std::string file, std::string format, const OperationHistory& history,
                         Judgement judgement);

// The operation at this place, in words.
ShownOperation shown_operation(std::uint32_t place, const OperationHistory& history);

// "acquire", "cas [1 2]", "write \"a\"": what was called; and what came back.
std::string call_text(const Operation& operation, const ValueTable& values);
std::string answer_text(const Operation& operation, const ValueTable& values);

}  // namespace picklock

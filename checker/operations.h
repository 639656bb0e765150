// Operations on shared objects as somebody recorded them: an importer's output, the exact procedures'
// input. Nothing here knows from which tool they come.
//
// An operation takes effect at one instant of [invoked, returned], both ends included, so operations
// that touch are concurrent. A log that orders its events without trustworthy times (Jepsen's) gets its
// positions as times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/operation.h"
#include "base/time.h"
#include "checker/values.h"

namespace picklock {

enum class Verb : std::uint8_t {
  acquire,          // argument: permits (nil = 1); result: fencing token (nil = not told)
  release,          // argument: permits (nil = 1)
  renew,            // extends the lease of a hold
  read,             // result: the value, or the list of a set's members; of a resource with fences,
                    // argument: the token presented
  write,            // argument: the value; of a resource with fences, the token presented
  compare_and_set,  // argument: list (expected, new); a mismatch is a refusal
  append,           // argument: text that follows what is there
  add,              // argument: a set's member, or what a counter gains
  remove,           // argument: a set's member
  transaction,      // argument and result: list of lists (verb, key, value)
};
std::string_view to_string(Verb verb);

enum class Mode : std::uint8_t { exclusive, shared };

struct Operation {
  TrueTime invoked{};
  TrueTime returned = kNever;  // kNever exactly when the outcome is unknown
  Value argument;
  Value result;
  std::uint32_t process = 0;  // who called: one operation at a time
  std::uint32_t owner = 0;  // on whose behalf a lock is held: the process, unless the log says more
  std::uint32_t object = 0;  // which lock or key
  std::uint32_t line = 0;    // of the invocation in the file, from 1; 0 = none
  Verb verb{};
  Mode mode = Mode::exclusive;
  Outcome outcome = Outcome::unknown;
};

// Something that happened beside the operations: a fault, a note of the test harness.
struct Remark {
  TrueTime at{};
  std::string text;
};

// A process or an owner as a sentence names it: a number alone becomes "process 3".
std::string name_in_words(const std::string& name);

struct OperationHistory {
  std::vector<Operation> operations;  // in the order of invocation; equal times in the log's order
  std::vector<std::string> processes;
  std::vector<std::string> owners;
  std::vector<std::string> objects;  // one, without a name, when the log speaks of one object only
  std::vector<Remark> remarks;
  ValueTable values;
  bool times_are_positions = false;  // true: "times" count the log's events from 1
  std::uint64_t malformed = 0;       // lines that could not be read: what follows is not the whole
};

}  // namespace picklock

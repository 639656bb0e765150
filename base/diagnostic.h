// What is wrong with a user's input, and where. Input is never rejected without one of these.
#pragma once

#include <string>
#include <vector>

namespace picklock {

struct Diagnostic {
  std::string file;      // as the user named it; empty when there is none
  int line = 0;          // from 1; 0 = the file as a whole
  int column = 0;        // in bytes, from 1
  std::string pointer;   // JSON pointer of the value, empty when there is none
  std::string expected;  // "expected a duration such as \"500ms\", got 500"
  std::string hint;      // "did you mean \"ttl\"?", empty when there is none

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

// `file:line:col: /json/pointer: expected ..., got ... (hint)`, one line, without the line's end.
std::string to_string(const Diagnostic& diagnostic);

}  // namespace picklock

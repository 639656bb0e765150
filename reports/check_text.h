// What `picklock check` prints for people.
#pragma once

#include <string>
#include <string_view>

#include "reports/canvas.h"
#include "reports/check_result.h"

namespace picklock {

// The verdict, the whole specification that it was judged by, the reason in one sentence, and for a
// violation the operations that nothing explains together, drawn.
std::string check_text(const CheckResult& result, const TerminalStyle& style);

// One line, for programs that check many files.
std::string check_line(const CheckResult& result, const TerminalStyle& style);

// What many results come to, and the next useful command, the last line, when it is not empty.
std::string check_summary(const CheckDocument& document, std::string_view next_command,
                          const TerminalStyle& style);

// The specification's record in words: what is demanded, what refusals mean, what a process may do after
// a time-out, what the object is at first.
std::string in_words(const Specification& specification);

}  // namespace picklock

// The rules of the house that a machine can check. Each takes a file and returns its complaints, "path:line:
// what is wrong".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/style/source_text.h"

namespace picklock::style {

using Complaints = std::vector<std::string>;

// co_await stands alone: `co_await e;`, `const T name = co_await e;` or `co_return co_await e;`, where e is
// a name or a call, without braces. No co_yield. docs/coroutines.md says why.
Complaints check_coroutines(const SourceFile& file);

// A folder includes only the folders below it, and only its own third parties. Tests may include more.
Complaints check_includes(const SourceFile& file);

// What a source uses of the headers that the build compiles beforehand, it includes, or a header that it includes
// does: where nothing is compiled beforehand it compiles all the same.
Complaints check_used_headers(const std::vector<SourceFile>& files);

// Two headers that define different classes of one name, which a linker takes for one class: it keeps one of their
// destructors.
Complaints check_class_names(const std::vector<SourceFile>& files);

// What would make two runs differ: floating point, random distributions, clocks of the machine, and
// unordered containers (which are allowed on a line whose comment says why their order cannot show).
Complaints check_determinism(const SourceFile& file);

// At most 300 lines, of a test 400.
Complaints check_length(const SourceFile& file);

// No promises to come back later.
Complaints check_markers(const SourceFile& file);

// Each lock is one file with a Promise and a Breaks, and one line in algorithms/locks.def.
Complaints check_locks(const std::vector<SourceFile>& files);

}  // namespace picklock::style

// The sources of the checkout, and what is left of a C++ file without its comments and literals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace picklock::style {

struct SourceFile {
  std::string path;  // from the root, with slashes: "sim/clock.h"
  std::string text;
};

// Every .h, .cc, .def, .cmake, .md and CMakeLists.txt below the folders that the project owns, by path.
std::vector<SourceFile> checkout();

// The same text with the inside of comments, string and character literals turned into blanks. Lines and
// columns stay where they are.
std::string code_of(std::string_view text);

std::vector<std::string_view> lines_of(std::string_view text);
// Counted from 1.
std::size_t line_at(std::string_view text, std::size_t position);

bool is_cpp(const SourceFile& file);
// A test, or something that only tests use.
bool is_test(std::string_view path);

}  // namespace picklock::style

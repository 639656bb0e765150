#include "tests/style/source_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace picklock::style {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 13> kFolders{
    "base",    "checker", "algorithms", "scenarios", "sim",  "real", "search",
    "reports", "cli",     "tests",      "bench",     "docs", "cmake"};

bool is_source(const fs::path& path) {
  constexpr std::array<std::string_view, 5> kExtensions{".h", ".cc", ".def", ".cmake", ".md"};
  const std::string extension = path.extension().string();
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end() ||
         path.filename() == "CMakeLists.txt";
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the literal or comment that begins at `begin` ends; `begin` itself when there is none.
std::size_t end_of_blank(std::string_view text, std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  const auto after = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = rest.find(mark, from);
    return begin + (found == std::string_view::npos ? rest.size() : found + mark.size());
  };
  if (rest.starts_with("//")) return after("\n", 0) - 1;  // the line break stays
  if (rest.starts_with("/*")) return after("*/", 2);
  if (rest.starts_with("R\"")) {
    const std::size_t open = rest.find('(');
    if (open == std::string_view::npos) return begin;
    return after(")" + std::string(rest.substr(2, open - 2)) + "\"", open);
  }
  const char quote = rest.front();
  const bool separates_digits =
      quote == '\'' && begin > 0 && std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0;
  if ((quote != '"' && quote != '\'') || separates_digits) return begin;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      return begin + i + 1;
    }
  }
  return text.size();
}

}  // namespace

std::vector<SourceFile> checkout() {
  const fs::path root = PICKLOCK_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const std::string_view folder : kFolders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      files.push_back({fs::relative(entry.path(), root).generic_string(), read(entry.path())});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = end_of_blank(text, i);
    if (end == i) {
      ++i;
      continue;
    }
    // The quotes of a literal stay, so that it still is a term of its expression.
    const std::size_t quote = text[i] == '/' ? 0 : 1;
    for (std::size_t at = i + quote; at + quote < end; ++at) {
      if (code[at] != '\n') code[at] = ' ';
    }
    i = end;
  }
  return code;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t line_at(std::string_view text, std::size_t position) {
  const auto before = text.substr(0, position);
  return static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
}

bool is_cpp(const SourceFile& file) {
  return file.path.ends_with(".h") || file.path.ends_with(".cc");
}

bool is_test(std::string_view path) {
  return path.ends_with("_test.cc") || path.starts_with("tests/") ||
         path.find("/testing/") != std::string_view::npos;
}

}  // namespace picklock::style

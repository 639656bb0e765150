#include <algorithm>
#include <cctype>
#include <regex>

#include "tests/style/rules.h"

namespace picklock::style {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Inside parentheses: a condition, an argument, the header of a for, or a lambda that is an argument.
bool is_nested(std::string_view code, std::size_t position) {
  int depth = 0;
  for (const char c : code.substr(0, position)) {
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
  }
  return depth > 0;
}

// What stands before `position` in its statement. An `if (...)`, `while (...)` or `else` in front governs
// the statement, and does not belong to it.
std::string prefix_of(const std::string& code, std::size_t position) {
  int depth = 0;
  std::size_t begin = position;
  for (; begin > 0; --begin) {
    const char c = code[begin - 1];
    if (c == ')') ++depth;
    if (c == '(') --depth;
    if (depth == 0 && (c == ';' || c == '{' || c == '}')) break;
  }
  std::string prefix = code.substr(begin, position - begin);
  static const std::regex kElse(R"(^\s*else\b)");
  static const std::regex kGoverned(R"(^\s*(if|while|for)\s*\()");
  prefix = std::regex_replace(prefix, kElse, "");
  while (std::regex_search(prefix, kGoverned)) {
    std::size_t end = prefix.find('(');
    depth = 1;
    while (depth > 0 && ++end < prefix.size()) {
      if (prefix[end] == '(') ++depth;
      if (prefix[end] == ')') --depth;
    }
    prefix.erase(0, end + 1);
  }
  return prefix;
}

// The expression after co_await, up to its ';', is a name or a call: outside its parentheses it has
// names, "::", "." and "->" only, and no braces anywhere.
bool is_plain_call(std::string_view code, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '{' || c == '}') return false;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (depth < 0) return false;
    if (depth > 0 || c == ')' || c == ']') continue;
    if (c == ';') return true;
    if (c == '-' && i + 1 < code.size() && code[i + 1] == '>') {
      ++i;
      continue;
    }
    if (!is_word(c) && c != ':' && c != '.' && std::isspace(static_cast<unsigned char>(c)) == 0) {
      return false;
    }
  }
  return false;
}

bool is_allowed_prefix(const std::string& prefix) {
  static const std::regex kPrefix(R"(\s*(co_return\s+|const\s+[\w:<>,\s]+\s\w+\s*=\s*)?)");
  return std::regex_match(prefix, kPrefix);
}

}  // namespace

Complaints check_coroutines(const SourceFile& file) {
  if (!is_cpp(file)) return {};
  static const std::regex kKeyword(R"(\bco_(await|yield)\b)");
  Complaints complaints;
  const std::string code = code_of(file.text);
  std::size_t statement_end = 0;
  for (std::sregex_iterator match(code.begin(), code.end(), kKeyword), end; match != end; ++match) {
    const auto position = static_cast<std::size_t>(match->position());
    const std::string before = code.substr(0, position);
    const std::size_t operator_begin = before.find_last_not_of(" \t\n");
    const bool is_declaration = operator_begin != std::string::npos &&
                                before.substr(0, operator_begin + 1).ends_with("operator");
    if (is_declaration) continue;

    const std::size_t after = position + static_cast<std::size_t>(match->length());
    const bool allowed = (*match)[1] == "await" && !is_nested(code, position) &&
                         position >= statement_end &&
                         is_allowed_prefix(prefix_of(code, position)) && is_plain_call(code, after);
    statement_end = std::min(code.find(';', after), code.size());
    if (allowed) continue;
    complaints.push_back(file.path + ":" + std::to_string(line_at(code, position)) +
                         ": co_await must stand alone");
  }
  return complaints;
}

}  // namespace picklock::style

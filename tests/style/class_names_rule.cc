#include <map>
#include <regex>
#include <string>

#include "tests/style/rules.h"

namespace picklock::style {

Complaints check_class_names(const std::vector<SourceFile>& files) {
  static const std::regex kLine(
      R"(^(?:namespace ([\w:]+) \{|(?:class|struct) (\w+)(?: final)?(?: : [^;]*)? ?\{))");
  std::map<std::string, std::string> defined_in;
  Complaints complaints;
  for (const SourceFile& file : files) {
    if (!file.path.ends_with(".h") || is_test(file.path)) continue;
    const std::string code = code_of(file.text);
    std::string space;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(code)) {
      ++number;
      std::cmatch match;
      if (!std::regex_search(line.data(), line.data() + line.size(), match, kLine)) continue;
      if (match[1].matched) {
        space = match[1];
        continue;
      }
      const std::string name = space + "::" + match[2].str();
      const auto [first, is_new] = defined_in.emplace(name, file.path);
      if (is_new) continue;
      complaints.push_back(file.path + ":" + std::to_string(number) + ": " + name +
                           " is the name of a class in " + first->second);
    }
  }
  return complaints;
}

}  // namespace picklock::style

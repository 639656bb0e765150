#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "tests/style/rules.h"

namespace picklock::style {
namespace {

using Names = std::set<std::string, std::less<>>;

// Each header that the build compiles beforehand, and what it is there for.
const std::map<std::string, Names>& names_of_headers() {
  static const std::map<std::string, Names> kNames{
      {"algorithm",
       {"all_of",   "any_of",      "clamp",       "copy",        "copy_if",   "count",
        "count_if", "equal_range", "fill",        "find",        "find_if",   "for_each",
        "includes", "lower_bound", "max",         "max_element", "min",       "min_element",
        "minmax",   "none_of",     "nth_element", "remove_if",   "replace",   "reverse",
        "rotate",   "set_union",   "sort",        "stable_sort", "partition", "transform",
        "unique",   "upper_bound", "is_sorted",   "partial_sort"}},
      {"array", {"array", "to_array"}},
      {"cstdint",
       {"int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
        "uintptr_t"}},
      {"functional", {"function", "invoke", "reference_wrapper", "ref", "cref"}},
      {"map", {"map", "multimap"}},
      {"memory", {"make_shared", "make_unique", "shared_ptr", "unique_ptr", "weak_ptr"}},
      {"optional", {"make_optional", "nullopt", "optional"}},
      {"set", {"multiset", "set"}},
      {"span", {"as_bytes", "span"}},
      {"string", {"getline", "stoi", "string", "to_string"}},
      {"string_view", {"string_view"}},
      {"utility", {"as_const", "exchange", "forward", "move", "pair", "swap", "to_underlying"}},
      {"vector", {"vector"}},
  };
  return kNames;
}

// What includes bring beyond their own name, by the standard or in any implementation that works.
const std::map<std::string, Names>& also_brought() {
  static const std::map<std::string, Names> kAlso{
      {"algorithm", {"utility"}},
      {"functional", {"utility"}},
      {"map", {"utility"}},
      {"memory", {"utility"}},
      {"optional", {"utility"}},
      {"string", {"string_view", "utility"}},
      {"set", {"utility"}},
      {"tuple", {"utility"}},
      {"variant", {"utility"}},
      {"vector", {"utility"}},
      {"filesystem", {"string", "string_view"}},
      {"fstream", {"string"}},
      {"iostream", {"string"}},
      {"sstream", {"string"}},
      {"fmt/format.h", {"string", "cstdint"}},
  };
  return kAlso;
}

class Includes {
 public:
  explicit Includes(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      if (is_cpp(file)) texts_.emplace(file.path, file.text);
    }
  }

  // All standard headers that `path` has, itself or by what it includes.
  const Names& of(const std::string& path) {
    const auto [found, is_new] = known_.try_emplace(path);
    Names& names = found->second;
    const auto text = texts_.find(path);
    if (!is_new || text == texts_.end()) return names;
    static const std::regex kInclude(R"(#\s*include\s*(["<])([^">]+)[">])");
    const std::string_view lines = text->second;
    for (std::cregex_iterator it(lines.data(), lines.data() + lines.size(), kInclude), end;
         it != end; ++it) {
      const std::string target = (*it)[2];
      if ((*it)[1] == "\"") {
        const Names more = of(target);
        known_.at(path).insert(more.begin(), more.end());
      } else {
        add(known_.at(path), target);
      }
    }
    return known_.at(path);
  }

 private:
  static void add(Names& names, const std::string& header) {
    names.insert(header);
    const auto also = also_brought().find(header);
    if (also != also_brought().end()) names.insert(also->second.begin(), also->second.end());
  }

  std::map<std::string, std::string> texts_;
  std::map<std::string, Names> known_;
};

}  // namespace

Complaints check_used_headers(const std::vector<SourceFile>& files) {
  static const std::regex kName(R"(\bstd::(?:ranges::)?([a-z_0-9]+))");
  std::map<std::string, std::string, std::less<>> header_of;
  for (const auto& [header, names] : names_of_headers()) {
    for (const std::string& name : names) header_of.emplace(name, header);
  }
  Includes includes(files);
  Complaints complaints;
  for (const SourceFile& file : files) {
    if (!is_cpp(file) || is_test(file.path)) continue;
    const Names& there = includes.of(file.path);
    const std::string code = code_of(file.text);
    Names missing;
    for (std::sregex_iterator it(code.begin(), code.end(), kName), end; it != end; ++it) {
      const auto header = header_of.find((*it)[1].str());
      if (header == header_of.end() || there.contains(header->second)) continue;
      if (!missing.insert(header->second).second) continue;
      const auto line = line_at(code, static_cast<std::size_t>(it->position()));
      complaints.push_back(file.path + ":" + std::to_string(line) + ": " + it->str() + " needs <" +
                           header->second + ">");
    }
  }
  return complaints;
}

}  // namespace picklock::style

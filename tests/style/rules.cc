#include "tests/style/rules.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace picklock::style {
namespace {

std::string complaint(const SourceFile& file, std::size_t line, const std::string& what) {
  return file.path + ":" + std::to_string(line) + ": " + what;
}

std::string folder_of(std::string_view path) {
  return std::string(path.substr(0, path.find('/')));
}

// The folders and single headers that each folder may include beside itself.
const std::map<std::string, std::set<std::string>>& allowed_includes() {
  static const std::map<std::string, std::set<std::string>> kAllowed{
      {"base", {}},
      {"checker", {"base"}},
      {"algorithms", {"base"}},
      {"scenarios", {"base"}},
      {"sim", {"base", "algorithms", "scenarios", "checker/history.h"}},
      {"real", {"base", "algorithms", "scenarios", "sim", "checker/history.h"}},
      {"search", {"base", "algorithms", "scenarios", "sim", "checker"}},
      {"reports", {"base", "checker"}},
  };
  return kAllowed;
}

// By the first part of the included path; what is not listed is the standard library or the system.
const std::map<std::string, std::set<std::string>>& third_parties() {
  static const std::map<std::string, std::set<std::string>> kUsers{
      {"boost", {"checker", "sim"}},
      {"nlohmann", {"scenarios", "reports", "cli"}},
      {"lua.h", {"sim"}},
      {"lua.hpp", {"sim"}},
      {"lauxlib.h", {"sim"}},
      {"lualib.h", {"sim"}},
      {"hiredis", {"real"}},
      {"zookeeper", {"real"}},
      {"CLI", {"cli"}},
      {"benchmark", {"bench"}},
      {"gtest", {}},
      {"gmock", {}},
  };
  return kUsers;
}

}  // namespace

Complaints check_includes(const SourceFile& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
  Complaints complaints;
  const std::string folder = folder_of(file.path);
  const std::vector<std::string_view> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::cmatch match;
    const char* begin = lines[i].data();
    if (!std::regex_search(begin, begin + lines[i].size(), match, kInclude)) continue;
    const std::string target = match[2];
    const std::string top = folder_of(target);
    if (is_test(file.path)) continue;
    if (match[1] == "\"") {
      const auto rule = allowed_includes().find(folder);
      if (rule == allowed_includes().end() || top == folder) continue;
      if (rule->second.contains(top) || rule->second.contains(target)) continue;
      complaints.push_back(complaint(file, i + 1, folder + " may not include " + target));
    } else if (const auto users = third_parties().find(top); users != third_parties().end()) {
      if (users->second.contains(folder)) continue;
      complaints.push_back(complaint(file, i + 1, folder + " may not include <" + target + ">"));
    }
  }
  return complaints;
}

Complaints check_determinism(const SourceFile& file) {
  const std::string folder = folder_of(file.path);
  if (is_test(file.path)) return {};
  if (folder != "sim" && folder != "checker" && folder != "algorithms") return {};
  // Redis has numbers with a fraction: scores, and what INCRBYFLOAT adds. They are data there.
  const bool has_fractions = file.path.starts_with("sim/servers/redis_");
  static const std::regex kFraction(R"(\b(double|float)\b)");
  static const std::regex kForbidden(
      R"(#\s*include\s*<(random|ctime)>|_clock::now\b|\b(s?rand|time|clock)\s*\(\s*(0|NULL|nullptr)?\s*\))"
      R"(|std::(random_device|mt19937|shuffle|this_thread)|\bgettimeofday\b|\bclock_gettime\b)");
  static const std::regex kUnordered(R"(\bunordered_(multi)?(map|set)\s*<)");

  Complaints complaints;
  const std::string code = code_of(file.text);
  const std::vector<std::string_view> lines = lines_of(code);
  const std::vector<std::string_view> raw = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto has = [&](const std::regex& what) {
      return std::regex_search(lines[i].begin(), lines[i].end(), what);
    };
    if (has(kForbidden)) {
      complaints.push_back(
          complaint(file, i + 1, "chance or time that does not come from the run"));
    }
    if (has(kFraction) && !has_fractions) {
      complaints.push_back(complaint(file, i + 1, "floating point"));
    }
    const bool explained = raw[i].find("//") != std::string_view::npos;
    if (has(kUnordered) && !explained) {
      complaints.push_back(
          complaint(file, i + 1, "unordered container without a reason beside it"));
    }
  }
  return complaints;
}

Complaints check_length(const SourceFile& file) {
  if (!is_cpp(file)) return {};
  const std::size_t limit = is_test(file.path) ? 400 : 300;
  const std::size_t lines = lines_of(file.text).size();
  if (lines <= limit) return {};
  return {
      complaint(file, lines, std::to_string(lines) + " lines, at most " + std::to_string(limit))};
}

Complaints check_markers(const SourceFile& file) {
  // Written apart, so that this file has none of them.
  static const std::regex kMarker(R"(\b(TO)"
                                  R"(DO|FIX)"
                                  R"(ME|XX)"
                                  R"(X)\b)");
  Complaints complaints;
  const std::vector<std::string_view> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!std::regex_search(lines[i].begin(), lines[i].end(), kMarker)) continue;
    complaints.push_back(complaint(file, i + 1, "a marker of unfinished work"));
  }
  return complaints;
}

Complaints check_locks(const std::vector<SourceFile>& files) {
  static const std::regex kEntry(R"(PICKLOCK_LOCK\((\w+),)");
  static const std::regex kHeader(
      R"(^// .+\n//\n// Promise  \S.*\n(//          \S.*\n)*// Breaks   \S.*\n)");
  std::set<std::string> paths;
  std::set<std::string> entered;
  Complaints complaints;
  for (const SourceFile& file : files) {
    paths.insert(file.path);
    if (file.path != "algorithms/locks.def") continue;
    const std::string code = code_of(file.text);
    for (std::sregex_iterator match(code.begin(), code.end(), kEntry), end; match != end; ++match) {
      if (entered.insert((*match)[1]).second) continue;
      complaints.push_back(file.path + ": " + std::string((*match)[1]) + " is entered twice");
    }
  }
  for (const SourceFile& file : files) {
    // A source with a header of its own is no lock: nobody calls a lock by its class.
    const bool is_lock = folder_of(file.path) == "algorithms" && file.path.ends_with(".cc") &&
                         !is_test(file.path) &&
                         !paths.contains(file.path.substr(0, file.path.size() - 2) + "h");
    if (!is_lock) continue;
    const std::size_t slash = file.path.rfind('/') + 1;
    const std::string name = file.path.substr(slash, file.path.size() - slash - 3);
    if (entered.erase(name) == 0) {
      complaints.push_back(file.path + ": no line in algorithms/locks.def");
    }
    if (!std::regex_search(file.text, kHeader, std::regex_constants::match_continuous)) {
      complaints.push_back(file.path + ": must begin with a title, a Promise and a Breaks");
    }
    if (file.text.find("make_" + name + "(") == std::string::npos) {
      complaints.push_back(file.path + ": defines no make_" + name);
    }
  }
  for (const std::string& name : entered) {
    complaints.push_back("algorithms/locks.def: " + name + " has no file of its own");
  }
  return complaints;
}

}  // namespace picklock::style

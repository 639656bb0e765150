#include "cli/annotation_output.h"

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "base/input_file.h"
#include "reports/annotations.h"
#include "scenarios/positions.h"

namespace picklock::cli {
namespace {

// Where scenario files speak of their properties and fixes. Each file is read once.
class Lines {
 public:
  int of(const std::string& file, const std::string& about) {
    const auto [place, is_new] = known_.try_emplace(file);
    if (is_new) place->second = read(file);
    const auto line = place->second.find(about);
    return line == place->second.end() ? 1 : line->second;
  }

 private:
  static std::map<std::string, int> read(const std::string& file) {
    std::map<std::string, int> lines;
    const Result<InputFile> input = InputFile::open(file);
    if (!input) return lines;
    Diagnostics problems;
    const auto document = loading::read_document(input->text(), problems);
    if (!document || !document->value.is_object()) return lines;
    const auto add = [&](const std::string& pointer, const std::string& name) {
      const auto place = document->positions.of_value(pointer);
      if (place) lines[name] = place->line;
    };
    const auto expect = document->value.find("expect");
    if (expect != document->value.end() && expect->is_object()) {
      for (const auto& [name, value] : expect->items()) {
        add("/expect/" + loading::escape_token(name), name);
      }
    }
    const auto fixes = document->value.find("fixes");
    if (fixes == document->value.end() || !fixes->is_array()) return lines;
    for (std::size_t i = 0; i < fixes->size(); ++i) {
      const auto& fix = (*fixes)[i];
      if (!fix.is_object() || !fix.contains("name") || !fix["name"].is_string()) continue;
      add(fmt::format("/fixes/{}", i), fix["name"].get<std::string>());
    }
    return lines;
  }

  std::map<std::string, std::map<std::string, int>> known_;
};

}  // namespace

bool annotate(std::span<const Table> tables, const std::string& summary) {
  Lines lines;
  fmt::print("{}", annotations(tables, [&](const std::string& file, const std::string& about) {
               return lines.of(file, about);
             }));
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return true;
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << summary << '\n';
  file.flush();
  if (file) return true;
  fmt::print(stderr, "picklock: {}: cannot be written, and GITHUB_STEP_SUMMARY names it\n", path);
  return false;
}

}  // namespace picklock::cli

#include "scenarios/loader.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include "scenarios/decode.h"
#include "scenarios/overrides.h"
#include "scenarios/syntax.h"

namespace picklock {
namespace {

using namespace loading;  // NOLINT: the parts of the loader

constexpr std::size_t kLargestFile = std::size_t{4} * 1024 * 1024;

// A value that --set has put in its place.
struct Mark {
  std::string place;  // its pointer
  std::string name;   // "--set /lock/ttl"
};

bool is_within(std::string_view pointer, std::string_view outer) {
  return pointer.starts_with(outer) &&
         (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

// From issues at pointers to diagnostics at places of the file, or at overrides.
class Locator {
 public:
  Locator(const std::string& file, const Positions& positions, const Edit& edit,
          const std::vector<Mark>& marks)
      : file_(file), positions_(positions), edit_(edit), marks_(marks) {}

  Diagnostic locate(const Issue& issue) const {
    Diagnostic diagnostic{.file = file_,
                          .pointer = edit_.original(issue.pointer),
                          .expected = issue.expected,
                          .hint = issue.hint};
    if (const Mark* mark = mark_of(diagnostic.pointer)) {
      diagnostic.file = mark->name;
      if (diagnostic.pointer == mark->place) diagnostic.pointer.clear();
      return diagnostic;
    }
    const Place place = place_of(diagnostic.pointer, issue.at_key);
    diagnostic.line = place.line;
    diagnostic.column = place.column;
    return diagnostic;
  }

 private:
  // The last override that made the value, or of which the value is a part that the file has not.
  const Mark* mark_of(const std::string& pointer) const {
    const bool in_file = positions_.of_value(pointer).has_value();
    for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark) {
      if (is_within(pointer, mark->place) || (!in_file && is_within(mark->place, pointer)))
        return &*mark;
    }
    return nullptr;
  }

  // The nearest enclosing value that the file has.
  Place place_of(std::string pointer, bool at_key) const {
    while (true) {
      const auto place = at_key ? positions_.of_key(pointer) : positions_.of_value(pointer);
      if (place) return *place;
      if (pointer.empty()) return Place{.line = 1, .column = 1};
      pointer.resize(pointer.rfind('/'));
      at_key = false;
    }
  }

  const std::string& file_;
  const Positions& positions_;
  const Edit& edit_;
  const std::vector<Mark>& marks_;
};

// The scenario with one fix, as JSON. What does not apply is an issue at the fix's pointer.
Json with_fix(Edit& edit, const Fix& fix, const std::string& pointer, Issues& issues) {
  for (const auto& [where, value] : fix.set) {
    const std::string problem = edit.set(where, Json::parse(value, nullptr, false));
    if (!problem.empty()) {
      issues.add({.pointer = pointer + "/set/" + escape_token(where),
                  .at_key = true,
                  .expected = problem});
    }
  }
  edit.finish();
  Json fixed = edit.root();
  fixed.erase("fixes");
  static constexpr std::array<const char*, 3> kExpected{"holds", "violated", "any"};
  for (const auto& [property, expected] : fix.expect) {
    fixed["expect"][property] = kExpected.at(static_cast<std::size_t>(expected));
  }
  return fixed;
}

// Each fix must load as cleanly as the scenario itself; what it breaks is reported where it stands.
void check_fixes(const Json& root, const Scenario& scenario, const Vocabulary& vocabulary,
                 Issues& issues) {
  const std::set<Issue> known(issues.list().begin(), issues.list().end());
  for (std::size_t i = 0; i < scenario.fixes.size(); ++i) {
    const std::string pointer = fmt::format("/fixes/{}", i);
    const Fix& fix = scenario.fixes[i];
    if (fix.set.empty() || !issues.clean(pointer + "/set")) continue;
    Edit edit(root);
    const Json fixed = with_fix(edit, fix, pointer, issues);
    if (!issues.clean(pointer + "/set")) continue;
    Issues broken;
    decode_scenario(fixed, vocabulary, broken);
    for (const Issue& issue : broken.list()) {
      if (known.contains(issue)) continue;
      const std::string broken_at = edit.original(issue.pointer);
      std::string at = pointer;
      for (const auto& [where, value] : fix.set) {
        if (is_within(broken_at, where)) at = pointer + "/set/" + escape_token(where);
      }
      issues.add(
          {.pointer = at,
           .expected = fmt::format("with this fix, {}: {}",
                                   broken_at.empty() ? "the scenario" : broken_at, issue.expected),
           .hint = issue.hint});
    }
  }
}

void sort_by_place(Diagnostics& diagnostics) {
  std::ranges::stable_sort(diagnostics, [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

Diagnostic about_file(const std::string& name, std::string expected) {
  return Diagnostic{.file = name, .expected = std::move(expected)};
}

void apply_overrides(std::span<const Override> overrides, Edit& edit, std::vector<Mark>& marks,
                     Diagnostics& problems) {
  for (const auto& [pointer, text] : overrides) {
    const std::string name = "--set " + pointer;
    const bool is_text = !first_byte_that_is_no_text(pointer) && !first_byte_that_is_no_text(text);
    const std::string problem =
        is_text ? edit.set(pointer, lenient_value(text)) : "expected UTF-8 text, got other bytes";
    if (problem.empty()) {
      marks.push_back({.place = edit.place(), .name = name});
    } else {
      problems.push_back(about_file(name, problem));
    }
  }
  edit.finish();
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The text of a file, or why there is none.
Result<std::string> read_text(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  const auto refuse = [&](std::string why) {
    return Result<std::string>(Diagnostics{about_file(path, std::move(why))});
  };
  if (status.type() == std::filesystem::file_type::not_found)
    return refuse("expected a scenario file, got a name that does not exist");
  if (std::filesystem::is_directory(status))
    return refuse("expected a scenario file, got a directory");
  const std::string too_large = fmt::format("expected a file of at most {} MiB, got a larger one",
                                            kLargestFile / 1024 / 1024);
  const auto size =
      std::filesystem::file_size(path, error);  // fails for pipes, which are read up to the limit
  if (!error && size > kLargestFile) return refuse(too_large);
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr)
    return refuse("expected a file that can be read, got an error when opening it");
  std::string text;
  std::array<char, 65536> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    text.append(chunk.data(), count);
    if (text.size() > kLargestFile) return refuse(too_large);
  }
  if (std::ferror(file.get()) != 0)
    return refuse("expected a file that can be read, got an error when reading it");
  return text;
}

}  // namespace

Result<LoadedScenario> load_scenario(const std::string& path, const Vocabulary& vocabulary,
                                     std::span<const Override> overrides) {
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  return parse_scenario(*text, path, vocabulary, overrides);
}

Result<LoadedScenario> parse_scenario(std::string_view text, const std::string& name,
                                      const Vocabulary& vocabulary,
                                      std::span<const Override> overrides) {
  if (text.size() > kLargestFile)
    return Diagnostics{about_file(name, "expected at most 4 MiB of text, got more")};
  Diagnostics problems;
  std::optional<Document> document = read_document(text, problems);
  for (Diagnostic& problem : problems) problem.file = name;
  if (!document) return problems;

  Edit edit(std::move(document->value));
  std::vector<Mark> marks;
  apply_overrides(overrides, edit, marks, problems);
  Issues issues;
  Scenario scenario = decode_scenario(edit.root(), vocabulary, issues);
  check_fixes(edit.root(), scenario, vocabulary, issues);

  const Locator locator(name, document->positions, edit, marks);
  for (const Issue& issue : issues.list()) problems.push_back(locator.locate(issue));
  if (!problems.empty()) {
    sort_by_place(problems);
    return problems;
  }
  return LoadedScenario{.scenario = std::move(scenario), .json = edit.root().dump()};
}

Result<LoadedScenario> apply_fix(const LoadedScenario& loaded, const Fix& fix,
                                 const Vocabulary& vocabulary) {
  Issues issues;
  Edit edit(Json::parse(loaded.json, nullptr, false));
  const Json fixed = with_fix(edit, fix, "", issues);
  Scenario scenario = decode_scenario(fixed, vocabulary, issues);
  if (issues.list().empty())
    return LoadedScenario{.scenario = std::move(scenario), .json = fixed.dump()};
  Diagnostics problems;
  for (const Issue& issue : issues.list()) {
    problems.push_back({.file = fmt::format("fix \"{}\"", fix.name),
                        .pointer = issue.pointer,
                        .expected = issue.expected,
                        .hint = issue.hint});
  }
  return problems;
}

}  // namespace picklock

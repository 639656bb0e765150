// The rules of the house, applied to the checkout; and for each rule, samples that it must flag and samples
// that it must pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/style/rules.h"
#include "tests/style/source_text.h"

namespace picklock::style {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Rule = Complaints (*)(const SourceFile&);

const std::vector<SourceFile>& sources() {
  static const std::vector<SourceFile> kSources = checkout();
  return kSources;
}

Complaints everywhere(Rule rule) {
  Complaints all;
  for (const SourceFile& file : sources()) {
    for (std::string& one : rule(file)) all.push_back(std::move(one));
  }
  return all;
}

std::string joined(const Complaints& complaints) {
  std::string text;
  for (const std::string& one : complaints) text += one + "\n";
  return text;
}

// ---- the checkout --------------------------------------------------------------------------------

TEST(Style, CheckoutIsFound) {
  EXPECT_GT(sources().size(), 50U);
  std::size_t awaits = 0;
  for (const SourceFile& file : sources()) {
    if (file.path.starts_with("algorithms/") && file.text.find("co_await") != std::string::npos) {
      ++awaits;
    }
  }
  EXPECT_GT(awaits, 10U);
}

TEST(Style, CoroutinesUseTheAllowedFormsOnly) {
  EXPECT_EQ(joined(everywhere(check_coroutines)), "");
}

TEST(Style, FoldersIncludeWhatIsBelowThemOnly) {
  EXPECT_EQ(joined(everywhere(check_includes)), "");
}

TEST(Style, EveryClassHasANameOfItsOwn) {
  EXPECT_EQ(joined(check_class_names(sources())), "");
}

TEST(Style, SourcesIncludeWhatTheyUse) {
  EXPECT_EQ(joined(check_used_headers(sources())), "");
}

TEST(Style, DecisionsAreReproducible) {
  EXPECT_EQ(joined(everywhere(check_determinism)), "");
}

TEST(Style, FilesAreShort) {
  EXPECT_EQ(joined(everywhere(check_length)), "");
}

TEST(Style, NothingIsLeftForLater) {
  EXPECT_EQ(joined(everywhere(check_markers)), "");
}

TEST(Style, EveryLockIsOneFileAndOneLine) {
  EXPECT_EQ(joined(check_locks(sources())), "");
}

// ---- the rules themselves ------------------------------------------------------------------------

Complaints in_coroutine(const std::string& statements) {
  return check_coroutines({"algorithms/sample.cc", "Task<void> f() {\n" + statements + "\n}\n"});
}

class AllowedCoroutine : public testing::TestWithParam<const char*> {};
TEST_P(AllowedCoroutine, Passes) {
  EXPECT_THAT(in_coroutine(GetParam()), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(
    Samples, AllowedCoroutine,
    testing::Values("co_await f();", "co_await env_.sleep(a + b(c));", "co_await call;",
                    "const int x = co_await f();", "const ns::T<int, 2> x = co_await a.b()->c(1);",
                    "co_return co_await f(x);",
                    "const RedisReply reply =\n    co_await r.g(\"}\", k);",
                    "if (a) {\n  co_await f();\n}", "for (const T& t : ts) {\n  co_await f(t);\n}",
                    "while (a) { co_await f(); }", "if (a) co_await f();",
                    "if (a(b)) co_return co_await f();", "if (a) {\n} else co_await f();",
                    "for (int i = 0; i < n; ++i) co_await f(i);", "while (a) if (b) co_await f();",
                    "co_await f();  // not { co_await g() }",
                    "/* if (co_await f()) */ co_return 1;", "const char* s = \"(co_await f()\";",
                    "Await operator co_await() && { return Await(frame_); }",
                    "const int n = 1'000; co_await f(n);", "co_await f(servers_[i]);"));

class ForbiddenCoroutine : public testing::TestWithParam<const char*> {};
TEST_P(ForbiddenCoroutine, IsFlagged) {
  EXPECT_THAT(in_coroutine(GetParam()), SizeIs(1));
}
INSTANTIATE_TEST_SUITE_P(
    Samples, ForbiddenCoroutine,
    testing::Values("if (co_await f()) return;", "while (co_await f()) {\n}",
                    "for (int i = 0; co_await f(); ++i) {\n}", "switch (co_await f()) {\n}",
                    "do {\n} while (co_await f());", "g(co_await f());", "x = co_await f();",
                    "int x = co_await f();", "auto x = co_await f();", "const int x{co_await f()};",
                    "const int x = 1 + co_await f();", "const int x = co_await f() + 1;",
                    "const bool x = co_await f() == 1;", "const bool x = a && co_await f();",
                    "const bool x = co_await f() ? 1 : 2;", "co_await f(T{1, 2});",
                    "co_await f([&](int) { return 1; });", "return co_await f();",
                    "co_return (co_await f());", "co_return co_await f() + 1;",
                    "co_return g(co_await f());", "run([]() -> Task<void> { co_await f(); });",
                    "co_yield 1;", "const int a = co_await f(), b = 2;", "(void)co_await f();"));

TEST(StyleRule, BothCoAwaitsOfOneStatementAreSeen) {
  EXPECT_THAT(in_coroutine("co_await f(co_await g());"), ElementsAre(HasSubstr("sample.cc:2:")));
  EXPECT_THAT(in_coroutine("co_await co_await f();"), testing::Not(IsEmpty()));
}

TEST(StyleRule, IncludesGoDownwards) {
  const auto check = [](const std::string& path, const std::string& line) {
    return check_includes({path, "#pragma once\n" + line + "\n"});
  };
  EXPECT_THAT(check("algorithms/a.h", "#include \"base/time.h\""), IsEmpty());
  EXPECT_THAT(check("algorithms/a.h", "#include \"algorithms/lock.h\""), IsEmpty());
  EXPECT_THAT(check("algorithms/a.h", "#include <vector>"), IsEmpty());
  EXPECT_THAT(check("algorithms/a.h", "#include \"sim/kernel.h\""),
              ElementsAre("algorithms/a.h:2: algorithms may not include sim/kernel.h"));
  EXPECT_THAT(check("base/a.cc", "  #  include \"checker/history.h\""), SizeIs(1));
  EXPECT_THAT(check("checker/a.h", "#include \"scenarios/scenario.h\""), SizeIs(1));
  EXPECT_THAT(check("sim/a.h", "#include \"checker/history.h\""), IsEmpty());
  EXPECT_THAT(check("sim/a.h", "#include \"checker/verdict.h\""), SizeIs(1));
  EXPECT_THAT(check("sim/a_test.cc", "#include \"checker/verdict.h\""), IsEmpty());
  EXPECT_THAT(check("reports/a.cc", "#include \"sim/world.h\""), SizeIs(1));
  EXPECT_THAT(check("cli/main.cc", "#include \"sim/world.h\""), IsEmpty());
  EXPECT_THAT(check("checker/a.cc", "#include <boost/graph/adjacency_list.hpp>"), IsEmpty());
  EXPECT_THAT(check("algorithms/a.cc", "#include <boost/graph/adjacency_list.hpp>"), SizeIs(1));
  EXPECT_THAT(check("sim/a.cc", "#include <nlohmann/json.hpp>"), SizeIs(1));
  EXPECT_THAT(check("sim/a.cc", "#include <gtest/gtest.h>"), SizeIs(1));
}

TEST(StyleRule, ClassesOfOneNameAreSeen) {
  const auto check = [](const std::string& text) {
    return check_class_names(
        {{"base/a.h", "namespace picklock {\n\nclass Name {\n};\n}\n"}, {"sim/b.h", text}});
  };
  EXPECT_THAT(check("namespace picklock {\n\nstruct Name final : Base {\n};\n}\n"),
              ElementsAre("sim/b.h:3: picklock::Name is the name of a class in base/a.h"));
  EXPECT_THAT(check("namespace picklock {\n\nclass Name;\n}\n"), IsEmpty());
  EXPECT_THAT(check("namespace picklock::sim {\n\nclass Name {\n};\n}\n"), IsEmpty());
  EXPECT_THAT(check("namespace picklock {\n\nclass Other {\n  class Name {};\n};\n}\n"), IsEmpty());
}

TEST(StyleRule, HeadersThatNobodyIncludesAreMissed) {
  const auto check = [](const std::string& text) {
    return check_used_headers({{"base/a.h", "#include <vector>\n"},
                               {"base/b.h", "#include \"base/a.h\"\n"},
                               {"base/c.cc", text}});
  };
  EXPECT_THAT(check("std::vector<int> v;"), ElementsAre("base/c.cc:1: std::vector needs <vector>"));
  EXPECT_THAT(check("#include <vector>\nstd::vector<int> v;"), IsEmpty());
  EXPECT_THAT(check("#include \"base/b.h\"\nstd::vector<int> v;"), IsEmpty());
  EXPECT_THAT(check("#include \"base/b.h\"\n\nauto s = std::ranges::sort(v);"),
              ElementsAre("base/c.cc:3: std::ranges::sort needs <algorithm>"));
  EXPECT_THAT(check("// std::optional\n"), IsEmpty());
}

TEST(StyleRule, ChanceTimeAndFractionsAreSeen) {
  const auto check = [](const std::string& line, const std::string& path = "sim/a.cc") {
    return check_determinism({path, line + "\n"});
  };
  for (const char* bad :
       {"double x = 1;", "const float y = 2;", "#include <random>", "std::mt19937 generator;",
        "auto t = std::chrono::steady_clock::now();", "srand(0);", "std::time(nullptr);",
        "std::unordered_map<int, int> m;", "std::unordered_set<int> s;"}) {
    EXPECT_THAT(check(bad), SizeIs(1)) << bad;
    EXPECT_THAT(check(bad, "checker/a.h"), SizeIs(1)) << bad;
    EXPECT_THAT(check(bad, "algorithms/a.cc"), SizeIs(1)) << bad;
    EXPECT_THAT(check(bad, "reports/a.cc"), IsEmpty()) << bad;
    EXPECT_THAT(check(bad, "sim/a_test.cc"), IsEmpty()) << bad;
  }
  for (const char* good :
       {"// no double here", "const char* s = \"float\";", "int doubled = 2;", "env.now();",
        "#include <unordered_map>", "std::unordered_map<int, int> m;  // only looked up",
        "wall_clock(1).now();", "const Duration time = f(x);"}) {
    EXPECT_THAT(check(good), IsEmpty()) << good;
  }
  EXPECT_THAT(check("double score = 0;", "sim/servers/redis_store.h"), IsEmpty());
  EXPECT_THAT(check("#include <random>", "sim/servers/redis_store.h"), SizeIs(1));
}

TEST(StyleRule, LengthHasACeiling) {
  const auto file = [](const std::string& path, std::size_t lines) {
    return SourceFile{path, std::string(lines, '\n')};
  };
  EXPECT_THAT(check_length(file("sim/a.cc", 300)), IsEmpty());
  EXPECT_THAT(check_length(file("sim/a.cc", 301)), SizeIs(1));
  EXPECT_THAT(check_length(file("sim/a_test.cc", 400)), IsEmpty());
  EXPECT_THAT(check_length(file("sim/a_test.cc", 401)), SizeIs(1));
  EXPECT_THAT(check_length(file("docs/a.md", 900)), IsEmpty());
}

TEST(StyleRule, MarkersAreSeen) {
  const std::string marker = std::string("TO") + "DO";
  EXPECT_THAT(check_markers({"sim/a.cc", "int x;  // " + marker + ": y\n"}), SizeIs(1));
  EXPECT_THAT(check_markers({"docs/a.md", "what is left to do\n"}), IsEmpty());
}

TEST(StyleRule, LocksNeedALineAndAHeader) {
  const std::string header =
      "// A lock.\n//\n// Promise  one.\n//          And two.\n// Breaks   never.\n";
  const std::string body = "std::unique_ptr<Lock> make_good(Environment&);\n";
  const SourceFile list{"algorithms/locks.def",
                        "// PICKLOCK_LOCK(name, ...)\nPICKLOCK_LOCK(good, 1)\n"};
  const SourceFile good{"algorithms/good.cc", header + body};
  EXPECT_THAT(check_locks({list, good}), IsEmpty());
  EXPECT_THAT(check_locks({list}), ElementsAre(HasSubstr("good has no file")));
  EXPECT_THAT(check_locks({{"algorithms/locks.def", ""}, good}), ElementsAre(HasSubstr("no line")));
  EXPECT_THAT(check_locks({list, {"algorithms/good.cc", "// A lock.\n" + body}}),
              ElementsAre(HasSubstr("Promise")));
  EXPECT_THAT(check_locks({list, {"algorithms/good.cc", "int x;\n" + header + body}}),
              ElementsAre(HasSubstr("Promise")));
  EXPECT_THAT(check_locks({list, {"algorithms/good.cc", header}}),
              ElementsAre(HasSubstr("make_good")));
  EXPECT_THAT(check_locks({{list.path, list.text + list.text}, good}),
              ElementsAre(HasSubstr("twice")));
  // Helpers have a header of their own, and tests are no locks.
  EXPECT_THAT(check_locks({list, good, {"algorithms/help.cc", ""}, {"algorithms/help.h", ""}}),
              IsEmpty());
  EXPECT_THAT(check_locks({list, good, {"algorithms/good_test.cc", ""}}), IsEmpty());
}

TEST(StyleRule, CodeLosesCommentsAndLiteralsButNoLines) {
  EXPECT_EQ(code_of("a // b\nc"), "a     \nc");
  EXPECT_EQ(code_of("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(code_of("f(\"a\\\"b\", 'x')"), "f(\"    \", ' ')");
  EXPECT_EQ(code_of("f(R\"(a \" b)\") + 1'000"), "f(R        \") + 1'000");
  EXPECT_EQ(code_of("\"//\" x"), "\"  \" x");
}

}  // namespace
}  // namespace picklock::style

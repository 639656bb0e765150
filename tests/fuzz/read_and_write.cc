#include "tests/fuzz/read_and_write.h"

#include <string>
#include <utility>

#include "base/require.h"
#include "checker/formats/history_builder.h"
#include "checker/formats/testing/shown_history.h"

namespace picklock::testing {
namespace {

void read_as(Format format, HistoryBuilder& builder) {
  switch (format) {
    case Format::picklock_events:
      return read_picklock_events(builder);
    case Format::picklock_operations:
      return read_picklock_operations(builder);
    case Format::edn:
      return read_jepsen_maps(builder, Dialect::edn);
    case Format::jepsen_json:
      return read_jepsen_maps(builder, Dialect::json);
    case Format::jepsen_log:
      return read_jepsen_log(builder);
    case Format::csv:
      return read_csv(builder);
  }
}

}  // namespace

void read_and_write(Format format, std::string_view text) {
  recognise(text);
  const ReadOptions options{.file = "input", .memory_limit = std::uint64_t{1} << 30};
  HistoryBuilder builder(text, options);
  read_as(format, builder);
  const auto read = builder.finish(format);
  if (!read) return;
  const OperationHistory& history = read->history;
  require((history.malformed == 0) == read->malformed.empty(), "what is wrong is explained");
  for (const Diagnostic& wrong : read->malformed) {
    require(wrong.line >= 1 && wrong.column >= 1, "what is wrong has its place");
  }

  const std::string lines = written_lines(history);
  const ReadHistory from_lines = read_text(lines);
  require(from_lines.history.malformed == 0, "own lines are read without complaint");
  require(written_lines(from_lines.history) == lines, "own lines keep everything");

  if (history.operations.empty()) return;
  const ReadHistory from_edn = read_text(written_edn(history));
  require(from_edn.history.malformed == 0, "own EDN is read without complaint");
  require(from_edn.history.operations.size() == history.operations.size(),
          "EDN keeps all operations");
  const ReadHistory again = read_text(written_edn(from_edn.history));
  require(shown(again) == shown(from_edn), "EDN that was read once is kept as it is");
}

}  // namespace picklock::testing

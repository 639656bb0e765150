#include "checker/formats/history_reader.h"

#include <array>

#include "checker/formats/history_builder.h"
#include "checker/formats/tokens.h"

namespace picklock {
namespace {

using Kind = TextToken::Kind;

constexpr std::size_t kHead = std::size_t{64} << 10;

struct Beginning {
  bool map = false;
  bool bracket = false;
  TextToken::Kind key_kind{};
};

// What stands at the beginning, in the words of a dialect; the text must outlive it.
Beginning beginning_of(std::string_view head, Dialect dialect) {
  Tokens tokens(head, dialect);
  Beginning beginning;
  TextToken token = tokens.next();
  while (token.kind == Kind::tag) token = tokens.next();
  if (token.kind == Kind::list_open) {
    beginning.bracket = true;
    token = tokens.next();
    while (token.kind == Kind::tag) token = tokens.next();
    if (token.kind == Kind::close) beginning.map = true;  // an empty history
  }
  if (token.kind != Kind::map_open) return beginning;
  beginning.map = true;
  const TextToken key = tokens.next();
  beginning.key_kind = key.kind;
  return beginning;
}

bool is_log_line(std::string_view line) {
  if (line.find("jepsen.util") != std::string_view::npos) return true;
  Tokens tokens(line, Dialect::edn);
  const TextToken process = tokens.next();
  const TextToken type = tokens.next();
  const bool named =
      process.kind == Kind::integer || process.kind == Kind::keyword || process.kind == Kind::word;
  return named && type.kind == Kind::keyword &&
         (type.text == "invoke" || type.text == "ok" || type.text == "fail" || type.text == "info");
}

bool is_csv_header(std::string_view line) {
  const auto has = [line](std::string_view name) {
    for (std::size_t at = 0; (at = line.find(name, at)) != std::string_view::npos; ++at) {
      const auto is_edge = [](char c) { return c == ',' || c == ' ' || c == '"'; };
      const std::size_t end = at + name.size();
      if ((at == 0 || is_edge(line[at - 1])) && (end == line.size() || is_edge(line[end])))
        return true;
    }
    return false;
  };
  return has("process") && has("f") && has("invoked");
}

std::optional<Format> recognise_lines(std::string_view head) {
  Lines lines(head);
  for (bool first = true; lines.next(); first = false) {
    if (first && is_csv_header(lines.line())) return Format::csv;
    if (is_log_line(lines.line())) return Format::jepsen_log;
  }
  return std::nullopt;
}

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string_view to_string(Format format) {
  static constexpr std::array<std::string_view, 6> kNames{
      "picklock events", "picklock operations", "EDN", "Jepsen JSON", "Jepsen log", "CSV"};
  return kNames.at(static_cast<std::size_t>(format));
}

std::optional<Format> recognise(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string_view head = text.substr(0, kHead);
  const Beginning json = beginning_of(head, Dialect::json);
  if (json.map && (json.key_kind == Kind::text || json.bracket) && json.key_kind != Kind::broken &&
      json.key_kind != Kind::colon) {
    const std::string_view line = head.substr(0, head.find('\n'));
    if (line.find("\"picklock-history-1\"") != std::string_view::npos)
      return Format::picklock_events;
    if (line.find("\"picklock-operations-1\"") != std::string_view::npos) {
      return Format::picklock_operations;
    }
    return Format::jepsen_json;
  }
  const Beginning edn = beginning_of(head, Dialect::edn);
  const bool named = edn.key_kind == Kind::keyword || edn.key_kind == Kind::text;
  if (edn.map && (named || edn.bracket)) return Format::edn;
  return recognise_lines(head);
}

Result<ReadHistory> read_history(std::string_view text, const ReadOptions& options) {
  const auto wrong = [&](const char* expected) {
    return Result<ReadHistory>(Diagnostics{{.file = options.file, .expected = expected}});
  };
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return wrong("expected a history, got an empty file");
  }
  const std::optional<Format> format = recognise(text);
  if (!format) {
    return wrong(
        "expected a history (picklock JSON Lines, Jepsen EDN or JSON, a Jepsen log, or CSV with "
        "the "
        "columns process, f and invoked), got something else");
  }
  const bool is_in_one_place = *format == Format::picklock_operations || *format == Format::csv;
  if (options.take && !is_in_one_place) {
    return wrong(
        "expected a format that tells each operation in one place, picklock operations or CSV, to "
        "read "
        "it in one pass");
  }
  HistoryBuilder builder(text, options);
  switch (*format) {
    case Format::picklock_events:
      read_picklock_events(builder);
      break;
    case Format::picklock_operations:
      read_picklock_operations(builder);
      break;
    case Format::edn:
      read_jepsen_maps(builder, Dialect::edn);
      break;
    case Format::jepsen_json:
      read_jepsen_maps(builder, Dialect::json);
      break;
    case Format::jepsen_log:
      read_jepsen_log(builder);
      break;
    case Format::csv:
      read_csv(builder);
      break;
  }
  return builder.finish(*format);
}

}  // namespace picklock

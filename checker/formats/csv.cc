// Comma-separated operations under a line of column names.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/formats/history_builder.h"

namespace picklock {
namespace {

using Field = Value OperationRecord::*;

constexpr std::array<std::pair<std::string_view, Field>, 10> kColumns{{
    {"process", &OperationRecord::process},
    {"f", &OperationRecord::function},
    {"object", &OperationRecord::object},
    {"argument", &OperationRecord::argument},
    {"result", &OperationRecord::result},
    {"outcome", &OperationRecord::outcome},
    {"invoked", &OperationRecord::invoked},
    {"returned", &OperationRecord::returned},
    {"owner", &OperationRecord::owner},
    {"mode", &OperationRecord::mode},
}};

// The cells of one line. A cell in quotes may contain commas, and quotes that are doubled.
class Cells {
 public:
  explicit Cells(std::string_view line) : rest_(line) {}

  // False at the end of the line, or when a quote is never closed: then broken() is true.
  bool next(std::string& out) {
    if (done_) return false;
    out.clear();
    const std::size_t first = rest_.find_first_not_of(" \t");
    const bool quoted = first != std::string_view::npos && rest_[first] == '"';
    return quoted ? quoted_cell(first + 1, out) : plain_cell(out);
  }
  bool broken() const { return broken_; }

 private:
  bool plain_cell(std::string& out) {
    const std::size_t comma = rest_.find(',');
    std::string_view cell = rest_.substr(0, comma);
    const std::size_t first = std::min(cell.find_first_not_of(" \t"), cell.size());
    const std::size_t last = cell.find_last_not_of(" \t") + 1;
    out = cell.substr(first, std::max(first, last) - first);
    return pass(comma);
  }

  bool quoted_cell(std::size_t at, std::string& out) {
    for (; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        if (rest_.substr(at + 1, 1) != "\"") return pass(rest_.find(',', at));
        ++at;
      }
      out += rest_[at];
    }
    broken_ = done_ = true;
    return false;
  }

  bool pass(std::size_t comma) {
    done_ = comma == std::string_view::npos;
    if (!done_) rest_.remove_prefix(comma + 1);
    return true;
  }

  std::string_view rest_;
  bool done_ = false;
  bool broken_ = false;
};

// A list or a number in EDN's words; everything else is text as it stands. Nothing is nil.
bool value_of_cell(const std::string& cell, ValueTable& values, Value& out) {
  out = Value();
  if (cell.empty()) return true;
  Tokens tokens(cell, Dialect::edn);
  FormReader forms(tokens, values);
  const TextToken first = tokens.next();
  const bool whole = tokens.offset() == cell.size();
  const bool plain = whole && (first.kind == TextToken::Kind::integer || first.text == "nil" ||
                               first.text == "true" || first.text == "false");
  if (plain || first.kind == TextToken::Kind::list_open) {
    return forms.read(first, out) && tokens.next().kind == TextToken::Kind::end;
  }
  out = values.text(cell);
  return true;
}

std::vector<Field> read_header(std::string_view line) {
  std::vector<Field> columns;
  Cells cells(line);
  std::string cell;
  while (cells.next(cell)) {
    const auto* const found =
        std::ranges::find(kColumns, cell, &decltype(kColumns)::value_type::first);
    columns.push_back(found == kColumns.end() ? nullptr : found->second);
  }
  return columns;
}

// Returns what was expected, or nothing when the line is good.
std::string read_line(std::string_view line, const std::vector<Field>& columns, ValueTable& values,
                      OperationRecord& record) {
  Cells cells(line);
  std::string cell;
  std::size_t count = 0;
  for (; cells.next(cell); ++count) {
    if (count >= columns.size()) continue;
    Value ignored;
    Value& out = columns[count] == nullptr ? ignored : record.*columns[count];
    if (!value_of_cell(cell, values, out)) {
      return fmt::format("expected a value in column {}, got {}", count + 1, cell.substr(0, 40));
    }
  }
  if (cells.broken()) return "expected the quote that ends a cell, got the end of the line";
  if (count == columns.size()) return "";
  return fmt::format("expected {} cells, got {}", columns.size(), count);
}

}  // namespace

void read_csv(HistoryBuilder& builder) {
  Lines lines(builder.text());
  lines.next();
  const std::vector<Field> columns = read_header(lines.line());
  while (lines.next() && builder.goes_on(lines.at())) {
    OperationRecord record;
    record.at = lines.at();
    std::string wrong = read_line(lines.line(), columns, builder.values(), record);
    if (wrong.empty()) {
      builder.add(record);
    } else {
      builder.complain(lines.at(), std::move(wrong));
    }
  }
}

}  // namespace picklock

#include "checker/formats/history_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/require.h"
#include "checker/formats/buffered_text.h"
#include "checker/formats/verbs.h"

namespace picklock {
namespace {

constexpr std::size_t kMostComplaints = 50;

std::string gigabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = bytes / 100'000'000 + (bytes % 100'000'000 == 0 ? 0 : 1);
  return fmt::format("{}.{} GB", tenths / 10, tenths % 10);
}

}  // namespace

std::uint32_t NumberedNames::number_of(Value name, const ValueTable& values) {
  if (name.is_text() && is_plain_number(values.text_of(name))) {
    const std::string_view text = values.text_of(name);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    name = Value::integer(number);
  }
  constexpr std::int64_t kSmall = 1 << 16;
  std::uint32_t* place = nullptr;
  if (name.is_integer() && name.as_integer() >= 0 && name.as_integer() < kSmall) {
    const auto at = static_cast<std::size_t>(name.as_integer());
    if (small_.size() <= at) small_.resize(at + 1, kNone);
    place = &small_[at];
  } else {
    place = &others_.try_emplace(name.bits(), kNone).first->second;
  }
  if (*place == kNone) {
    *place = static_cast<std::uint32_t>(names_.size());
    names_.push_back(name.is_nil()    ? std::string()
                     : name.is_text() ? std::string(values.text_of(name))
                                      : values.show(name));
  }
  return *place;
}

std::uint32_t HistoryBuilder::line_of(std::size_t at) {
  const auto newlines = [this](std::size_t from, std::size_t until) {
    const std::string_view between = text_.substr(from, until - from);
    return static_cast<std::uint32_t>(std::ranges::count(between, '\n'));
  };
  if (at >= line_at_) {
    line_ += newlines(line_at_, at);
  } else {
    line_ -= newlines(at, line_at_);
  }
  line_at_ = at;
  return line_;
}

void HistoryBuilder::complain(std::size_t at, std::string expected) {
  ++history_.malformed;
  if (malformed_.size() == kMostComplaints) return;
  const std::uint32_t line = line_of(at);
  const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
  const std::size_t column = before == std::string_view::npos ? at + 1 : at - before;
  malformed_.push_back({.file = options_.file,
                        .line = static_cast<int>(line),
                        .column = static_cast<int>(column),
                        .expected = std::move(expected)});
}

bool HistoryBuilder::look(std::size_t at) {
  next_look_ = at + (std::size_t{1} << 20);
  // What the judge needs beside the operations is of their size.
  const std::uint64_t each = 2 * sizeof(Operation);
  const std::uint64_t until_now = history_.operations.size() * each;
  const std::uint64_t needed = until_now / at * text_.size() + until_now % at * text_.size() / at;
  if (needed > options_.memory_limit) {
    too_large_ = fmt::format(
        "expected a history that fits in memory: this one, of {}, needs about {}, and {} are there",
        gigabytes(text_.size()), gigabytes(needed), gigabytes(options_.memory_limit));
    return false;
  }
  if (options_.progress && !options_.progress(at)) stopped_ = true;
  return !stopped_;
}

void HistoryBuilder::check_processes() {
  std::vector<Operation>& operations = history_.operations;
  constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> last(processes_.all().size(), kNone);
  std::vector<bool> wrong(operations.size());
  bool any = false;
  const auto at_line = [this](std::uint32_t line) {
    std::size_t at = 0;
    for (; line > 1 && at < text_.size(); --line) at = text_.find('\n', at) + 1;
    return at;
  };
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = operations[i];
    std::size_t& before = last[operation.process];
    if (before != kNone && operations[before].outcome != Outcome::unknown &&
        operations[before].returned > operation.invoked) {
      complain(
          at_line(operation.line),
          fmt::format("expected one operation of process {} at a time, got one that is invoked "
                      "before that of line {} returns",
                      processes_.all()[operation.process], operations[before].line));
      wrong[i] = any = true;
      continue;
    }
    before = i;
  }
  if (!any) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (!wrong[i]) operations[kept++] = operations[i];
  }
  operations.resize(kept);
}

Result<ReadHistory> HistoryBuilder::finish(Format format) {
  if (!too_large_.empty()) {
    const bool is_in_one_place = format == Format::picklock_operations || format == Format::csv;
    return Diagnostics{
        {.file = options_.file,
         .expected = too_large_,
         .hint = is_in_one_place ? "owner-mutex and fenced are also judged with --one-pass" : ""}};
  }
  const auto by_invocation = [](const Operation& a, const Operation& b) {
    return a.invoked < b.invoked;
  };
  std::vector<Operation>& operations = history_.operations;
  if (stopped_) operations.clear();  // nobody will judge half of a history
  if (!std::ranges::is_sorted(operations, by_invocation)) {
    std::ranges::stable_sort(operations, by_invocation);
  }
  check_processes();
  for (const Operation& operation : operations) {
    require((operation.returned == kNever) == (operation.outcome == Outcome::unknown) &&
                operation.returned >= operation.invoked,
            "a reader gives each operation its times");
  }
  history_.processes = processes_.take();
  history_.owners = owners_.take();
  history_.objects = objects_.take();
  if (history_.objects.empty()) history_.objects.emplace_back();
  ReadHistory read;
  read.format = format;
  read.history = std::move(history_);
  read.malformed = std::move(malformed_);
  read.stopped = stopped_;
  return read;
}

bool Lines::next() {
  while (end_ < text_.size()) {
    begin_ = end_;
    const std::size_t newline = text_.find('\n', begin_);
    end_ = newline == std::string_view::npos ? text_.size() : newline + 1;
    line_ = text_.substr(begin_, end_ - begin_);
    while (!line_.empty() && (line_.back() == '\n' || line_.back() == '\r')) line_.remove_suffix(1);
    if (line_.find_first_not_of(" \t") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace picklock

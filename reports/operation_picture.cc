#include "reports/operation_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "checker/operations.h"
#include "reports/axis_labels.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

constexpr std::size_t kMostListed = 20;
constexpr std::size_t kMostLanes = 12;

struct BarGlyphs {
  std::string_view begin;
  std::string_view bar;
  std::string_view end;
  std::string_view open;  // a bar whose end nobody knows
  std::string_view instant;
};

BarGlyphs glyphs(const TerminalStyle& style) {
  if (style.unicode) return {"┣", "━", "┫", "╍", "╋"};
  return {"[", "=", "]", "~", "|"};
}

// A position is drawn as so many milliseconds, so that distant ones stand apart.
TrueTime on_axis(TrueTime at, bool is_position) {
  constexpr std::int64_t kMost = std::int64_t{1} << 42;
  if (!is_position || at == kNever) return at;
  return true_time(std::min(nanoseconds(at), kMost) * 1'000'000);
}

class OperationPicture {
 public:
  OperationPicture(std::span<const ShownOperation> operations, TrueTime wrong_at, bool positions,
                   const TerminalStyle& style)
      : all_(operations),
        wrong_at_(on_axis(wrong_at, positions)),
        positions_(positions),
        style_(style),
        glyphs_(glyphs(style)) {
    lane_begin_ = 4;
    for (const ShownOperation& operation : all_) {
      lane_begin_ = std::max(lane_begin_, cells(name_in_words(operation.process)) + 4);
    }
    lane_begin_ = std::min<std::size_t>(lane_begin_, 24);
    choose_drawn();
  }

  std::string text() {
    std::string out;
    if (drawn_.size() < all_.size()) {
      out += fmt::format("  the last {} of {}:\n", drawn_.size(), all_.size());
    }
    if (!drawn_.empty()) out += axis_text() + lanes_text() + mark_text() + "\n";
    return out + list_text();
  }

 private:
  // "1.038s" of the first instant, "+18.9ms" of the others.
  std::string label_of(TrueTime at) const {
    if (positions_) return fmt::to_string(nanoseconds(at) / 1'000'000);
    const TrueTime first = all_.front().invoked;
    if (at == first) return nanoseconds(at) < 0 ? "start" : instant_text(at);
    return (at < first ? "-" : "+") + length_text(at < first ? first - at : at - first);
  }

  std::vector<TrueTime> instants(std::span<const ShownOperation> operations) const {
    std::vector<TrueTime> times;
    for (const ShownOperation& operation : operations) {
      times.push_back(on_axis(operation.invoked, positions_));
      if (operation.returned != kNever) times.push_back(on_axis(operation.returned, positions_));
    }
    std::ranges::sort(times);
    const auto twice = std::unique(times.begin(), times.end());
    times.erase(twice, times.end());
    return times;
  }

  std::size_t room() const {
    return static_cast<std::size_t>(std::clamp(style_.width, 40, 400)) - lane_begin_;
  }

  void choose_drawn() {
    drawn_ = all_.last(std::min(all_.size(), kMostLanes * room() / 3));
    while (!drawn_.empty() &&
           (3 * instants(drawn_).size() + 6 > room() || lanes().size() > kMostLanes)) {
      drawn_ = drawn_.subspan(1);
    }
    if (drawn_.empty()) return;
    axis_ = make_axis(instants(drawn_), lane_begin_, room());
    for (std::size_t i = 0; i < axis_.times.size(); ++i) {
      axis_.labels[i] = label_of(axis_.times[i]);
    }
  }

  std::vector<std::string> lanes() const {
    std::vector<std::string> names;
    for (const ShownOperation& operation : drawn_) {
      const std::string name = name_in_words(operation.process);
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
  }

  std::string axis_text() const {
    AxisLabels labels;
    for (std::size_t i = 0; i < axis_.times.size(); ++i) labels.add(axis_, i);
    std::string out;
    for (const CellLine& line : labels.lines()) out += line.text(style_) + "\n";
    return out;
  }

  std::size_t column_of(TrueTime at) const {
    const auto found = std::ranges::lower_bound(axis_.times, on_axis(at, positions_));
    return axis_.columns[static_cast<std::size_t>(found - axis_.times.begin())];
  }

  void draw_bar(CellLine& line, const ShownOperation& operation, std::size_t number) const {
    const Ink ink = operation.outcome == Outcome::ok        ? Ink::first
                    : operation.outcome == Outcome::refused ? Ink::second
                                                            : Ink::dim;
    const std::size_t from = column_of(operation.invoked);
    const bool open = operation.returned == kNever;
    const std::size_t until = open ? axis_.end - 1 : column_of(operation.returned);
    const std::string_view bar = open ? glyphs_.open : glyphs_.bar;
    if (until == from) {
      line.write(from, glyphs_.instant, ink);
    } else {
      line.write(from, glyphs_.begin, ink);
      line.fill(from + 1, open ? until + 1 : until, bar, ink);
      if (!open) line.write(until, glyphs_.end, ink);
    }
    // As much of "1 acquire = ok" as there is room for.
    const std::size_t inside = until > from ? until - from - 1 : 0;
    const std::string name = fmt::to_string(number);
    for (const std::string& text :
         {fmt::format("{} {} → {}", name, operation.call, operation.answer),
          fmt::format("{} {}", name, operation.call), name}) {
      const std::string plain = printable(text, style_);
      if (cells(plain) > inside) continue;
      line.write(from + 1, plain, Ink::bold);
      return;
    }
  }

  std::string lanes_text() const {
    std::string out;
    const std::size_t offset = all_.size() - drawn_.size();
    for (const std::string& name : lanes()) {
      CellLine line;
      line.write(2, printable(name, style_), Ink::plain, lane_begin_ - 1);
      TrueTime end = TrueTime::min();
      std::string more;
      for (std::size_t i = 0; i < drawn_.size(); ++i) {
        const ShownOperation& operation = drawn_[i];
        if (name_in_words(operation.process) != name) continue;
        // What a process does behind an operation of unknown outcome gets a line of its own.
        if (operation.invoked < end) {
          more += line.text(style_) + "\n";
          line = CellLine();
        }
        end = operation.returned;
        draw_bar(line, operation, offset + i + 1);
      }
      out += more + line.text(style_) + "\n";
    }
    return out;
  }

  std::string mark_text() const {
    const auto found = std::ranges::find(axis_.times, wrong_at_);
    if (found == axis_.times.end()) return "";
    const std::size_t at = axis_.columns[static_cast<std::size_t>(found - axis_.times.begin())];
    const std::string words = "from here on nothing explains it";
    CellLine line;
    line.write(at, printable("✗", style_), Ink::wrong);
    if (at + 2 + words.size() <= axis_.end) {
      line.write(at + 2, words, Ink::wrong);
    } else if (at > words.size() + 3) {
      line.write(at - 1 - words.size(), words, Ink::wrong);
    }
    return line.text(style_) + "\n";
  }

  // The last ones: it is there that it went wrong.
  std::string list_text() const {
    const std::size_t width = lane_begin_ + room();
    const std::size_t first = all_.size() - std::min(all_.size(), kMostListed);
    std::size_t who_width = 0;
    std::size_t what_width = 0;
    std::size_t when_width = 0;
    for (const ShownOperation& operation : all_.subspan(first)) {
      who_width = std::max(who_width, cells(who(operation)));
      what_width = std::max(what_width, cells(what(operation)));
      when_width = std::max(when_width, cells(when(operation)));
    }
    // In columns, or each operation on as many lines as it takes.
    const bool columns = 7 + who_width + 2 + what_width + 2 + when_width <= width;
    std::string out = first == 0 ? "" : fmt::format("  {} before, and then\n", first);
    for (std::size_t i = first; i < all_.size(); ++i) {
      const ShownOperation& operation = all_[i];
      out += fmt::format(" {:>3}  ", i + 1);
      if (columns) {
        out += fmt::format("{}  {}  {}\n", padded(who(operation), who_width),
                           padded(what(operation), what_width), when(operation));
        continue;
      }
      std::string indent;
      const std::string whole =
          fmt::format("{}  {}  {}", who(operation), what(operation), when(operation));
      for (const std::string& line : wrapped(whole, width - 7)) {
        out += indent + line + "\n";
        indent = std::string(6, ' ');
      }
    }
    return out;
  }

  std::string who(const ShownOperation& operation) const {
    std::string text = name_in_words(operation.process);
    if (!operation.owner.empty()) text += " for " + operation.owner;
    return printable(text, style_);
  }
  std::string what(const ShownOperation& operation) const {
    return printable(fmt::format("{} → {}", operation.call, operation.answer), style_);
  }
  std::string when(const ShownOperation& operation) const {
    const auto at = [this](TrueTime time) { return label_of(on_axis(time, positions_)); };
    std::string text = operation.returned == kNever
                           ? fmt::format("from {} on", at(operation.invoked))
                           : fmt::format("{} to {}", at(operation.invoked), at(operation.returned));
    if (operation.line > 0) text += fmt::format(", line {}", operation.line);
    return text;
  }

  std::span<const ShownOperation> all_;
  std::span<const ShownOperation> drawn_;
  TrueTime wrong_at_;
  bool positions_;
  const TerminalStyle& style_;
  BarGlyphs glyphs_;
  std::size_t lane_begin_ = 0;
  TimeAxis axis_;
};

}  // namespace

std::string draw_operations(std::span<const ShownOperation> operations, TrueTime wrong_at,
                            bool times_are_positions, const TerminalStyle& style) {
  return OperationPicture(operations, wrong_at, times_are_positions, style).text();
}

}  // namespace picklock

#include "reports/canvas.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace picklock {
namespace {

// The length of the UTF-8 sequence at the front, at least 1 whatever stands there.
std::size_t front_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : 4;
  if (first >= 0x80 && (first < 0xC2 || first > 0xF4)) return 1;
  if (length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 1;
  }
  return length;
}

std::string_view escape_of(Ink ink) {
  static constexpr std::array<std::string_view, 10> kEscapes{
      "",         "\x1b[1m",  "\x1b[2m",  "\x1b[31m", "\x1b[32m",
      "\x1b[33m", "\x1b[34m", "\x1b[33m", "\x1b[36m", "\x1b[35m"};
  return kEscapes.at(static_cast<std::size_t>(ink));
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kPlain{
    {{"✗", "x"}, {"✓", "o"}, {"○", "-"}, {"→", "->"}, {"—", "-"}, {"…", "..."}, {"≤", "<="}}};

}  // namespace

std::size_t width_of(const TerminalStyle& style) {
  return static_cast<std::size_t>(std::clamp(style.width, 40, 400));
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string span_text(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  return fmt::format("{:.0f} h", seconds / kHour);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

std::string inked(std::string_view text, Ink ink, const TerminalStyle& style) {
  if (!style.colour || ink == Ink::plain || text.empty()) return std::string(text);
  return std::string(escape_of(ink)) + std::string(text) + "\x1b[0m";
}

std::string printable(std::string_view text, const TerminalStyle& style) {
  std::string out;
  while (!text.empty()) {
    const std::string_view glyph = text.substr(0, front_length(text));
    text.remove_prefix(glyph.size());
    const auto first = static_cast<unsigned char>(glyph.front());
    if (glyph.size() == 1) {
      const bool control = first < 0x20 || first >= 0x7F;  // a stray byte of UTF-8 too
      out += control ? '?' : glyph.front();
    } else if (glyph.size() == 2 && first == 0xC2 && static_cast<unsigned char>(glyph[1]) < 0xA0) {
      out += '?';  // U+0080 to U+009F: controls
    } else if (style.unicode) {
      out += glyph;
    } else {
      const auto* const plain =
          std::ranges::find(kPlain, glyph, &std::pair<std::string_view, std::string_view>::first);
      out += plain == kPlain.end() ? "?" : plain->second;
    }
  }
  return out;
}

std::size_t cells(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(front_length(text));
  return count;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = cells(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (used > 0 && used + 1 + cells(word) > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    for (; !word.empty(); ++used) {
      if (used == width) {
        lines.emplace_back();
        used = 0;
      }
      lines.back() += word.substr(0, front_length(word));
      word.remove_prefix(front_length(word));
    }
  }
  return lines;
}

void CellLine::write(std::size_t at, std::string_view text, Ink ink, std::size_t limit) {
  for (; !text.empty() && at < limit; ++at) {
    if (cells_.size() <= at) cells_.resize(at + 1);
    cells_[at] = {std::string(text.substr(0, front_length(text))), ink};
    text.remove_prefix(front_length(text));
  }
}

void CellLine::fill(std::size_t from, std::size_t until, std::string_view glyph, Ink ink) {
  for (std::size_t at = from; at < until; ++at) write(at, glyph, ink);
}

std::string CellLine::text(const TerminalStyle& style) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].glyph == " ") --end;
  std::string out;
  for (std::size_t i = 0; i < end;) {
    std::string run;
    const Ink ink = cells_[i].ink;
    for (; i < end && cells_[i].ink == ink; ++i) run += cells_[i].glyph;
    out += inked(run, ink, style);
  }
  return out;
}

}  // namespace picklock

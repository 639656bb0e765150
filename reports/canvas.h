// Text of fixed width for terminals: cells, colours, wrapping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace picklock {

struct TerminalStyle {
  bool colour = false;  // ANSI escape sequences
  bool unicode = true;  // false: nothing but ASCII
  int width = 80;       // columns; below 40 counts as 40

  friend bool operator==(const TerminalStyle&, const TerminalStyle&) = default;
};

enum class Ink : std::uint8_t { plain, bold, dim, wrong, good, warn, first, second, third, fourth };

// Columns that may be used, between 40 and 400.
std::size_t width_of(const TerminalStyle& style);

// 12345 as "12,345".
std::string grouped(std::uint64_t number);
// "12 s", "3 min", "2 h"
std::string span_text(double seconds);
// "1 run", "12,345 runs".
std::string counted(std::uint64_t count, std::string_view noun);

// `text` in this ink; just `text` when the style has no colours.
std::string inked(std::string_view text, Ink ink, const TerminalStyle& style);

// The text as it may be printed: control characters, which could command the terminal, become "?";
// without Unicode so does everything beyond ASCII, but for what has a plain counterpart.
std::string printable(std::string_view text, const TerminalStyle& style);

// How many cells a text takes: its code points.
std::size_t cells(std::string_view text);

// The text broken at spaces into lines of at most `width` cells; a longer word is cut.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Text padded with spaces to at least this many cells.
std::string padded(std::string_view text, std::size_t width);

// One line of cells that are written in any order.
class CellLine {
 public:
  // Writes one glyph a cell from `at` on, up to `limit`.
  void write(std::size_t at, std::string_view text, Ink ink, std::size_t limit = SIZE_MAX);
  // `glyph` in [from, until).
  void fill(std::size_t from, std::size_t until, std::string_view glyph, Ink ink);
  // Without spaces at its end.
  std::string text(const TerminalStyle& style) const;

 private:
  struct Cell {
    std::string glyph = " ";
    Ink ink = Ink::plain;
  };
  std::vector<Cell> cells_;
};

}  // namespace picklock

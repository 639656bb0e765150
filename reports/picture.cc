#include "reports/picture.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "reports/axis_labels.h"
#include "reports/facts.h"
#include "reports/lanes.h"
#include "reports/steps.h"
#include "reports/time_axis.h"

namespace picklock {
namespace {

using namespace std::chrono_literals;

struct Glyphs {
  std::string_view none, waits, solid, mistaken, outage, open, close, left, right, line, wrong,
      saved;
};
constexpr Glyphs kUnicode{"·", "╌", "━", "╍", "▒", "┣", "┫", "←", "→", "─", "✗", "✓"};
constexpr Glyphs kAscii{".", "-", "=", "~", "#", "[", "]", "<", ">", "-", "x", "o"};

class Picture {
 public:
  Picture(const RunPicture& run, const TerminalStyle& style);
  std::string text();

 private:
  void choose();
  void draw_axis();
  void draw_lane(const Lane& lane);
  void draw_stretch(CellLine& line, const Stretch& stretch, const Stretch* before, std::size_t from,
                    std::size_t until) const;
  std::string_view glyph_of(Texture texture) const;
  void draw_believers();
  void draw_legend();
  void draw_steps();

  // Where stretch i of a lane begins; 0 is the one before the first instant.
  std::size_t column(std::size_t i) const {
    if (i == 0) return gutter_;
    return i <= axis_.columns.size() ? axis_.columns[i - 1] : axis_.end;
  }
  bool is_narrow() const { return width_ < 60; }
  void put(const CellLine& line) { out_ += line.text(style_) + "\n"; }

  TerminalStyle style_;
  std::size_t width_;
  const Glyphs& glyphs_;
  Facts facts_;
  Cast cast_;
  std::vector<Step> steps_;
  std::size_t gutter_ = 0;
  TimeAxis axis_;
  std::vector<Lane> lanes_;
  std::string out_;
};

Picture::Picture(const RunPicture& run, const TerminalStyle& style)
    : style_(style),
      width_(static_cast<std::size_t>(std::clamp(style.width, 40, 400))),
      glyphs_(style.unicode ? kUnicode : kAscii),
      facts_(run.history),
      cast_(cast_of(facts_, run.history, run.counterexample, 4)) {
  std::size_t longest = 9;  // "believers"
  for (const NodeId client : cast_.clients) {
    longest = std::max(longest, cells(facts_.name(client)) + (is_narrow() ? 0 : 7));
  }
  if (!facts_.effects().empty()) {
    longest = std::max(longest, cells(facts_.name(facts_.effects().front().event.node)));
  }
  gutter_ = std::min(longest, width_ / 3) + (is_narrow() ? 3 : 4);
  const std::size_t room = width_ - gutter_;
  const std::size_t most = (room - 6) / 3;
  steps_ = weightiest(all_steps(facts_, run.history, cast_), std::min<std::size_t>(12, most));
  axis_ = make_axis(instants(facts_, cast_, steps_, most), gutter_, room);
  lanes_ = make_lanes(facts_, cast_, axis_.times, glyphs_.wrong, is_narrow());
}

std::string_view Picture::glyph_of(Texture texture) const {
  switch (texture) {
    case Texture::waits:
      return glyphs_.waits;
    case Texture::solid:
      return glyphs_.solid;
    case Texture::mistaken:
      return glyphs_.mistaken;
    case Texture::outage:
      return glyphs_.outage;
    case Texture::blank:
      return " ";
    case Texture::none:
      break;
  }
  return glyphs_.none;
}

void Picture::draw_stretch(CellLine& line, const Stretch& stretch, const Stretch* before,
                           std::size_t from, std::size_t until) const {
  line.fill(from, until, glyph_of(stretch.texture), stretch.ink);
  std::size_t label_at = from;
  if (before != nullptr && stretch.is_bar()) {
    const bool sours = before->is_bar() && before->identity == stretch.identity &&
                       stretch.texture == Texture::mistaken && stretch.labels.empty();
    const std::string_view edge = stretch.is_refusal ? glyphs_.saved
                                  : sours            ? glyphs_.close
                                                     : glyphs_.open;
    line.write(from, edge, sours ? before->ink : stretch.ink);
    ++label_at;
  } else if (before != nullptr && before->is_bar()) {
    line.write(from, glyphs_.close, before->ink);
    label_at += 2;
  } else if (!stretch.is_bar() && stretch.texture != Texture::blank) {
    ++label_at;
  }
  const std::size_t space = stretch.texture == Texture::outage ? 1 : 0;
  for (const std::string& label : stretch.labels) {
    const std::string text = printable(label, style_);
    if (label_at + cells(text) + space > until) continue;
    line.write(label_at, text, stretch.ink);
    break;
  }
}

void Picture::draw_lane(const Lane& lane) {
  CellLine line;
  line.write(2, printable(lane.label, style_), lane.ink, gutter_ - 1);
  for (std::size_t i = 0; i < lane.stretches.size();) {
    const Stretch* before = i == 0 ? nullptr : &lane.stretches[i - 1];
    std::size_t last = i;
    while (last + 1 < lane.stretches.size() &&
           lane.stretches[last + 1].continues(lane.stretches[last])) {
      ++last;
    }
    draw_stretch(line, lane.stretches[i], before, column(i), column(last + 1));
    i = last + 1;
  }
  put(line);
}

void Picture::draw_axis() {
  AxisLabels labels;
  CellLine badges;
  std::size_t step = 0;
  for (std::size_t i = 0; i < axis_.times.size(); ++i) {
    std::string numbers;
    for (; step < steps_.size() && steps_[step].at == axis_.times[i]; ++step) {
      numbers = numbers.empty()
                    ? std::to_string(step + 1)
                    : numbers.substr(0, numbers.find('-')) + "-" + std::to_string(step + 1);
    }
    if (numbers.empty()) continue;
    badges.write(axis_.columns[i], numbers, Ink::bold);
    labels.add(axis_, i);
  }
  for (const CellLine& line : labels.lines()) put(line);
  put(badges);
}

void Picture::draw_believers() {
  CellLine line;
  line.write(2, "believers", Ink::bold);
  const auto count = [&](std::size_t i) { return facts_.believers(axis_.times[i]); };
  for (std::size_t i = 0; i < axis_.times.size();) {
    const std::size_t believers = count(i);
    std::size_t last = i;
    while (last + 1 < axis_.times.size() && count(last + 1) == believers) ++last;
    const std::size_t from = axis_.columns[i];
    const std::size_t until = column(last + 2);
    const std::string number = std::to_string(believers);
    const Ink ink = believers > 1 ? Ink::wrong : Ink::plain;
    line.write(from, number, ink);
    const std::size_t begin = from + number.size() + 1;
    if (believers > 1 && begin + 2 < until) {
      const bool ends = last + 1 < axis_.times.size();
      const bool exact = facts_.believers(axis_.times[i] - 1ns) != believers && ends &&
                         facts_.believers(axis_.times[last + 1] - 1ns) == believers;
      line.fill(begin, until - 1, glyphs_.line, ink);
      line.write(begin, glyphs_.left, ink);
      line.write(until - (ends ? 2 : 1), glyphs_.right, ink);
      if (ends) line.write(until - 1, " ", ink);
      const std::string length =
          exact ? fmt::format(" {} ", length_text(axis_.times[last + 1] - axis_.times[i])) : "";
      if (begin + length.size() + 4 <= until) {
        line.write((begin + until - 1 - length.size()) / 2, length, ink);
      }
    }
    i = last + 1;
  }
  put(line);
}

void Picture::draw_steps() {
  out_ += "\n";
  std::size_t longest = 0;
  for (const Step& step : steps_) longest = std::max(longest, instant_text(step.at).size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const std::size_t indent = 6 + longest + 2;
    const std::string time = instant_text(step.at);
    const std::string text = printable(step.text, style_);
    const Ink ink = step.is_wrong   ? Ink::wrong
                    : step.is_saved ? Ink::good
                                    : ink_of(cast_, step.client);
    bool first = true;
    for (const std::string& part : wrapped(text, width_ - indent)) {
      CellLine line;
      if (first) {
        line.write(2, fmt::format("{:>2}", i + 1), Ink::bold);
        line.write(6 + longest - time.size(), time, Ink::dim);
      }
      line.write(indent, part, ink);
      put(line);
      first = false;
    }
  }
  if (cast_.others == 0) return;
  const std::string others =
      fmt::format("  {} other client{} not drawn", cast_.others, cast_.others == 1 ? "" : "s");
  out_ += inked(others, Ink::dim, style_) + "\n";
}

// Only what the lanes of clients show.
void Picture::draw_legend() {
  bool waits = false;
  bool mistaken = false;
  for (const Lane& lane : lanes_) {
    for (const Stretch& stretch : lane.stretches) {
      waits = waits || stretch.texture == Texture::waits;
      mistaken = mistaken || (stretch.texture == Texture::mistaken && stretch.labels.empty());
    }
  }
  std::vector<std::string> entries{fmt::format("{0}{0} holds it", glyphs_.solid)};
  if (mistaken) entries.push_back(fmt::format("{0}{0} only believes so", glyphs_.mistaken));
  if (waits) entries.push_back(fmt::format("{0}{0} waits", glyphs_.waits));
  std::string text;
  for (const std::string& entry : entries) {
    if (!text.empty() && 2 + cells(text) + 3 + cells(entry) > width_) {
      out_ += inked("  " + text, Ink::dim, style_) + "\n";
      text.clear();
    }
    text += (text.empty() ? "" : "   ") + entry;
  }
  out_ += inked("  " + text, Ink::dim, style_) + "\n";
}

std::string Picture::text() {
  draw_axis();
  for (const Lane& lane : lanes_) draw_lane(lane);
  draw_believers();
  draw_legend();
  draw_steps();
  return out_;
}

}  // namespace

std::string draw_picture(const RunPicture& run, const TerminalStyle& style) {
  return Picture(run, style).text();
}

}  // namespace picklock

#include "scenarios/positions.h"

#include <fmt/core.h>

#include <algorithm>

#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

// Follows the parser through the text: every event belongs to the next token, so that skipping blanks
// and comments finds where it begins.
class Walker final : public nlohmann::json_sax<Json> {
 public:
  Walker(std::string_view text, Positions& positions, Diagnostics& problems)
      : text_(text), positions_(positions), problems_(problems) {}

  bool null() override { return scalar(); }
  bool boolean(bool) override { return scalar(); }
  bool number_integer(std::int64_t) override { return scalar(); }
  bool number_unsigned(std::uint64_t) override { return scalar(); }
  bool number_float(double, const std::string&) override { return scalar(); }
  bool string(std::string&) override { return scalar(); }
  bool binary(Json::binary_t&) override { return scalar(); }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& key) override;
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& why) override;

 private:
  struct Frame {
    std::string pointer;
    bool is_array = false;
    std::size_t elements = 0;
  };

  bool scalar() { return begin_value() && move_past_token(After::value); }
  bool open(bool is_array);
  bool close();
  bool begin_value();
  bool move_past_token(After after);
  bool refuse(std::size_t offset, std::string pointer, std::string expected, std::string hint = {});
  std::string container() const { return frames_.empty() ? std::string{} : frames_.back().pointer; }

  std::string_view text_;
  Positions& positions_;
  Diagnostics& problems_;
  std::size_t at_ = 0;  // just behind the last token
  After after_ = After::nothing;
  std::string pointer_;  // of the next value in an object, and of the last value begun
  std::vector<Frame> frames_;
};

bool Walker::refuse(std::size_t offset, std::string pointer, std::string expected,
                    std::string hint) {
  const Place place = positions_.place(offset);
  problems_.push_back(Diagnostic{.line = place.line,
                                 .column = place.column,
                                 .pointer = std::move(pointer),
                                 .expected = std::move(expected),
                                 .hint = std::move(hint)});
  return false;
}

bool Walker::begin_value() {
  at_ = token_after(text_, at_);
  if (!frames_.empty() && frames_.back().is_array) {
    pointer_ = fmt::format("{}/{}", frames_.back().pointer, frames_.back().elements++);
  }
  positions_.add_value(pointer_, at_);
  if (positions_.size() <= kMostValues) return true;
  return refuse(at_, container(),
                fmt::format("expected at most {} values in one file, got more", kMostValues));
}

bool Walker::move_past_token(After after) {
  at_ = end_of_token(text_, at_);
  after_ = after;
  return true;
}

bool Walker::open(bool is_array) {
  if (!begin_value()) return false;
  if (frames_.size() == kDeepest) {
    return refuse(at_, container(),
                  fmt::format("expected at most {} levels of nesting, got more", kDeepest));
  }
  frames_.push_back(Frame{.pointer = pointer_, .is_array = is_array});
  return move_past_token(is_array ? After::open_array : After::open_object);
}

bool Walker::close() {
  at_ = token_after(text_, at_);
  frames_.pop_back();
  return move_past_token(After::value);
}

bool Walker::key(std::string& key) {
  at_ = token_after(text_, at_);
  pointer_ = frames_.back().pointer + "/" + escape_token(key);
  if (const auto first = positions_.of_key(pointer_)) {
    refuse(at_, pointer_, fmt::format("expected each key once, got {} again", quote(key)),
           fmt::format("it stands in line {} already", first->line));
  } else {
    positions_.add_key(pointer_, at_);
  }
  return move_past_token(After::key);
}

bool Walker::parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& why) {
  constexpr int kNumberOverflow = 406;
  const bool in_array = !frames_.empty() && frames_.back().is_array;
  const SyntaxError error =
      explain_syntax_error(text_, SyntaxState{.at = at_,
                                              .after = after_,
                                              .inside = frames_.empty() ? Inside::nothing
                                                        : in_array      ? Inside::array
                                                                        : Inside::object,
                                              .number_overflow = why.id == kNumberOverflow});
  return refuse(error.offset, container(), error.expected, error.hint);
}

}  // namespace

Positions::Positions(std::string_view text) : lines_{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    lines_.push_back(at + 1);
  }
}

Place Positions::place(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(lines_, offset);
  const auto line = next - lines_.begin();
  return Place{.line = static_cast<int>(line),
               .column = static_cast<int>(offset - *std::prev(next)) + 1};
}

std::optional<Place> Positions::find(const Offsets& offsets, const std::string& pointer) const {
  const auto found = offsets.find(pointer);
  if (found == offsets.end()) return std::nullopt;
  return place(found->second);
}

std::optional<Document> read_document(std::string_view text, Diagnostics& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark
  Document document{.value = {}, .positions = Positions(text)};
  if (const auto bad = first_byte_that_is_no_text(text)) {
    const Place place = document.positions.place(*bad);
    problems.push_back(Diagnostic{
        .line = place.line,
        .column = place.column,
        .expected = fmt::format("expected UTF-8 text, got the byte 0x{:02x}",
                                static_cast<unsigned>(static_cast<unsigned char>(text[*bad])))});
    return std::nullopt;
  }
  Walker walker(text, document.positions, problems);
  if (!Json::sax_parse(text, &walker, Json::input_format_t::json, true, true)) return std::nullopt;
  document.value = Json::parse(text, nullptr, false, true);
  return document;
}

std::string escape_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace picklock::loading

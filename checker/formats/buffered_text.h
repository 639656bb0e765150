// Text on its way to a sink, in pieces of some 64 KB.
#pragma once

#include <string>

#include "checker/formats/history_writer.h"

namespace picklock {

class BufferedText {
 public:
  explicit BufferedText(const TextSink& sink) : sink_(sink) {}
  ~BufferedText() { sink_(text); }
  BufferedText(const BufferedText&) = delete;
  BufferedText& operator=(const BufferedText&) = delete;

  void end_line() {
    text += '\n';
    if (text.size() < kMost) return;
    sink_(text);
    text.clear();
  }

  std::string text;  // append to it

 private:
  static constexpr std::size_t kMost = std::size_t{64} << 10;

  const TextSink& sink_;
};

// Whether reading `name` as a number and writing it again gives `name`: then it need not be a text.
inline bool is_plain_number(std::string_view name) {
  if (name == "0") return true;
  const std::string_view digits = name.substr(name.starts_with('-') ? 1 : 0);
  return !digits.empty() && digits.size() <= 18 && digits.front() != '0' &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace picklock

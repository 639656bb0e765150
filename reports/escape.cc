#include "reports/escape.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/canvas.h"

namespace picklock {
namespace {

using nlohmann::json;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_word(char c) {
  return kLetters.find(c) != std::string_view::npos || kDigits.find(c) != std::string_view::npos;
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

std::string percent_encoded(std::string_view text, std::string_view what) {
  std::string out;
  for (const char c : clean_text(text)) {
    if (what.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string clean_text(std::string_view text) {
  const std::string valid =
      json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace))
          .get<std::string>();
  std::string out;
  for (std::size_t at = 0; at <= valid.size();) {
    const std::size_t end = std::min(valid.find('\n', at), valid.size());
    out += printable(std::string_view(valid).substr(at, end - at), {});
    if (end < valid.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

std::string xml_text(std::string_view text) {
  std::string clean = clean_text(text);
  for (const std::string_view unwanted : {"\uFFFE", "\uFFFF"}) {  // valid Unicode, but no XML
    for (std::size_t at = clean.find(unwanted); at != std::string::npos;
         at = clean.find(unwanted)) {
      clean.replace(at, unwanted.size(), "?");
    }
  }
  std::string out;
  for (const char c : clean) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_text(std::string_view text) {
  std::string out;
  const std::string clean = clean_text(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool in_word =
        i > 0 && i + 1 < clean.size() && is_word(clean[i - 1]) && is_word(clean[i + 1]);
    if (c == '\n') {
      out += ' ';
    } else if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
    } else if (std::string_view("\\`*[]|#!~$@").find(c) != std::string_view::npos ||
               (c == '_' && !in_word)) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string out = "`";
  for (const char c : clean_text(text)) out += c == '`' ? '\'' : c == '\n' ? ' ' : c;
  // A table ends a cell even inside code.
  for (std::size_t at = out.find('|'); at != std::string::npos; at = out.find('|', at + 2)) {
    out.replace(at, 1, "\\|");
  }
  return out + "`";
}

std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char c : clean_text(text)) {
    if (c == '\n') {
      out += "<br/>";
    } else if (is_word(c) || !is_ascii(c) ||
               std::string_view(" .,()=/+-'").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("#{};", static_cast<int>(c));
    }
  }
  return out;
}

std::string workflow_message(std::string_view text) {
  return percent_encoded(text, "%\n");
}

std::string workflow_property(std::string_view text) {
  return percent_encoded(text, "%\n:,");
}

std::string csv_field(std::string_view text) {
  std::string clean = clean_text(text);
  const bool is_formula =
      !clean.empty() && std::string_view("=+@").find(clean[0]) != std::string_view::npos;
  if (is_formula) clean.insert(0, "'");
  if (clean.find_first_of(",\"\n") == std::string::npos) return clean;
  std::string out = "\"";
  for (const char c : clean) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace picklock

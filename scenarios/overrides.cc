#include "scenarios/overrides.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "scenarios/syntax.h"

namespace picklock::loading {
namespace {

// The keys of a JSON pointer; nothing when it is none.
std::optional<std::vector<std::string>> tokens_of(const std::string& pointer) {
  if (!pointer.starts_with('/')) return std::nullopt;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      tokens.emplace_back();
    } else if (c != '~') {
      tokens.back() += c;
    } else if (++i < pointer.size() && (pointer[i] == '0' || pointer[i] == '1')) {
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return tokens.size() <= kDeepest ? std::optional(std::move(tokens)) : std::nullopt;
}

std::optional<std::size_t> index_of(std::string_view token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = error == std::errc{} && end == token.data() + token.size();
  return whole && (token == "0" || token.front() != '0') ? std::optional(index) : std::nullopt;
}

}  // namespace

// Moves `value` to its member; a missing member of an object is made.
std::string Edit::step(Json*& value, const std::string& token, bool last) {
  if (value->is_object()) {
    place_ += "/" + escape_token(token);
    if (!value->contains(token)) (*value)[token] = last ? Json() : Json::object();
    value = &(*value)[token];
    return {};
  }
  if (!value->is_array()) {
    return fmt::format("expected an object or an array at \"{}\", got {}", place_,
                       value->is_string() ? quote(value->get<std::string>()) : value->dump());
  }
  if (last && token == "-") {
    place_ += fmt::format("/{}", value->size());
    value = &value->emplace_back();
    return {};
  }
  const auto index = index_of(token);
  if (!index || *index >= value->size()) {
    return fmt::format("expected an index below {} in \"{}\", got {}", value->size(), place_,
                       quote(token));
  }
  place_ += fmt::format("/{}", *index);
  value = &(*value)[*index];
  return {};
}

std::string Edit::set(const std::string& pointer, Json replacement) {
  const auto tokens = tokens_of(pointer);
  if (!tokens)
    return fmt::format("expected a JSON pointer such as \"/lock/ttl\", got {}", quote(pointer));
  Json* value = &root_;
  Json* parent = nullptr;
  place_.clear();
  const bool takes_away = replacement.is_null();
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const bool missing = value->is_object() ? !value->contains((*tokens)[i]) : (*tokens)[i] == "-";
    if (takes_away && missing)
      return fmt::format("expected a value to take away, got none at \"{}\"", pointer);
    parent = value;
    if (std::string problem = step(value, (*tokens)[i], i + 1 == tokens->size()); !problem.empty())
      return problem;
  }
  if (!takes_away) {
    *value = std::move(replacement);
  } else if (parent->is_object()) {
    parent->erase(tokens->back());
  } else {
    const std::size_t slash = place_.rfind('/');
    *value = Json();
    taken_.emplace_back(place_.substr(0, slash), *index_of(place_.substr(slash + 1)));
  }
  return {};
}

void Edit::finish() {
  std::ranges::sort(taken_);
  taken_.erase(std::unique(taken_.begin(), taken_.end()), taken_.end());
  for (auto taken = taken_.rbegin(); taken != taken_.rend(); ++taken) {
    const Json::json_pointer at(taken->first);
    if (!root_.contains(at) || !root_[at].is_array()) continue;  // an outer change replaced it
    Json& array = root_[at];
    if (taken->second < array.size() && array[taken->second].is_null()) array.erase(taken->second);
  }
}

std::string Edit::original(const std::string& pointer) const {
  std::string before = pointer;
  for (const auto& [array, index] : taken_) {
    if (!before.starts_with(array + "/")) continue;
    const std::size_t begin = array.size() + 1;
    const std::size_t end = std::min(before.find('/', begin), before.size());
    const auto now = index_of(std::string_view(before).substr(begin, end - begin));
    if (now && *now >= index) before.replace(begin, end - begin, std::to_string(*now + 1));
  }
  return before;
}

Json lenient_value(const std::string& text) {
  Diagnostics ignored;
  auto document = read_document(text, ignored);
  return document && ignored.empty() ? std::move(document->value) : Json(text);
}

}  // namespace picklock::loading

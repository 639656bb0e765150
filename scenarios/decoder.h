// Typed decoders over JSON values. A field table both reads a section of a scenario and describes it in
// the JSON Schema, so that the two cannot disagree. One mistake yields one issue.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ratio.h"
#include "base/time.h"
#include "scenarios/positions.h"
#include "scenarios/scenario.h"

namespace picklock::loading {

// Something wrong at a JSON pointer. The loader turns pointers into places.
struct Issue {
  std::string pointer;
  bool at_key = false;  // it is the key that is wrong, not its value
  std::string expected;
  std::string hint;
  friend auto operator<=>(const Issue&, const Issue&) = default;
};

class Issues {
 public:
  void add(Issue issue) { list_.push_back(std::move(issue)); }
  const std::vector<Issue>& list() const { return list_; }
  // Whether nothing is wrong at or below `pointer`: only then may a check use what was decoded there.
  bool clean(std::string_view pointer) const;

 private:
  std::vector<Issue> list_;
};

// A JSON value and its pointer. The value must outlive the cursor.
class Cursor {
 public:
  Cursor(const Json& value, std::string pointer, Issues& issues)
      : value_(&value), pointer_(std::move(pointer)), issues_(&issues) {}

  const Json& value() const { return *value_; }
  const std::string& pointer() const { return pointer_; }
  Issues& issues() const { return *issues_; }
  bool has(const std::string& key) const { return value_->contains(key); }
  Cursor operator[](const std::string& key) const;  // of an object that has the key
  Cursor operator[](std::size_t index) const;       // of an array

  // `expected <what>, got <the value>`
  void wrong(const std::string& expected, std::string hint = {}) const;
  // `expected <what>`, without the value: for what a value lacks, or how values disagree
  void issue(const std::string& expected, std::string hint = {}) const;
  // The same at the value of a member, or at this value when it has no such member.
  void issue_in(const std::string& key, const std::string& expected, std::string hint = {}) const;
  // `expected <what>, got "<key>"`, at the key of a member.
  void wrong_key(const std::string& key, const std::string& expected, std::string hint = {}) const;

  bool is_object() const;  // else it has been reported
  bool is_array() const;   // else it has been reported

 private:
  const Json* value_;
  std::string pointer_;
  Issues* issues_;
};

// `an object`, `"text"`, `500`: a value for a diagnostic.
std::string describe(const Json& value);
// `"a", "b" or "c"`
std::string alternatives(std::span<const std::string> names);

// How to read one type of value. `read` gives nothing exactly when it has reported an issue. The schema
// is made only when somebody asks for it: files are read far more often.
template <class T>
struct Kind {
  std::function<Json()> schema;
  std::function<std::optional<T>(const Cursor&)> read;
};

inline constexpr Duration kLongestDuration = std::chrono::hours(24 * 3650);  // ten years
inline constexpr Duration kShortestDuration = Duration{1};

Kind<bool> a_flag();
Kind<std::string> a_text();
// Letters, digits, "_", "-" and "."; at most 100.
Kind<std::string> a_name();
Kind<std::string> one_of(std::vector<std::string> names);
Kind<std::int64_t> an_integer(std::int64_t least, std::int64_t most);
Kind<std::uint64_t> a_seed();
Kind<Ratio> a_ratio();
Kind<Duration> a_duration(Duration least, Duration most = kLongestDuration);
// A duration, or a distribution of durations of which none is below `least`.
Kind<DurationSpec> a_spread(Duration least = Duration{});
// As a_spread, or the word "forever".
Kind<DurationSpec> a_length();
// The same, at least so long.
Kind<DurationSpec> a_length_from(Duration least);

// The same reader for another type that T converts to without loss.
template <class To, class From>
Kind<To> as(Kind<From> kind) {
  return {std::move(kind.schema),
          [read = std::move(kind.read)](const Cursor& at) -> std::optional<To> {
            const auto value = read(at);
            return value ? std::optional<To>(static_cast<To>(*value)) : std::nullopt;
          }};
}

inline Kind<std::uint32_t> a_count(std::int64_t least, std::int64_t most) {
  return as<std::uint32_t>(an_integer(least, most));
}

// The values of an enumeration under their names in order, from 0 on.
template <class E>
Kind<E> an_enum(std::vector<std::string> names) {
  Kind<std::string> text = one_of(names);
  return {text.schema, [names, read = text.read](const Cursor& at) -> std::optional<E> {
            const auto name = read(at);
            for (std::size_t i = 0; name && i < names.size(); ++i) {
              if (names[i] == *name) return static_cast<E>(i);
            }
            return std::nullopt;
          }};
}

// Reports every key that is not known, with the nearest one that is: `expected <what>, got "<key>"`.
void reject_unknown_keys(const Cursor& object, std::span<const std::string> known,
                         const std::string& what);
// Reports that the object lacks the key, unless an unknown key looks like it: that is one mistake.
void report_missing_key(const Cursor& object, const std::string& key,
                        std::span<const std::string> known, const std::string& what);

// The members of an object that becomes a T.
template <class T>
class Record {
 public:
  // `what` names the object in diagnostics: "a lock".
  explicit Record(std::string what) : what_(std::move(what)) {}

  template <class V, std::invocable<T&, V> Set>
  Record& add(const std::string& key, const std::string& about, Kind<V> kind, Set set) {
    fields_.push_back({key, about, std::move(kind.schema), false,
                       [read = std::move(kind.read), set](const Cursor& at, T& target) {
                         if (auto value = read(at)) std::invoke(set, target, std::move(*value));
                       }});
    return *this;
  }
  template <class V, class M>
  requires std::assignable_from<M&, V> Record& add(const std::string& key, const std::string& about,
                                                   Kind<V> kind, M T::*member) {
    return add(key, about, std::move(kind),
               [member](T& target, V value) { target.*member = std::move(value); });
  }
  // The member added last must be there.
  Record& required() {
    fields_.back().required = true;
    return *this;
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Field& field : fields_) keys.push_back(field.key);
    return keys;
  }

  // Reads what is there into `target`; the rest stays as it is.
  void read(const Cursor& object, T& target) const {
    if (!object.is_object()) return;
    reject_unknown_keys(object, keys(), "a key of " + what_);
    read_known(object, target);
  }
  // The same without a look at unknown keys.
  void read_known(const Cursor& object, T& target) const {
    for (const Field& field : fields_) {
      if (object.has(field.key)) {
        field.read(object[field.key], target);
      } else if (field.required) {
        report_missing_key(object, field.key, keys(), what_);
      }
    }
  }

  Json schema() const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Field& field : fields_) {
      properties[field.key] = field.schema();
      properties[field.key]["description"] = field.about;
      if (field.required) required.push_back(field.key);
    }
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
  }

 private:
  struct Field {
    std::string key;
    std::string about;
    std::function<Json()> schema;
    bool required = false;
    std::function<void(const Cursor&, T&)> read;
  };
  std::string what_;
  std::vector<Field> fields_;
};

}  // namespace picklock::loading
